import Analysis
import Replay
import Routing
import Traffic

/// Holds an invariant against every request that there can be: one of each part that a match takes stands for all of it.
struct InvariantCheck {
    private struct Part: Hashable {
        var port: PortIndex
        var listener: ListenerIndex?
        var hosts: HostnamePattern
        var match: MatchIndex?
        /// A preflight is answered by the gateway, so that it is a part of its own.
        var isPreflight: Bool
    }

    private let cluster: TestedCluster
    private let invariant: Invariant
    private var parts: Set<Part> = []
    private var failures: [CheckFailure] = []
    private var notes: [String] = []
    private var unknowns: Set<String> = []

    private init(_ invariant: Invariant, _ cluster: TestedCluster) {
        self.invariant = invariant
        self.cluster = cluster
    }

    /// What came of the invariant of a test.
    static func run(_ invariant: Invariant, of test: String, _ cluster: TestedCluster) -> CheckResult {
        var check = InvariantCheck(invariant, cluster)
        check.run()
        return CheckResult(
            test: test, name: invariant.name, kind: .invariant, position: invariant.position,
            requests: check.parts.count, failures: check.failures, notes: check.notes)
    }

    private mutating func run() {
        let region = invariant.region
        let hosts = region.hosts.isEmpty ? [.any] : region.hosts
        for index in cluster.table.ports.indices.map(PortIndex.init(place:)) where covers(index) {
            for match in region.matches {
                for hostname in hosts {
                    visit(index, match, hostname, isPreflight: false)
                    if hasCORS, let preflight = Self.preflight(match) {
                        visit(index, preflight, hostname, isPreflight: true)
                    }
                }
            }
        }
        if parts.isEmpty, failures.isEmpty, notes.isEmpty {
            failures.append(
                CheckFailure(
                    findings: [
                        CheckFinding(
                            key: "where", expected: "some requests",
                            actual: "no listener of the manifests gets such a request")
                    ]))
        }
    }

    private func covers(_ index: PortIndex) -> Bool {
        let (port, region) = (cluster.table.ports[index.place], invariant.region)
        if !region.ports.isEmpty, !region.ports.contains(port.number) { return false }
        switch port.entrance {
        case .gateway(let name):
            return region.services.isEmpty && (region.gateways.isEmpty || region.gateways.contains(name))
        case .mesh(let service, _): return region.services.contains(service)
        }
    }

    private var hasCORS: Bool {
        cluster.table.routes.contains { route in
            route.rules.contains { $0.filters.contains { if case .cors = $0 { true } else { false } } }
        }
    }

    /// The preflights among the requests of a match; nil where there are none.
    private static func preflight(_ match: Match) -> Match? {
        guard match.method == nil || match.method == "OPTIONS", let anything = try? RegularExpression(".+") else {
            return nil
        }
        var headers = match.headers
        for name in ["origin", "access-control-request-method"] where !headers.contains(where: { $0.name == name }) {
            headers.append(FieldPredicate(name: name, value: .regularExpression(anything)))
        }
        return Match(path: match.path, headers: headers, queryParameters: match.queryParameters, method: "OPTIONS")
    }

    private mutating func visit(_ port: PortIndex, _ match: Match, _ hostname: HostnamePattern, isPreflight: Bool) {
        cluster.space.visitCells(at: port, where: match, hostname: hostname) { cell in
            let approach = cluster.space.approach(cell.hosts, at: port)
            let isConnection = approach == .hello || approach == .opaque
            if isConnection, invariant.region.isAboutRequests || isPreflight { return true }
            // A server name is a host; what has none has no host at all.
            if approach == .opaque, !invariant.region.hosts.isEmpty { return true }
            let part = Part(
                port: port, listener: cell.listener, hosts: cell.hosts.pattern, match: cell.match,
                isPreflight: isPreflight)
            if parts.contains(part) { return true }
            guard let witness = cell.witness else {
                if !holdsAnyway(part) { note(part, cell.unknown ?? "it could not be worked out") }
                return true
            }
            parts.insert(part)
            check(witness, part)
            return true
        }
    }

    /// Whether the claims hold of whatever request there may be in a part, so that it does not matter whether there is any.
    private mutating func holdsAnyway(_ part: Part) -> Bool {
        let table = cluster.table
        guard let listener = part.listener, table.listeners[listener.place].scheme.carriesRequests,
            table.dialect.ranking.equalRank != .unknown
        else { return false }
        var request = Request(host: "", target: "/")
        if part.isPreflight {
            request.method = "OPTIONS"
            request.headers = [
                HeaderField("Origin", "https://any.example"), HeaderField("Access-Control-Request-Method", "GET"),
            ]
        }
        let decision = table.decision(of: part.match, on: listener)
        let answer = Answer(port: part.port, decision: decision, plan: table.plan(decision, for: request))
        guard answer.plan.unknown.isEmpty else { return false }
        let check = ClaimCheck(Candidate(answer, table, request))
        guard check.findings(always: invariant.always, never: invariant.never).isEmpty else { return false }
        parts.insert(part)
        return true
    }

    private mutating func check(_ witness: RequestRecord, _ part: Part) {
        let (decided, request) = cluster.decide(witness)
        guard decided.possible.contains(where: { $0.decision?.match == part.match }) else {
            note(part, "\(witness.text) was worked out for it, and is decided otherwise")
            return
        }
        let findings = ClaimCheck(decided, cluster.table, request).findings(
            always: invariant.always, never: invariant.never)
        if !findings.isEmpty {
            failures.append(
                CheckFailure(request: TestRequest(record: witness, text: witness.text), findings: findings))
        }
    }

    private mutating func note(_ part: Part, _ why: String) {
        let what = part.match.map(cluster.table.name(of:)) ?? "requests that no match takes"
        let sentence = "\(what), host \(part.hosts): unknown whether there are such requests: \(why)"
        guard unknowns.insert(sentence).inserted else { return }
        notes.append(sentence)
        if !invariant.passesUnknown {
            failures.append(
                CheckFailure(findings: [CheckFinding(key: "where", expected: "decided for all", actual: sentence)]))
        }
    }
}
