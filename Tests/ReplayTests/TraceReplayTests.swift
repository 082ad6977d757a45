import Replay
import Routing
import Testing
import TestSupport
import Traffic

/// A gateway whose store splits /cart, sends a header's users elsewhere, redirects and has a rule without a backend.
struct StoreTable {
    let table: RoutingTable

    init(dialect: Dialect = .specification) {
        func rule(_ match: Match, _ weights: [UInt32], filters: [Filter] = []) -> Rule {
            Rule(
                matches: [match], filters: filters,
                backends: weights.enumerated().map { BackendReference(backend: BackendIndex(place: $0), weight: $1) })
        }
        table = RoutingTable(
            dialect: dialect,
            listeners: [
                Listener(
                    gateway: "infra/edge", name: "http", port: 80, hostname: HostnamePattern("*.test"),
                    routes: [RouteIndex(raw: 0)]),
                Listener(
                    gateway: "infra/edge", name: "https", port: 443, scheme: .https,
                    hostname: HostnamePattern("*.test"),
                    routes: [RouteIndex(raw: 0)]),
                Listener(gateway: "infra/inner", name: "http", port: 8080, routes: [RouteIndex(raw: 1)]),
            ],
            routes: [
                Route(
                    namespace: "shop", name: "cart",
                    rules: [
                        rule(
                            Match(
                                path: .prefix("/cart"), headers: [FieldPredicate(name: "version", value: .exact("two"))]
                            ),
                            [0, 1]),
                        rule(Match(path: .prefix("/cart")), [9, 1]),
                        rule(Match(path: .prefix("/gone")), []),
                        rule(Match(path: .exact("/dead"), method: "POST"), [0, 0, 1]),
                    ]),
                Route(namespace: "shop", name: "inner", rules: [rule(Match(path: .prefix("/")), [1])]),
            ],
            backends: [
                Backend(namespace: "shop", name: "v1", port: 80), Backend(namespace: "shop", name: "v2", port: 80),
                Backend(namespace: "shop", name: "dead", port: 80, hasReadyEndpoints: false),
            ])
    }

    var decider: RequestDecider {
        RequestDecider(
            table: table, addresses: [GatewayAddresses(gateway: "infra/edge", addresses: ["192.0.2.1"])], seed: 7)
    }

    var replay: TraceReplay { TraceReplay(table: table, decider: decider) }
}

func request(_ method: String, _ host: String, _ path: String, edit: (inout RequestRecord) -> Void = { _ in })
    -> RequestRecord
{
    var record = RequestRecord()
    record.method = method
    record.host = host
    record.path = path
    record.port = 80
    record.protocol = .http
    record.beginHeaders()
    edit(&record)
    return record
}

@Suite("A replay")
struct TraceReplayTests {
    private let store = StoreTable()

    @Test("counts every request where it went, and the parts add up")
    func adds() {
        var replay = store.replay
        for _ in 0..<1000 { _ = replay.replay(request("GET", "a.test", "/cart/1")) }
        for _ in 0..<10 { _ = replay.replay(request("GET", "a.test", "/gone")) }
        for _ in 0..<5 { _ = replay.replay(request("POST", "b.test", "/dead") { $0.weight = 2 }) }
        _ = replay.replay(request("GET", "B.test", "/nothing"))
        _ = replay.replay(request("GET", "b.test", "/nothing"))
        _ = replay.replay(request("GET", "elsewhere.example", "/"))
        _ = replay.replay(request("GET", "a.test", "/cart") { $0.port = 9999 })
        let summary = ReplaySummary(replay)
        #expect(summary.total.requests == 1019 && summary.total.weight == 1024)
        #expect(summary.actions.reduce(0) { $0 + $1.count.requests } == 1019)
        #expect(summary.elsewhere.requests == 1)
        let split = summary.rules.first { store.table.rules[$0.rule.place].rule == 1 }
        #expect(split?.total.requests == 1000)
        #expect(split?.branches.map(\.branch.share) == [0.9, 0.1])
        #expect(split.map { $0.branches.reduce(0) { $0 + $1.count.requests } } == 1000)
        #expect((split?.branches[1].count.requests ?? 0) > 60 && (split?.branches[1].count.requests ?? 0) < 140)
        #expect(summary.statuses.mapValues(\.requests) == [500: 10, 503: 5, 404: 3])
        #expect(
            summary.unrouted.map { "\($0.group.reason?.rawValue ?? "") \($0.group.host ?? "") \($0.total.requests)" }
                == ["NoRoute b.test 2", "NoListener elsewhere.example 1", "NoListener a.test 1"])
        #expect(summary.unusedMatches.count == 2)
    }

    @Test("a header that a log does not hold leaves only what hangs on it undetermined")
    func unknownHeaders() {
        var replay = store.replay
        _ = replay.replay(request("GET", "a.test", "/cart") { $0.forgetHeaders() })
        _ = replay.replay(request("GET", "a.test", "/gone") { $0.forgetHeaders() })
        let summary = ReplaySummary(replay)
        #expect(summary.undetermined.map(\.group.missing) == [["headers.version"]])
        #expect(summary.statuses.mapValues(\.requests) == [500: 1])
    }

    @Test("is the same as deciding every record by itself, whatever the records lack")
    func sameAsOneByOne() {
        var generator = SeededGenerator(seed: 42)
        for dialect in Dialect.presets {
            let store = StoreTable(dialect: dialect)
            var (replay, decider) = (store.replay, store.decider)
            let paths = [
                "/cart", "/cart/1?x", "/carton", "/gone", "/dead", "/", "//cart", "http://c.test/cart", "*", "",
            ]
            for place in 0..<3000 {
                var record = request(
                    ["GET", "POST", "get"].randomElement(using: &generator) ?? "",
                    ["a.test", "A.test:80", "b.a.test", "test", ""].randomElement(using: &generator) ?? "",
                    paths.randomElement(using: &generator) ?? "")
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: record.forgetHeaders()
                case 1: record.method = nil
                case 2: record.host = nil
                case 3: record.path = nil
                case 4: record.appendHeader(name: "Version".utf8Span.span, value: "two".utf8Span.span)
                case 5: record.headersComplete = false
                case 6: (record.port, record.destination) = (nil, "192.0.2.1:80")
                case 7: (record.port, record.sni, record.protocol) = (443, "a.test", .https)
                case 8: (record.port, record.protocol) = (443, nil)
                case 9: record.gateway = "infra/inner"
                case 10: record.protocol = .grpc
                default: break
                }
                let replayed = replay.replay(record)
                let single = decider.decide(record, at: UInt64(place))
                let group = replay.groups[replayed.group]
                #expect(group.action == single.answer?.plan.action)
                #expect(group.status == single.answer?.plan.status && group.rule == single.answer?.plan.rule)
                #expect(group.missing == single.missing)
                if group.rule != nil { #expect(group.match == single.answer?.decision?.match) }
                if group.action == .forward {
                    let branch = group.branches[replayed.drawn]
                    #expect((branch.status == nil ? branch.backend : nil) == single.outcome?.backend)
                    #expect(branch.status == single.outcome?.plan.status)
                }
            }
        }
    }
}

@Suite("A back-test")
struct BackTestTests {
    private let store = StoreTable()

    private func test(_ records: [RequestRecord], endpoints: [String: [BackendIndex]] = [:]) -> BackTest {
        var replay = store.replay
        var test = BackTest(table: store.table, endpoints: endpoints)
        for record in records {
            let replayed = replay.replay(record)
            test.add(record, replayed, candidates: replay.candidates(replayed))
        }
        return test
    }

    private func took(
        _ record: RequestRecord, route: String? = nil, rule: Int32? = nil, backend: String? = nil,
        endpoint: String? = nil, status: UInt16? = nil
    ) -> RequestRecord {
        var record = record
        record[.observedRouteName] = route
        record[.observedBackendName] = backend
        record[.observedEndpoint] = endpoint
        record.observed.rule = rule
        record.observed.status = status
        return record
    }

    @Test("agrees with what happened, by any backend that has a share")
    func agrees() {
        let cart = request("GET", "a.test", "/cart")
        let result = test(
            [
                took(cart, route: "cart", rule: 1, backend: "v1"), took(cart, backend: "v2"),
                took(request("GET", "a.test", "/x"), status: 404),
                took(cart, endpoint: "10.0.0.1:8080, 10.0.0.2:8080"),
            ], endpoints: ["10.0.0.2:8080": [BackendIndex(raw: 1)]])
        #expect(result.agreed.requests == 4 && result.disagreements.isEmpty && result.agreement == 1)
    }

    @Test(
        "names the class of a disagreement",
        arguments: [
            ("route", "cart", "other", nil, nil, nil), ("rule", "cart", "cart", 0, nil, nil),
            ("backend", "cart", nil, nil, "dead", nil), ("unrouted", "x", "cart", nil, nil, nil),
            ("answered", "gone", nil, nil, "v1", nil), ("status", "gone", nil, nil, nil, 200),
        ] as [(String, String, String?, Int32?, String?, UInt16?)])
    func classes(
        _ name: String, _ path: String, _ route: String?, _ rule: Int32?, _ backend: String?, _ status: UInt16?
    ) {
        let result = test([
            took(request("GET", "a.test", "/\(path)"), route: route, rule: rule, backend: backend, status: status)
        ])
        #expect(result.disagreements.map(\.aspect.rawValue) == [name])
        #expect(result.disagreed.requests == 1 && result.agreement == 0)
        #expect(result.disagreements.first?.examples == ["record 1: GET a.test/\(path)"])
    }

    @Test("what cannot be compared is said with its reason, and counts for nothing")
    func notCompared() {
        let cart = request("GET", "a.test", "/cart")
        let result = test([cart, took(cart, status: 500), took(cart, endpoint: "10.9.9.9:1")])
        #expect(result.agreement == nil)
        #expect(result.notCompared.values.map(\.requests) == [1, 1, 1])
    }

    @Test("an undetermined decision disagrees only where no candidate is what happened")
    func undetermined() {
        var cart = request("GET", "a.test", "/cart")
        cart.forgetHeaders()
        let result = test([
            took(cart, route: "cart"), took(cart, route: "cart", rule: 0), took(cart, backend: "dead"),
        ])
        #expect(result.agreed.requests == 1 && result.undetermined.requests == 1 && result.disagreed.requests == 1)
        #expect(result.disagreements.first?.says == ["shop/v2:80", "shop/v1:80, shop/v2:80"])
    }
}
