internal import Analysis
internal import GatewayAPI
internal import Routing
internal import Traffic

extension ReviewSubject {
    /// The most pairs of routes that are told: what is odd about a thousand of them is one thing.
    private static let pairsMax = 1_000

    /// Requests that two routes ask for alike, so that the age or the name of the routes decides.
    func ties() -> [Diagnostic] {
        space.ties(limit: Self.pairsMax).map { tie in
            let (winner, loser) = (RuleName(tie.winner, of: table), RuleName(tie.loser, of: table))
            let isAge = tie.criterion == .routeAge
            let between = tie.isBetweenNamespaces ? " of another namespace" : ""
            let outcome = tie.isHarmless ? ", which treats requests the same" : ""
            return Diagnostic(
                tie.isHarmless ? .info : .warning, code: isAge ? "tie-by-age" : "tie-by-name",
                "\(winner.described)\(between) asks for the same and wins because its route \(isAge ? "is older" : "comes first by name")\(outcome): \(tie.witness.summary)",
                hint: isAge
                    ? "ages change when a cluster is rebuilt: let one of the two ask for more"
                    : "let one of the two ask for more",
                position: loser.position, resource: loser.resource, path: loser.path)
        }
    }

    /// Requests that two routes ask for, neither of them as a special case of the other.
    func overlaps() -> [Diagnostic] {
        space.overlaps(limit: Self.pairsMax).map { overlap in
            let (winner, loser) = (RuleName(overlap.winner, of: table), RuleName(overlap.loser, of: table))
            return Diagnostic(
                .info, code: "overlap",
                "some requests match \(winner.described) too, which wins: \(overlap.witness.summary)",
                position: loser.position, resource: loser.resource, path: loser.path)
        }
    }
}

extension RequestRecord {
    /// `GET http://shop.example.com/cart with version: two`, as a person would say it.
    var summary: String {
        let scheme = `protocol` == .https ? "https" : "http"
        let fields = (headers ?? []).map { "\($0.name): \($0.value)" }
        let with = fields.isEmpty ? "" : " with \(fields.joined(separator: ", "))"
        return "\(method ?? "GET") \(scheme)://\(host ?? "*")\(path ?? "/")\(with)"
    }
}
