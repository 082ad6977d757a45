internal import GatewayAPI

extension Reconciliation {
    /// Writes the statuses of all Gateways, once the routes are attached.
    mutating func reconcileGateways() {
        let assigned = assignedAddresses()
        for (place, state) in states.enumerated() {
            let generation = state.gateway.metadata.generation
            let listeners = state.gateway.listeners.enumerated().map { listenerPlace, listener in
                ListenerStatus(
                    name: listener.name, supportedKinds: state.listeners[listenerPlace].supportedKinds,
                    attachedRoutes: state.attachedCount[listenerPlace],
                    conditions: conditions(state.listeners[listenerPlace], generation: generation))
            }
            let unsupported = state.gateway.addresses.first { !["IPAddress", "Hostname"].contains($0.type) }
            gateways.append(
                GatewayStatus(
                    name: state.gateway.resourceName, addresses: unsupported == nil ? assigned[place] : [],
                    listeners: listeners,
                    conditions: conditions(state, unsupportedAddress: unsupported, generation: generation)))
        }
    }

    /// A Gateway keeps the addresses that its status names, else gets those that it asks for, else one of 192.0.2.0/24, the
    /// block for documentation (RFC 5737), dealt out by name so that the same input gives the same addresses.
    private func assignedAddresses() -> [[AssignedAddress]] {
        let order = states.indices.sorted { states[$0].gateway.key < states[$1].gateway.key }
        var addresses = Array(repeating: [AssignedAddress](), count: states.count)
        for (rank, place) in order.enumerated() {
            let gateway = states[place].gateway
            let wanted = gateway.statusAddresses.isEmpty ? gateway.addresses : gateway.statusAddresses
            addresses[place] = wanted.compactMap { address in
                address.value.map { AssignedAddress(type: address.type, value: $0) }
            }
            if addresses[place].isEmpty {
                addresses[place] = [AssignedAddress(type: "IPAddress", value: "192.0.2.\(1 + rank % 254)")]
            }
        }
        return addresses
    }

    private func conditions(_ finding: ListenerCheck.Finding, generation: Int64) -> [Condition] {
        func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> Condition {
            Condition(type, status, reason, message, generation: generation)
        }
        var conditions: [Condition] = []
        if finding.unsupportedProtocol {
            conditions.append(condition("Accepted", false, "UnsupportedProtocol", "the protocol is not known"))
        } else if let conflict = finding.conflict {
            conditions.append(
                condition("Accepted", false, conflict, "another listener cannot be told apart from this one"))
        } else {
            conditions.append(condition("Accepted", true, "Accepted", "the listener is valid"))
        }
        if let conflict = finding.conflict {
            conditions.append(
                condition("Conflicted", true, conflict, "another listener cannot be told apart from this one"))
        } else {
            conditions.append(condition("Conflicted", false, "NoConflicts", "no other listener is in the way"))
        }
        if let problem = finding.unresolved {
            conditions.append(condition("ResolvedRefs", false, problem.reason, "\(problem.path): \(problem.message)"))
        } else {
            conditions.append(condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere"))
        }
        if finding.isProgrammed {
            conditions.append(condition("Programmed", true, "Programmed", "the proxies serve the listener"))
        } else {
            conditions.append(condition("Programmed", false, "Invalid", "the proxies do not serve the listener"))
        }
        return conditions
    }

    /// "A Gateway with one good listener is accepted", with a reason that says that others are not.
    private func conditions(
        _ state: GatewayState, unsupportedAddress: GatewayAddress?, generation: Int64
    ) -> [Condition] {
        let bad = zip(state.gateway.listeners, state.listeners).filter { !$1.isValid }.map { $0.0.name }
        var conditions: [Condition] = []
        if let address = unsupportedAddress {
            conditions.append(
                Condition(
                    "Accepted", false, "UnsupportedAddress", "addresses of type \(address.type) are not known",
                    generation: generation))
        } else if bad.isEmpty {
            conditions.append(
                Condition("Accepted", true, "Accepted", "all listeners are valid", generation: generation))
        } else {
            let message = "not valid: \(bad.joined(separator: ", "))"
            let accepted = bad.count < state.listeners.count
            conditions.append(Condition("Accepted", accepted, "ListenersNotValid", message, generation: generation))
        }
        let isProgrammed = conditions[0].status && state.listeners.contains(where: \.isProgrammed)
        conditions.append(
            isProgrammed
                ? Condition("Programmed", true, "Programmed", "the proxies serve the Gateway", generation: generation)
                : Condition(
                    "Programmed", false, "Invalid", "the proxies serve none of the listeners", generation: generation))
        return conditions
    }
}

extension ListenerCheck.Finding {
    fileprivate var isValid: Bool { !unsupportedProtocol && conflict == nil && unresolved == nil }
}
