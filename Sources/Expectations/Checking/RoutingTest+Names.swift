import GatewayAPI
import Routing
import Scenario
import Validation

extension RoutingTest {
    /// Errors about Gateways and Services that requests are sent to and that are nowhere, once for each: no expectation of
    /// such requests says anything.
    func unknownDestinations(in cluster: TestedCluster) -> [Diagnostic] {
        var seen: Set<TestDestination> = []
        return destinations.compactMap { destination in
            let known = destination.value.kind == "Gateway" ? cluster.gateways : cluster.services
            let name = destination.value.name.description
            guard !known.contains(name), seen.insert(destination.value).inserted else { return nil }
            return Diagnostic(
                .error, code: "unknown-\(destination.value.kind.lowercased())",
                "there is no \(destination.value.kind) \(name) in the manifests",
                hint: Suggestion.nearest(to: name, among: known.sorted()).map { "did you mean \($0)?" },
                position: destination.position)
        }
    }

    /// A warning where the dialect does not say which of two equal matches wins: an invariant judges each match by the requests
    /// that it takes where it comes first.
    func openRanks(_ table: RoutingTable) -> [Diagnostic] {
        guard !invariants.isEmpty, table.dialect.ranking.equalRank == .unknown else { return [] }
        return [
            Diagnostic(
                .warning, code: "open-order",
                "which of two matches of the same rank wins is not known of \(table.dialect.name): invariants are decided for one order of them",
                position: position)
        ]
    }

    /// Warnings about routes and backends that must not be met and that are nowhere: with a name that is misspelt the
    /// expectation would always hold.
    func namesOfNothing(_ table: RoutingTable) -> [Diagnostic] {
        let refused =
            cases.map { ($0.name, $0.refused, $0.position) } + invariants.map { ($0.name, $0.never, $0.position) }
        return refused.flatMap { name, claims, position in
            claims.compactMap { claim in
                let isKnown =
                    switch claim {
                    case .route(let reference?): table.routes.contains(where: reference.names)
                    case .backend(let backend): table.backends.contains(where: backend.names)
                    default: true
                    }
                guard !isKnown else { return nil }
                return Diagnostic(
                    .warning, code: "unknown-name",
                    "\(name): there is no \(claim.key) \(claim.wording) in the manifests, so that no request gets to it",
                    position: position)
            }
        }
    }
}
