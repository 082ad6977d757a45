internal import GatewayAPI
internal import Routing

extension Reconciliation {
    /// Writes the statuses of all Gateways, once the routes are attached.
    mutating func reconcileGateways() {
        let assigned = assignedAddresses()
        for (place, state) in states.enumerated() {
            gateways.append(
                GatewayStatus(
                    name: state.gateway.resourceName, addresses: state.isSupported ? assigned[place] : [],
                    listeners: state.listenerStatuses(state.ownListeners, isOfListenerSet: false),
                    attachedListenerSets: !state.isAccepted
                        ? 0
                        : state.sets.count { set in
                            state.listeners[set.listeners].contains(where: \.finding.isProgrammed)
                        },
                    conditions: GatewayConditions(state: state).conditions))
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
}

extension GatewayState {
    /// The statuses of some of the listeners, in their order.
    func listenerStatuses(_ range: Range<Int>, isOfListenerSet: Bool) -> [ListenerStatus] {
        listeners[range].map { listener in
            ListenerStatus(
                name: listener.listener.name, supportedKinds: listener.finding.supportedKinds,
                attachedRoutes: listener.attached.count,
                conditions: ListenerConditions(
                    generation: listener.owner.generation, isOfListenerSet: isOfListenerSet
                ).conditions(listener.finding, isServed: isAccepted))
        }
    }
}

/// Writes the conditions of a Gateway. Gateway API v1.6, `GatewayConditionType`.
struct GatewayConditions {
    let state: GatewayState

    var conditions: [Condition] {
        let accepted = accepted
        return [accepted, programmed(isAccepted: accepted.status)] + [resolved, insecure].compactMap { $0 }
    }

    private func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> Condition {
        Condition(type, status, reason, message, generation: state.gateway.metadata.generation)
    }

    /// "A Gateway with one good listener is accepted", with a reason that says that others are not.
    private var accepted: Condition {
        if let problem = state.invalidParameters {
            return condition("Accepted", false, problem.reason, "\(problem.path): \(problem.message)")
        }
        if let address = state.unsupportedAddress {
            return condition(
                "Accepted", false, "UnsupportedAddress", "addresses of type \(address.type) are not known")
        }
        let own = state.listeners[state.ownListeners]
        let bad = own.filter { !$0.finding.isValid }
        if bad.isEmpty { return condition("Accepted", true, "Accepted", "all listeners are valid") }
        return condition(
            "Accepted", state.isAccepted, "ListenersNotValid",
            "not valid: \(bad.map(\.listener.name).joined(separator: ", "))")
    }

    private func programmed(isAccepted: Bool) -> Condition {
        isAccepted && state.listeners.contains(where: \.finding.isProgrammed)
            ? condition("Programmed", true, "Programmed", "the proxies serve the Gateway")
            : condition("Programmed", false, "Invalid", "the proxies serve none of the listeners")
    }

    /// There only where the Gateway refers to something by itself.
    private var resolved: Condition? {
        guard state.gateway.tls?.backend?.clientCertificateRef != nil else { return nil }
        if let problem = state.invalidClientCertificate {
            return condition("ResolvedRefs", false, problem.reason, "\(problem.path): \(problem.message)")
        }
        return condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere")
    }

    private var insecure: Condition? {
        guard let frontend = state.gateway.tls?.frontend else { return nil }
        let modes = [frontend.validation?.mode] + frontend.perPort.map { $0.validation?.mode }
        guard modes.contains(.allowInsecureFallback) else { return nil }
        return condition(
            "InsecureFrontendValidationMode", true, "ConfigurationChanged",
            "clients are let in whatever certificate they show")
    }
}
