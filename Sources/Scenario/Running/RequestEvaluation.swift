import GatewayAPI
import Replay
import Routing
import Testbed
import Traffic

/// Asks the tables of a timetable what single requests get, the way that the traffic is decided.
struct RequestEvaluation {
    private let timetable: Timetable
    private var binder: RequestBinder

    init(_ timetable: Timetable) {
        self.timetable = timetable
        binder = RequestBinder(timetable, takesAbsentHeadersAsNone: true)
    }

    mutating func evaluate(_ expectation: RequestExpectation, index: Int) -> ExpectationResult {
        let record = RequestRecord(expectation.request, gateway: expectation.gateway?.value.description)
        let (decided, table) = binder.decide(record, version: timetable.version(at: expectation.time))
        let at = expectation.time.map { " at \(QuantityText.exact($0))" } ?? ""
        let isMet = decided.answer.map { expectation.holds($0.plan, table) } ?? false
        return ExpectationResult(
            index: index, isMet: isMet, subject: "\(expectation.request.description)\(at):",
            condition: expectation.wording,
            observed: decided.answer.map { $0.plan.wording(table) } ?? Self.undetermined(decided, table),
            isSelfExplaining: true)
    }

    private static func undetermined(_ decided: DecidedRequest, _ table: RoutingTable) -> String {
        if let why = decided.notModelled { return "undetermined: \(why)" }
        let gateways = Set(decided.possible.compactMap { $0.port.map { table.ports[$0.place].gateway } }).sorted()
        guard gateways.count > 1 else { return "undetermined: it hangs on \(decided.missing.joined(separator: ", "))" }
        return "undetermined: \(gateways.joined(separator: " and ")) listen on the port; say which with gateway"
    }
}

extension RequestExpectation {
    /// Whether everything that is expected holds.
    fileprivate func holds(_ plan: Plan, _ table: RoutingTable) -> Bool {
        let rule = plan.rule.map { table.rules[$0.place] }
        let taken = rule.map { table.routes[$0.route.place] }
        if let route {
            guard let taken, taken.namespace == route.value.namespace, taken.name == route.value.name else {
                return false
            }
        }
        if let expected = self.rule {
            guard let rule, let taken else { return false }
            let name = taken.rules[Int(rule.rule)].name
            guard expected.names(Int(rule.rule), name) else { return false }
        }
        if let status, plan.status != status { return false }
        if let location, plan.location != location { return false }
        if let backend, !Self.matches([ShareExpectation(backend: backend, share: 1)], plan, table) { return false }
        if let shares, !Self.matches(shares, plan, table) { return false }
        return true
    }

    /// Whether the shares are those expected, and all others are zero.
    private static func matches(_ shares: [ShareExpectation], _ plan: Plan, _ table: RoutingTable) -> Bool {
        guard plan.action == .forward else { return false }
        var found = Array(repeating: 0.0, count: shares.count)
        for share in plan.shares where share.share > 0 {
            guard let backend = share.backend.map({ table.backends[$0.place] }),
                let place = shares.firstIndex(where: { $0.backend.value.names(backend) })
            else { return false }
            found[place] += share.share
        }
        // Weights are whole numbers of at most a million, so that shares differ by more or not at all.
        return zip(found, shares).allSatisfy { abs($0 - $1.share) < 5e-7 }
    }

    /// What is expected, in a few words.
    fileprivate var wording: String {
        var parts: [String] = []
        if let route { parts.append("route \(route.value)" + (rule.map { " \($0.description)" } ?? "")) }
        if let backend { parts.append("all to \(backend.value)") }
        if let shares {
            parts.append(
                shares.map { "\(QuantityText.percent($0.share)) to \($0.backend.value)" }.joined(separator: ", "))
        }
        if let status { parts.append("status \(status)") }
        if let location { parts.append("location \(location)") }
        return parts.joined(separator: ", ")
    }
}

extension BackendReferenceText {
    fileprivate func names(_ backend: Backend) -> Bool {
        backend.namespace == key.namespace && backend.name == key.name && (port == nil || port == backend.port)
    }
}

extension Plan {
    /// What becomes of the request, in a few words.
    fileprivate func wording(_ table: RoutingTable) -> String {
        var parts: [String] = []
        if let rule {
            let identity = table.identity(of: rule)
            parts.append("route \(identity.namespace)/\(identity.name) \(identity.ruleName ?? "#\(identity.rule)")")
        }
        switch action {
        case .forward:
            let visible = shares.filter { $0.share > 0 }
            let names = visible.map { share in
                let backend = share.backend.map { table.backends[$0.place] }
                let name = backend.map { "\($0.namespace)/\($0.name)" } ?? "no valid backend"
                return visible.count == 1 ? "all to \(name)" : "\(QuantityText.percent(share.share)) to \(name)"
            }
            parts.append(names.joined(separator: ", "))
        case .redirect: parts.append("status \(status ?? 0), location \(location ?? "")")
        case .respond: parts.append("status \(status ?? 0) (\(reason.rawValue))")
        case .reset: parts.append("the connection is refused (\(reason.rawValue))")
        case .drop: parts.append("the datagram is not answered (\(reason.rawValue))")
        }
        return parts.joined(separator: ", ")
    }
}
