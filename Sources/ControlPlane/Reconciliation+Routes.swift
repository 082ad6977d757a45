internal import GatewayAPI
internal import Routing

extension Reconciliation {
    /// Compiles the rules of a route of any kind. It attaches later, when all routes are known.
    mutating func add<R: RouteResource>(_ route: R) where R.Rule: MatchingRule {
        let compiled = RuleCompiler.compile(route, resolver: &resolver)
        for problem in compiled.dropped + compiled.unresolved + compiled.notModelled {
            note(problem, route.resourceName)
        }
        let hostnames = route.hostnames.map { HostnamePattern($0.value) }
        attaching.append(
            AttachingRoute(
                name: route.resourceName, seniority: Seniority(route.metadata), generation: route.metadata.generation,
                position: route.metadata.position, hostnames: hostnames,
                parentRefs: route.parentRefs + defaultParents(of: route), compiled: compiled,
                index: RouteIndex(place: tableRoutes.count)))
        tableRoutes.append(
            Routing.Route(
                kind: R.kind, namespace: route.metadata.namespace ?? "", name: route.metadata.name,
                created: route.metadata.creationTimestamp, hostnames: hostnames, rules: compiled.rules,
                origin: Origin(route.metadata.position)))
    }

    /// The Gateways that take every route that asks for a default one. GEP-3793, experimental.
    private func defaultParents(of route: some RouteResource) -> [ParentReference] {
        guard route.useDefaultGateways == .all else { return [] }
        return states.filter { $0.gateway.defaultScope == .all }.compactMap { state in
            let parent = ParentReference(
                namespace: state.gateway.metadata.namespace, name: state.gateway.metadata.name,
                position: route.metadata.position)
            let name = ParentName(parent, from: "")
            let isNamed = route.parentRefs.contains { ParentName($0, from: route.metadata.namespace ?? "") == name }
            return isNamed ? nil : parent
        }
    }

    /// A parentRef of a route, in the order in which they are attached.
    private struct AttachmentRequest: Comparable {
        var route: Int
        var parentRef: Int
        /// In the mesh the kind counts before the age; at a Gateway the older route has the hostname.
        var meshRank: Int
        var seniority: Seniority

        static func < (left: AttachmentRequest, right: AttachmentRequest) -> Bool {
            if left.meshRank != right.meshRank { return left.meshRank < right.meshRank }
            if left.seniority != right.seniority { return left.seniority < right.seniority }
            return (left.route, left.parentRef) < (right.route, right.parentRef)
        }
    }

    /// What came of a parentRef.
    private struct Answer {
        var status: RouteParentStatus?
        var attachments: [Attachment] = []
        var finding: Diagnostic?
    }

    /// Attaches all routes, the oldest first, and writes their statuses in the order of the input.
    mutating func attachRoutes() {
        var requests: [AttachmentRequest] = []
        for (place, route) in attaching.enumerated() {
            for (order, reference) in route.parentRefs.enumerated() {
                requests.append(
                    AttachmentRequest(
                        route: place, parentRef: order,
                        meshRank: reference.isService ? MeshState.rank(route.name.kind) : -1,
                        seniority: route.seniority))
            }
        }
        requests.sort()
        var answers = attaching.map { Array(repeating: Answer(), count: $0.parentRefs.count) }
        for request in requests {
            answers[request.route][request.parentRef] = attach(attaching[request.route], request.parentRef)
        }
        for (route, answers) in zip(attaching, answers) {
            routes.append(RouteStatus(name: route.name, parents: answers.compactMap(\.status)))
            attachments += answers.flatMap(\.attachments)
            findings += answers.compactMap(\.finding)
            guard answers.isEmpty else { continue }
            findings.append(
                Diagnostic(
                    .warning, code: "no-parent", "the route has no parentRefs and serves nothing",
                    position: route.position, resource: route.name, path: "spec.parentRefs"))
        }
    }

    /// No status where the parent is none that weir is the controller of: then nobody writes one.
    private mutating func attach(_ route: AttachingRoute, _ place: Int) -> Answer {
        let reference = route.parentRefs[place]
        let name = ParentName(reference, from: route.name.namespace ?? "")
        let path = "spec.parentRefs[\(place)]"
        let attachments: [Attachment]
        let controller: String
        if let parent = parents[name] {
            attachments = attach(route, reference, to: parent)
            controller = states[parent.gateway].controllerName
        } else if reference.isService, let service = mesh.place(name.key) {
            attachments = mesh.attach(route, reference, to: service)
            controller = ControlPlane.ownControllerName
        } else {
            return Answer(
                finding: Diagnostic(
                    .warning, code: "parent-not-found", "there is no \(reference.kind) \(name.key) in the input",
                    position: reference.position, resource: route.name, path: path))
        }
        let acceptance = Acceptance(attachments, route.compiled, parent: "\(reference.kind) \(name.key)")
        var answer = Answer(
            status: RouteParentStatus(
                parentRef: reference, controllerName: controller,
                conditions: acceptance.conditions(route.compiled, generation: route.generation)),
            attachments: attachments)
        if !acceptance.isAccepted {
            answer.finding = Diagnostic(
                .warning, code: "route-not-accepted",
                "not accepted (\(acceptance.reason)): \(acceptance.message)", position: reference.position,
                resource: route.name, path: path)
        }
        return answer
    }

    private mutating func attach(
        _ route: AttachingRoute, _ reference: ParentReference, to parent: ParentPlace
    ) -> [Attachment] {
        let policy = AttachmentPolicy(selection: NamespaceSelection(objects: objects))
        let canServe = !route.compiled.rules.isEmpty || route.compiled.dropped.isEmpty
        return parent.listeners.map { place in
            let verdict = verdict(route, reference, states[parent.gateway].listeners[place], policy)
            // A copy of the state that outlived this would make each route copy what is attached already.
            if case .attached = verdict, canServe { states[parent.gateway].listeners[place].attach(route) }
            return Attachment(
                route: route.name, parentRefPosition: reference.position,
                parent: states[parent.gateway].listeners[place].owner.name,
                listener: states[parent.gateway].listeners[place].listener.name, verdict: verdict)
        }
    }

    private func verdict(
        _ route: AttachingRoute, _ reference: ParentReference, _ state: ListenerState, _ policy: AttachmentPolicy
    ) -> Attachment.Verdict {
        let verdict = policy.verdict(route, reference, state)
        guard case .attached = verdict, !areHostnamesShared, let rival = state.rival(of: route) else { return verdict }
        return .conflicts(with: rival)
    }
}

extension ParentReference {
    /// Whether it is about the mesh.
    var isService: Bool { group == Service.group && kind == Service.kind }
}
