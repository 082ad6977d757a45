internal import GatewayAPI

extension Reconciliation {
    /// Takes the ListenerSets that each Gateway allows, and judges all listeners.
    mutating func gatherListeners() {
        let controllers = Dictionary(resources.gatewayClasses.map { ($0.metadata.name, $0.controllerName.value) }) {
            $1
        }
        let sets = Dictionary(grouping: resources.listenerSets) { set in
            "\(set.parentRef.namespace ?? set.metadata.namespace ?? "")/\(set.parentRef.name)"
        }
        for gateway in resources.gateways {
            let controller = controllers[gateway.gatewayClassName.value]
            if controller == nil {
                findings.append(
                    Diagnostic(
                        .info, code: "unknown-gateway-class",
                        "GatewayClass \(gateway.gatewayClassName.value) is not in the input; weir plays its controller all the same",
                        position: gateway.gatewayClassName.position, resource: gateway.resourceName,
                        path: "spec.gatewayClassName"))
            }
            var state = GatewayState(
                gateway: gateway, controllerName: controller ?? ControlPlane.ownControllerName, listeners: [])
            addListeners(&state, sets: sets[gateway.key, default: []])
            checkReferences(of: &state)
            states.append(state)
        }
    }

    private mutating func addListeners(_ state: inout GatewayState, sets: [ListenerSet]) {
        let gateway = state.gateway
        let allowed = sets.filter { refusal(of: $0, by: gateway) == nil }.sorted {
            Seniority($0.metadata) < Seniority($1.metadata)
        }
        let conflicts = ListenerConflicts.find([gateway.listeners] + allowed.map(\.listeners))
        let place = states.count
        append(gateway.listeners, of: ListenerOwner(gateway), conflicts[0], to: &state)
        parents[ParentName(group: Gateway.group, kind: Gateway.kind, key: gateway.key)] = ParentPlace(
            gateway: place, listeners: 0..<state.listeners.count)
        for set in sets {
            parents[ParentName(set)] = ParentPlace(gateway: place, listeners: 0..<0)
        }
        for (set, conflicts) in zip(allowed, conflicts.dropFirst()) {
            let start = state.listeners.count
            append(set.listeners, of: ListenerOwner(set), conflicts, to: &state)
            let listeners = start..<state.listeners.count
            state.sets.append(ListenerSetState(set: set, listeners: listeners))
            parents[ParentName(set)] = ParentPlace(gateway: place, listeners: listeners)
        }
    }

    private mutating func append(
        _ listeners: [Listener], of owner: ListenerOwner, _ conflicts: [String?], to state: inout GatewayState
    ) {
        let check = ListenerCheck(
            references: references, owner: owner, gateway: state.gateway.resourceName,
            frontend: state.gateway.tls?.frontend)
        for (place, listener) in listeners.enumerated() {
            var finding = check.finding(listener, at: place)
            finding.conflict = conflicts[place]
            if let problem = finding.unresolved { note(problem, owner.name) }
            if let conflict = finding.conflict {
                findings.append(
                    Diagnostic(
                        .warning, code: "listener-conflict",
                        "listener \(listener.name) cannot be told apart from another one (\(conflict)) and is not served",
                        position: listener.position, resource: owner.name, path: "spec.listeners[\(place)]"))
            }
            state.listeners.append(ListenerState(owner: owner, listener: listener, finding: finding))
        }
    }

    /// Why a Gateway does not take a ListenerSet, in words; nil where it does. "Defaults to None": Gateway API v1.6,
    /// `AllowedListeners`.
    func refusal(of set: ListenerSet, by gateway: Gateway) -> String? {
        guard let allowed = gateway.allowedListeners else { return "the Gateway has no allowedListeners" }
        let unmet = NamespaceSelection(objects: objects).unmetDemand(
            allowed.namespaces, by: set.metadata.namespace ?? "", own: gateway.metadata.namespace ?? "")
        return unmet.map { "the Gateway takes listeners from \($0)" }
    }

    private mutating func checkReferences(of state: inout GatewayState) {
        let gateway = state.gateway
        if let reference = gateway.infrastructure?.parametersRef,
            !objects.holdsParameters(
                kind: reference.kind, namespace: gateway.metadata.namespace, name: reference.name)
        {
            state.invalidParameters = ReferenceProblem(
                reason: "InvalidParameters",
                message:
                    "there is no \(reference.group)/\(reference.kind) \(reference.name) in the Gateway's namespace",
                position: reference.position, path: "spec.infrastructure.parametersRef")
        }
        if let reference = gateway.tls?.backend?.clientCertificateRef {
            state.invalidClientCertificate = references.problem(
                reference, of: gateway.resourceName, path: "spec.tls.backend.clientCertificateRef",
                invalid: "InvalidClientCertificateRef")
        }
        for problem in [state.invalidParameters, state.invalidClientCertificate] {
            if let problem { note(problem, gateway.resourceName) }
        }
    }
}

extension Reconciliation.ParentName {
    init(_ set: ListenerSet) {
        self.init(group: set.objectGroup, kind: set.objectKind, key: set.key)
    }

    /// What a route of `namespace` means by a reference.
    init(_ reference: ParentReference, from namespace: String) {
        self.init(
            group: reference.group, kind: reference.kind, key: "\(reference.namespace ?? namespace)/\(reference.name)")
    }
}
