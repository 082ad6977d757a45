internal import GatewayAPI
internal import Routing

extension Reconciliation {
    /// Attaches a route to listeners, compiles its rules, and writes its status.
    mutating func reconcile(_ route: HTTPRoute) {
        var compiler = RuleCompiler(route, resolver: resolver)
        let (compiled, resolver) = compiler.compile()
        self.resolver = resolver
        let name = route.resourceName
        for problem in compiled.dropped + compiled.unresolved + compiled.notModelled { note(problem, name) }
        let index = RouteIndex(place: tableRoutes.count)
        tableRoutes.append(
            Route(
                namespace: route.metadata.namespace ?? "", name: route.metadata.name,
                created: route.metadata.creationTimestamp,
                hostnames: route.hostnames.map { HostnamePattern($0.value) }, rules: compiled.rules,
                origin: Origin(route.metadata.position)))
        var status = RouteStatus(name: name, parents: [])
        for place in route.parentRefs.indices {
            if let parent = attach(route, index, place, compiled) { status.parents.append(parent) }
        }
        if route.parentRefs.isEmpty {
            findings.append(
                Diagnostic(
                    .warning, code: "no-parent", "the route has no parentRefs and serves nothing",
                    position: route.metadata.position,
                    resource: name, path: "spec.parentRefs"))
        }
        routes.append(status)
    }

    /// Nil where the parent is none that weir is the controller of: then nobody writes a status.
    private mutating func attach(
        _ route: HTTPRoute, _ index: RouteIndex, _ place: Int, _ compiled: RuleCompiler.Result
    ) -> RouteParentStatus? {
        let reference = route.parentRefs[place]
        let namespace = reference.namespace ?? route.metadata.namespace ?? ""
        let path = "spec.parentRefs[\(place)]"
        guard reference.group == APIGroup.gateway, reference.kind == Gateway.kind,
            let statePlace = statePlaces["\(namespace)/\(reference.name)"]
        else {
            findings.append(
                Diagnostic(
                    .warning, code: "parent-not-found",
                    "there is no \(reference.kind) \(namespace)/\(reference.name) in the input",
                    position: reference.position, resource: route.resourceName, path: path))
            return nil
        }
        let verdicts = self.verdicts(route, place, states[statePlace])
        let accepted = acceptance(verdicts, compiled, reference, states[statePlace].gateway)
        for (listener, attachment) in verdicts.enumerated() {
            attachments.append(attachment)
            guard accepted.status, attachment.isAttached, !states[statePlace].attached[listener].contains(index) else {
                continue
            }
            states[statePlace].attached[listener].append(index)
            states[statePlace].attachedCount[listener] += 1
        }
        if !accepted.status {
            findings.append(
                Diagnostic(
                    .warning, code: "route-not-accepted", "not accepted (\(accepted.reason)): \(accepted.message)",
                    position: reference.position, resource: route.resourceName, path: path))
        }
        return parentStatus(route, reference, states[statePlace].controllerName, accepted, compiled)
    }

    private func verdicts(_ route: HTTPRoute, _ place: Int, _ state: GatewayState) -> [Attachment] {
        let policy = AttachmentPolicy(namespaces: namespacesByName)
        let hostnames = route.hostnames.map { HostnamePattern($0.value) }
        return state.gateway.listeners.enumerated().map { listenerPlace, listener in
            Attachment(
                route: route.resourceName, parentRefPosition: route.parentRefs[place].position,
                gateway: state.gateway.key, listener: listener.name,
                verdict: policy.verdict(
                    route: route.resourceName, hostnames: hostnames, parentRef: route.parentRefs[place],
                    gateway: state.gateway,
                    listener: listener, supportedKinds: state.listeners[listenerPlace].supportedKinds))
        }
    }

    /// Gateway API v1.6, `RouteConditionReason`: which of the reasons is given where no listener takes the route.
    private func acceptance(
        _ verdicts: [Attachment], _ compiled: RuleCompiler.Result, _ reference: ParentReference, _ gateway: Gateway
    ) -> (status: Bool, reason: String, message: String) {
        let selected = verdicts.filter {
            switch $0.verdict {
            case .otherSection, .otherPort: false
            default: true
            }
        }
        func reasons(_ list: [Attachment]) -> String {
            list.map { "listener \($0.listener): \($0.verdict)" }.joined(separator: "; ")
        }
        if selected.isEmpty {
            return (
                false, "NoMatchingParent",
                "no listener of Gateway \(gateway.key) has the name or port that the parentRef asks for"
            )
        }
        if !selected.contains(where: \.isAttached) {
            let isHostname = selected.contains {
                if case .noHostnameInCommon = $0.verdict { true } else { false }
            }
            return (false, isHostname ? "NoMatchingListenerHostname" : "NotAllowedByListeners", reasons(selected))
        }
        if compiled.rules.isEmpty, let problem = compiled.dropped.first {
            return (false, "UnsupportedValue", problem.message)
        }
        return (
            true, "Accepted", "attached to \(selected.filter(\.isAttached).map(\.listener).joined(separator: ", "))"
        )
    }

    private func parentStatus(
        _ route: HTTPRoute, _ reference: ParentReference, _ controller: String,
        _ accepted: (status: Bool, reason: String, message: String), _ compiled: RuleCompiler.Result
    ) -> RouteParentStatus {
        let generation = route.metadata.generation
        var conditions = [
            Condition("Accepted", accepted.status, accepted.reason, accepted.message, generation: generation)
        ]
        if let problem = compiled.unresolved.first {
            let more = compiled.unresolved.count == 1 ? "" : " (and \(compiled.unresolved.count - 1) more)"
            conditions.append(
                Condition(
                    "ResolvedRefs", false, problem.reason, "\(problem.path): \(problem.message)\(more)",
                    generation: generation))
        } else {
            conditions.append(
                Condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere", generation: generation)
            )
        }
        if !compiled.rules.isEmpty, let problem = compiled.dropped.first {
            conditions.append(
                Condition(
                    "PartiallyInvalid", true, "UnsupportedValue", "Dropped Rule: \(problem.path): \(problem.message)",
                    generation: generation))
        }
        return RouteParentStatus(parentRef: reference, controllerName: controller, conditions: conditions)
    }
}
