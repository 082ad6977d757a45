import Analysis
import Replay
import Routing
import Traffic

/// What tests and traffic use of a table.
struct TableCoverage {
    let items: CoverageItems
    /// By item: the requests of tests that use it.
    private(set) var tests: [UInt64]
    /// By item: the requests of traffic that use it.
    private(set) var traffic: [UInt64]

    init(_ table: RoutingTable) {
        items = CoverageItems(table)
        tests = Array(repeating: 0, count: items.items.count)
        traffic = tests
    }

    mutating func countTest(_ decided: DecidedRequest, _ request: Request) {
        for item in used(decided, request) { tests[item] += 1 }
    }

    mutating func countTraffic(_ used: [Int]) {
        for item in used { traffic[item] += 1 }
    }

    /// The items that a decision uses.
    func used(_ decided: DecidedRequest, _ request: Request) -> Set<Int> {
        guard decided.notModelled == nil else { return [] }
        return items.used(decided.possible.map { Candidate($0, items.table, request) }, request)
    }
}

/// What no test uses: with a request that would, or why there is none.
public struct UncoveredItem: Sendable {
    /// What it is.
    public enum Remedy: Sendable {
        /// A test with this request covers it.
        case request(TestRequest)
        /// No request uses it.
        case unreachable(String)
        /// It could not be worked out whether a request does.
        case unknown(String)
    }

    /// What is not used.
    public var item: CoverageItem
    /// What would.
    public var remedy: Remedy
    /// The requests of the traffic that use it.
    public var traffic: UInt64
}

extension TestedCluster {
    /// The remedies for the items that no test uses.
    func remedies(_ wanted: Set<Int>) -> [Int: UncoveredItem.Remedy] {
        var finder = RemedyFinder(self)
        return Dictionary(uniqueKeysWithValues: wanted.map { ($0, finder.remedy($0)) })
    }
}

/// Finds requests that use items of a table, and makes sure that they do.
private struct RemedyFinder {
    private let cluster: TestedCluster
    private var known: [MatchIndex: MatchCoverage] = [:]
    private var matches: [Int: MatchIndex] = [:]
    private var matchesOfRule: [RuleIndex: [MatchIndex]] = [:]
    private var listeners: [Int: ListenerIndex] = [:]

    init(_ cluster: TestedCluster) {
        self.cluster = cluster
        for (match, item) in cluster.coverage.items.matches.sorted(by: { $0.key < $1.key }) {
            matches[item] = match
            matchesOfRule[cluster.table.matches[match.place].rule, default: []].append(match)
        }
        for (listener, item) in cluster.coverage.items.listeners { listeners[item] = listener }
    }

    mutating func remedy(_ item: Int) -> UncoveredItem.Remedy {
        if let listener = listeners[item] { return remedy(listener, item) }
        let rule = cluster.coverage.items.ruleOfItem[item]
        let own = matches[item].map { [$0] } ?? rule.flatMap { matchesOfRule[$0] } ?? []
        var unknown: String?
        var reasons: [String] = []
        for match in own {
            switch coverage(match) {
            case .decides(let witness):
                for record in variants(witness, of: match) {
                    let (decided, request) = cluster.decide(record)
                    if cluster.coverage.used(decided, request).contains(item) {
                        return .request(TestRequest(record: record, text: record.text))
                    }
                }
                let isMatch = matches[item] != nil
                if isMatch { unknown = "\(witness.text) was worked out, and is decided otherwise" }
                reasons.append("requests that the rule takes do not get to it")
            case .covered(let blockers):
                reasons.append(
                    "others take all its requests: \(blockers.prefix(3).map(cluster.table.name(of:)).joined(separator: ", "))"
                )
            case .impossible(let part): reasons.append("no request satisfies \(part)")
            case .notReached: reasons.append("no host gets there")
            case .unknown(let why): unknown = why
            }
        }
        if let unknown { return .unknown(unknown) }
        return .unreachable(reasons.first ?? "no match of the rule is asked")
    }

    private mutating func coverage(_ match: MatchIndex) -> MatchCoverage {
        if let known = known[match] { return known }
        let coverage = cluster.space.coverage(of: match)
        known[match] = coverage
        return coverage
    }

    /// The request, and with the header that CORS is about.
    private func variants(_ witness: RequestRecord, of match: MatchIndex) -> [RequestRecord] {
        let rule = cluster.table.rule(cluster.table.matches[match.place].rule)
        for case .cors(let cors) in rule.filters {
            guard let allowed = cors.allowOrigins.first else { continue }
            var withOrigin = witness
            let origin =
                allowed == "*"
                ? "https://any.example"
                : allowed.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "any")
            withOrigin.headers = (witness.headers ?? []) + [("Origin", origin)]
            return [witness, withOrigin]
        }
        return [witness]
    }

    private func remedy(_ listener: ListenerIndex, _ item: Int) -> UncoveredItem.Remedy {
        let own = RoutingTable.Port(cluster.table.listeners[listener.place])
        guard let place = cluster.table.ports.firstIndex(of: own) else { return .unreachable("it has no port") }
        let port = PortIndex(place: place)
        var found: TestRequest?
        var unknown: String?
        for hosts in cluster.space.hostClasses(at: port)
        where cluster.space.ports[place].listener(hosts) == listener && found == nil {
            cluster.space.visitCells(at: port, hostname: hosts.pattern) { cell in
                guard let witness = cell.witness else {
                    unknown = cell.unknown
                    return true
                }
                let (decided, request) = cluster.decide(witness)
                guard cluster.coverage.used(decided, request).contains(item) else { return true }
                found = TestRequest(record: witness, text: witness.text)
                return false
            }
        }
        if let found { return .request(found) }
        return unknown.map(UncoveredItem.Remedy.unknown) ?? .unreachable("other listeners take all its hosts")
    }
}
