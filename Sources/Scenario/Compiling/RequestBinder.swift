import GatewayAPI
import Replay
import Routing
import Synchronization
import Testbed
import Traffic

/// Says what becomes of request records under the tables of a timetable, in the words of the testbed.
struct RequestBinder {
    private let tables: [RoutingTable]
    private var deciders: [RequestDecider]
    private let defaults: [String: GatewayDefaults]
    /// The session persistence that each version asks for.
    private let sessions: [SessionRules]

    init(_ timetable: Timetable, defaultGateway: String? = nil, takesAbsentHeadersAsNone: Bool = false) {
        tables = timetable.versions.map(\.table)
        defaults = timetable.defaults
        sessions = timetable.versions.map { SessionRules($0.resources) }
        deciders = timetable.versions.map { version in
            RequestDecider(
                table: version.table, addresses: version.addresses, defaultGateway: defaultGateway,
                takesAbsentHeadersAsNone: takesAbsentHeadersAsNone)
        }
    }

    /// A decision with the table that it refers to.
    mutating func decide(_ record: RequestRecord, version: Int) -> (decided: DecidedRequest, table: RoutingTable) {
        (deciders[version].decide(record, at: 0), tables[version])
    }

    /// What becomes of a request under a table. What cannot be decided is told to `unknowns`, and nobody answers it.
    mutating func treatment(_ record: RequestRecord, version: Int, _ unknowns: UnknownRequests) -> Treatment {
        let (decided, table) = decide(record, version: version)
        let uri = EffectiveURI(host: record.host ?? "", target: record.path ?? "/")
        guard let answer = decided.answer else {
            unknowns.note(host: uri.host, decided)
            return Treatment(
                gateway: table.gateway(of: decided.possible),
                line: .unrouted(
                    reason: decided.notModelled == nil ? "Undetermined" : "NotModelled", host: uri.host), action: .reset
            )
        }
        let request = deciders[version].partialRequest(record).known
        var treatment = table.treatment(answer, of: request, host: uri.host, gateway: record.gateway)
        sessions[version].complete(&treatment)
        if let retry = answer.plan.retry, retry.attempts == nil,
            let attempts = defaults[treatment.gateway]?.retriesUnsaid
        {
            treatment.retry?.attempts = attempts
        }
        return defaults[treatment.gateway]?.complete(treatment) ?? treatment
    }
}

extension RoutingTable {
    /// The gateway that all answers come from; empty where there are several.
    fileprivate func gateway(of answers: [Answer]) -> String {
        let gateways = answers.map { answer in answer.port.map { ports[$0.place].gateway } ?? "" }
        guard let first = gateways.first, gateways.allSatisfy({ $0 == first }) else { return "" }
        return first
    }

    /// An answer in the words of the testbed.
    fileprivate func treatment(_ answer: Answer, of request: Request, host: String, gateway: String?) -> Treatment {
        let plan = answer.plan
        var treatment = Treatment(
            gateway: answer.port.map { ports[$0.place].gateway } ?? gateway ?? "",
            line: plan.rule.map { .rule(identity(of: $0)) } ?? .unrouted(reason: plan.reason.rawValue, host: host),
            action: .reset)
        switch plan.action {
        case .reset, .drop: break
        case .redirect, .respond: treatment.action = .respond(status: plan.status ?? 500)
        case .forward:
            treatment.action = .forward
            treatment.branches = branches(answer, request)
            treatment.mirrors = plan.mirrors.map(mirror)
            treatment.requestTimeout = plan.timeouts.request
            treatment.backendRequestTimeout = plan.timeouts.backendRequest
            treatment.retry = plan.retry.map(retry)
        }
        return treatment
    }

    private func branches(_ answer: Answer, _ request: Request) -> [Treatment.Branch] {
        answer.plan.shares.enumerated().map { place, share in
            let weight = UInt64(share.weight)
            guard let decision = answer.decision else {
                return Treatment.Branch(weight: weight, destination: .failure(nil, status: 500))
            }
            let outcome = outcome(decision, answer.plan, drawn: place, for: request)
            guard let backend = outcome.backend else {
                let named = share.backend.map { BackendIdentity(backends[$0.place]) }
                return Treatment.Branch(
                    weight: weight, destination: .failure(named, status: outcome.plan.status ?? 500))
            }
            // The rule's own mirrors come first, whichever backend is drawn.
            return Treatment.Branch(
                weight: weight, destination: .backend(BackendIdentity(backends[backend.place])),
                mirrors: outcome.plan.mirrors.dropFirst(answer.plan.mirrors.count).map(mirror))
        }
    }

    private func retry(_ retry: Routing.Retry) -> Treatment.RetryPolicy {
        let open = dialect.retries
        var policy = Treatment.RetryPolicy(
            attempts: retry.attempts ?? open.attempts, codes: retry.codes.isEmpty ? open.codes : retry.codes,
            backoff: retry.backoff)
        policy.backoffIsLeast = open.backoff == .least
        policy.retriesBroken = open.broken
        policy.redrawsSplit = open.redrawsSplit
        return policy
    }

    private func mirror(_ share: Plan.MirrorShare) -> Treatment.MirrorBranch {
        Treatment.MirrorBranch(backend: BackendIdentity(backends[share.backend.place]), fraction: share.fraction)
    }

    /// A rule as results know it: over changes of its route by its name, else by its matches.
    func identity(of index: RuleIndex) -> RuleIdentity {
        let place = rules[index.place]
        let route = routes[place.route.place]
        let rule = route.rules[Int(place.rule)]
        return RuleIdentity(
            kind: route.kind, namespace: route.namespace, name: route.name, rule: Int(place.rule), ruleName: rule.name,
            key: rule.matches.map(\.description).joined(separator: " or "))
    }
}

extension BackendIdentity {
    init(_ backend: Backend) {
        self.init(kind: backend.kind, namespace: backend.namespace, name: backend.name, port: backend.port)
    }
}

/// What a run could not know of its traffic: requests that no table can decide, what a trace lacks. Shared by those who
/// read one trace.
final class UnknownRequests: Sendable {
    private struct State {
        var sentences: Set<String> = []
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func note(host: String, _ decided: DecidedRequest) {
        let who = host.isEmpty ? "requests without a host" : "requests for \(host)"
        let why =
            decided.notModelled
            ?? (decided.missing.isEmpty
                ? "several rules remain possible" : "it hangs on \(decided.missing.joined(separator: ", "))")
        note("\(who) were not decided: \(why)")
    }

    func note(_ sentence: String) {
        state.withLock { _ = $0.sentences.insert(sentence) }
    }

    /// Notes how many there are of something; the greatest number counts.
    func note(_ count: Int, _ what: String) {
        state.withLock { $0.counts[what] = max($0.counts[what] ?? 0, count) }
    }

    /// In the order of the alphabet.
    var all: [String] {
        state.withLock { state in
            state.sentences.sorted() + state.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        }
    }
}
