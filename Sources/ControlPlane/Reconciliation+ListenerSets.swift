internal import GatewayAPI

extension Reconciliation {
    /// Writes the statuses of all ListenerSets. Gateway API v1.6, `ListenerSetConditionType`.
    mutating func reconcileListenerSets() {
        for set in resources.listenerSets {
            var status = ListenerSetStatus(name: set.resourceName, listeners: [], conditions: [])
            if let parent = parents[ParentName(set)] {
                let state = states[parent.gateway]
                status.conditions = conditions(set, state)
                if let taken = state.sets.first(where: { $0.set.resourceName == set.resourceName }) {
                    status.listeners = state.listenerStatuses(taken.listeners, isOfListenerSet: true)
                }
            } else {
                findings.append(
                    Diagnostic(
                        .warning, code: "parent-not-found",
                        "there is no \(set.parentRef.kind) \(set.parentRef.namespace ?? set.metadata.namespace ?? "")/\(set.parentRef.name) in the input",
                        position: set.parentRef.position, resource: set.resourceName, path: "spec.parentRef"))
            }
            listenerSets.append(status)
        }
    }

    private mutating func conditions(_ set: ListenerSet, _ state: GatewayState) -> [Condition] {
        func both(_ reason: String, _ message: String) -> [Condition] {
            ["Accepted", "Programmed"].map {
                Condition($0, false, reason, message, generation: set.metadata.generation)
            }
        }
        if let refusal = refusal(of: set, by: state.gateway) {
            findings.append(
                Diagnostic(
                    .warning, code: "listener-set-not-allowed", refusal, position: set.parentRef.position,
                    resource: set.resourceName, path: "spec.parentRef"))
            return both("NotAllowed", refusal)
        }
        let generation = set.metadata.generation
        guard state.isAccepted else {
            let message = "the Gateway is not accepted"
            return [
                Condition("Accepted", false, "ParentNotAccepted", message, generation: generation),
                Condition("Programmed", false, "ParentNotProgrammed", message, generation: generation),
            ]
        }
        let range = state.sets.first { $0.set.resourceName == set.resourceName }?.listeners ?? 0..<0
        let bad = state.listeners[range].filter { !$0.finding.isValid }
        let names = bad.map(\.listener.name).joined(separator: ", ")
        let isProgrammed = state.listeners[range].contains(where: \.finding.isProgrammed)
        if !isProgrammed { return both("ListenersNotValid", "not valid: \(names)") }
        let accepted =
            bad.isEmpty
            ? Condition("Accepted", true, "Accepted", "all listeners are valid", generation: generation)
            : Condition("Accepted", true, "ListenersNotValid", "not valid: \(names)", generation: generation)
        return [
            accepted,
            Condition("Programmed", true, "Programmed", "the proxies serve the listeners", generation: generation),
        ]
    }
}
