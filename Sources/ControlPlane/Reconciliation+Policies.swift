internal import GatewayAPI
internal import Routing

extension Reconciliation {
    /// Writes the statuses of the BackendTLSPolicies: one entry for each Gateway with a route to a target. Gateway API
    /// v1.6, `PolicyAncestorStatus` and `BackendTLSPolicy`.
    mutating func reconcilePolicies() {
        let ancestors = policyAncestors()
        for (place, state) in policies.states.enumerated() {
            let name = state.policy.resourceName
            if let problem = state.problem { note(problem, name) }
            if ancestors[place].isEmpty {
                findings.append(
                    Diagnostic(
                        .warning, code: "policy-without-effect",
                        "no route of a Gateway sends to a target of the policy",
                        position: state.policy.metadata.position, resource: name, path: "spec.targetRefs"))
            }
            if ancestors[place].count > Self.ancestorsMax {
                findings.append(
                    Diagnostic(
                        .warning, code: "too-many-ancestors",
                        "the status names \(Self.ancestorsMax) of \(ancestors[place].count) Gateways, which is all that it holds",
                        position: state.policy.metadata.position, resource: name))
            }
            let entries = ancestors[place].sorted().prefix(Self.ancestorsMax).map { gateway in
                PolicyAncestorStatus(
                    ancestorRef: ParentReference(
                        namespace: states[gateway].gateway.metadata.namespace,
                        name: states[gateway].gateway.metadata.name, position: state.policy.metadata.position),
                    controllerName: states[gateway].controllerName, conditions: conditions(state, at: place))
            }
            policyStatuses.append(PolicyStatus(name: name, ancestors: Array(entries)))
        }
        for policy in resources.xBackendTrafficPolicies {
            note(
                ReferenceProblem(
                    reason: "NotModelled",
                    message:
                        "a single decision knows neither retries nor sessions, and no status is written; weir run models what the policy sets",
                    position: policy.metadata.position, path: "spec"), policy.resourceName)
        }
    }

    /// "The maximum number of entries is 16": `PolicyStatus.ancestors`.
    private static let ancestorsMax = 16

    /// For each policy, the places of the Gateways whose routes send to a target of it.
    private func policyAncestors() -> [Set<Int>] {
        var ancestors = Array(repeating: Set<Int>(), count: policies.states.count)
        guard !ancestors.isEmpty else { return ancestors }
        let compiled = Dictionary(attaching.map { ($0.index, $0.compiled) }) { $1 }
        var known: [BackendIndex: [Int]] = [:]
        for (gateway, state) in states.enumerated() {
            for route in Set(state.listeners.flatMap(\.attached)) {
                for backend in compiled[route]?.backends ?? [] {
                    let places = known[backend] ?? places(naming: backend)
                    known[backend] = places
                    for place in places { ancestors[place].insert(gateway) }
                }
            }
        }
        return ancestors
    }

    private func places(naming index: BackendIndex) -> [Int] {
        let backend = resolver.backends[index.place]
        return policies.places(
            naming: backend.kind, key: "\(backend.namespace)/\(backend.name)", port: resolver.portNames[index.place])
    }

    private func conditions(_ state: BackendTLSPolicies.State, at place: Int) -> [Condition] {
        let generation = state.policy.metadata.generation
        func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> Condition {
            Condition(type, status, reason, message, generation: generation)
        }
        let accepted: Condition
        if let rival = policies.rival(of: place) {
            accepted = condition(
                "Accepted", false, "Conflicted", "BackendTLSPolicy \(rival.key) is older and has a target of this one")
        } else if state.isWithoutAuthority {
            accepted = condition("Accepted", false, "NoValidCACertificate", "no authority is left to trust")
        } else {
            accepted = condition("Accepted", true, "Accepted", "the policy holds for its targets")
        }
        let resolved =
            state.problem.map {
                condition("ResolvedRefs", false, $0.reason, "\($0.path): \($0.message)")
            } ?? condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere")
        return [accepted, resolved]
    }
}
