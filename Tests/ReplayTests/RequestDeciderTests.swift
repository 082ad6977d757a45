import Replay
import Routing
import Testing
import Traffic

@Suite("A request record")
struct RequestDeciderTests {
    /// Two gateways on port 80; `shop` splits /cart by a header.
    private let table = RoutingTable(
        listeners: [
            Listener(gateway: "infra/edge", name: "http", port: 80, routes: [RouteIndex(raw: 0)]),
            Listener(gateway: "infra/inner", name: "http", port: 80, routes: []),
            Listener(
                gateway: "infra/edge", name: "https", port: 443, scheme: .https, hostname: HostnamePattern("a.test"),
                routes: [RouteIndex(raw: 0)]),
            Listener(
                gateway: "infra/edge", name: "other", port: 443, scheme: .https, hostname: HostnamePattern("*.test"),
                routes: []),
        ],
        routes: [
            Route(
                namespace: "shop", name: "cart",
                rules: [
                    Rule(
                        matches: [
                            Match(
                                path: .prefix("/cart"), headers: [FieldPredicate(name: "version", value: .exact("two"))]
                            )
                        ],
                        backends: [BackendReference(backend: BackendIndex(raw: 1))]),
                    Rule(
                        matches: [Match(path: .prefix("/cart"))],
                        backends: [
                            BackendReference(backend: BackendIndex(raw: 0), weight: 9),
                            BackendReference(backend: BackendIndex(raw: 1), weight: 1),
                        ]),
                ])
        ],
        backends: [
            Backend(namespace: "shop", name: "v1", port: 80), Backend(namespace: "shop", name: "v2", port: 80),
        ])

    private func decide(
        _ edit: (inout RequestRecord) -> Void, at place: UInt64 = 0, byHand: Bool = false, defaultGateway: String? = nil
    ) -> DecidedRequest {
        var decider = RequestDecider(
            table: table, addresses: [GatewayAddresses(gateway: "infra/edge", addresses: ["192.0.2.1"])],
            defaultGateway: defaultGateway,
            takesAbsentHeadersAsNone: byHand)
        var record = RequestRecord()
        record.method = "GET"
        record.host = "a.test"
        record.path = "/cart"
        record.port = 80
        record.protocol = .http
        edit(&record)
        return decider.decide(record, at: place)
    }

    @Test("whose header value was redacted, or whose query a log left out, is not decided by them")
    func unknownParts() {
        func header(_ value: String) -> (inout RequestRecord) -> Void {
            { record in
                record.headers = [("Version", value)]
                record.headersComplete = true
                record.destination = "192.0.2.1:80"
            }
        }
        #expect(decide(header("two")).missing.isEmpty)
        #expect(decide(header("\(Redactor.valuePrefix)0a1b")).missing == ["headers.version"])
        let withQuery = Match(
            path: .prefix("/cart"), queryParameters: [FieldPredicate(name: "x", value: .exact("1"))])
        let unknown = PartialRequest(method: "GET", host: "a.test", target: "/cart", queryComplete: false)
        let known = PartialRequest(method: "GET", host: "a.test", target: "/cart")
        #expect(known.complete != nil && unknown.complete == nil)
        let asking = RoutingTable(
            listeners: [Listener(gateway: "a/b", name: "l", port: 80, routes: [RouteIndex(raw: 0)])],
            routes: [
                Route(
                    namespace: "n", name: "r",
                    rules: [Rule(matches: [withQuery], backends: [BackendReference(backend: BackendIndex(raw: 0))])])
            ],
            backends: [Backend(namespace: "n", name: "v", port: 80)])
        let decided = asking.decidePartial(unknown, port: PortIndex(raw: 0))
        #expect(decided.possible.count == 2 && decided.missing == ["query"])
        #expect(asking.decidePartial(known, port: PortIndex(raw: 0)).possible.count == 1)
    }

    @Test("finds its gateway by its destination")
    func byDestination() {
        let decided = decide {
            $0.destination = "192.0.2.1:80"; $0.beginHeaders()
        }
        #expect(decided.answer?.plan.shares.map(\.share) == [0.9, 0.1])
    }

    @Test("that may have come to two gateways with different answers is undetermined, and the gateway would tell")
    func byPortAlone() {
        let decided = decide { $0.beginHeaders() }
        #expect(decided.answer == nil)
        #expect(decided.possible.count == 2)
        #expect(decided.missing == ["gateway"])
        #expect(
            decide({
                $0.path = "/nothing"; $0.beginHeaders()
            }).answer?.plan.status == 404)
    }

    @Test("without headers is undetermined where a header decides, unless a person wrote it")
    func absentHeaders() {
        let logged = decide { $0.gateway = "infra/edge" }
        #expect(logged.answer == nil)
        #expect(logged.missing == ["headers.version"])
        #expect(logged.possible.count == 2)
        #expect(decide({ $0.gateway = "infra/edge" }, byHand: true).answer?.plan.shares.count == 2)
        #expect(
            decide({
                $0.gateway = "infra/edge"; $0.path = "/x"
            }).answer?.plan.reason == .noRoute)
    }

    @Test("draws its backend by its place alone")
    func drawByPlace() {
        func backends(_ places: [UInt64]) -> [UInt32?] {
            places.map { decide({ $0.gateway = "infra/edge" }, at: $0, byHand: true).outcome?.backend?.raw }
        }
        let forward = backends(Array(0..<200))
        #expect(backends(Array((0..<200).reversed())) == forward.reversed())
        #expect((5...40).contains(forward.count { $0 == 1 }))
    }

    @Test("inside TLS for another listener's host is misdirected; for no listener's name the connection is refused")
    func overTLS() {
        func answer(sni: String, host: String) -> Plan? {
            decide(
                {
                    $0.gateway = "infra/edge"; $0.port = 443; $0.protocol = .https; $0.sni = sni; $0.host = host
                }, byHand: true
            ).answer?.plan
        }
        #expect(answer(sni: "a.test", host: "a.test")?.action == .forward)
        #expect(answer(sni: "a.test", host: "b.test")?.status == 421)
        #expect(answer(sni: "b.test", host: "a.test")?.status == 421)
        #expect(answer(sni: "b.test", host: "c.test")?.status == 404)
        #expect(answer(sni: "elsewhere.example", host: "a.test")?.action == .reset)
    }

    @Test("at a port where nobody listens, or in plain text where TLS is spoken, is refused")
    func refused() {
        #expect(
            decide(
                {
                    $0.gateway = "infra/edge"; $0.port = 81
                }, byHand: true
            ).answer?.plan == .refused)
        #expect(
            decide(
                {
                    $0.gateway = "infra/edge"; $0.port = 443
                }, byHand: true
            ).answer?.plan == .refused)
    }
}
