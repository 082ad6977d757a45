import Export
import Routing
import Testing

@Suite("Envoy's configuration says what the table says")
struct EnvoyExportTests {
    @Test("a request falls from the more specific hostname to the less specific one")
    func fallThrough() throws {
        let exported = try Exported(
            table(
                route(named: "wide", hostnames: ["*.example.com"], rule()),
                route(named: "narrow", hostnames: ["foo.example.com"], rule(.prefix("/foo")))))
        let names = { (domain: String) in exported.routes(domain).compactMap { $0["name"] as? String } }
        #expect(
            names("foo.example.com") == ["HTTPRoute shop/narrow rule 0 match 0", "HTTPRoute shop/wide rule 0 match 0"])
        #expect(names("*.example.com") == ["HTTPRoute shop/wide rule 0 match 0"])
    }

    @Test("a host of a listener without routes meets no route of a wider listener")
    func listenerIsolation() throws {
        let wide = RouteIndex(raw: 0)
        let table = RoutingTable(
            listeners: [
                Listener(gateway: "infra/edge", name: "all", port: 80, routes: [wide]),
                Listener(gateway: "infra/edge", name: "one", port: 80, hostname: .exact("foo.test"), routes: []),
            ], routes: [route(rule())], backends: [Backend(namespace: "shop", name: "a", port: 80)])
        let exported = try Exported(table)
        #expect(exported.routes("*").count == 1)
        #expect(exported.virtualHosts["foo.test"] != nil)
        #expect(exported.routes("foo.test").isEmpty)
    }

    @Test(
        "a prefix matches whole segments, whatever slash it ends with",
        arguments: [
            ("/", #"{"prefix":"/"}"#), ("/foo", #"{"path_separated_prefix":"/foo"}"#),
            ("/foo/", #"{"path_separated_prefix":"/foo"}"#),
        ])
    func prefixes(prefix: String, expected: String) throws {
        let exported = try Exported(table(route(rule(.prefix(prefix)))))
        #expect(text(exported.routes()[0]["match"]) == expected)
    }

    @Test("a match on the header Host, which the core never satisfies, is named and not exported")
    func hostHeader() throws {
        let match = Match(headers: [FieldPredicate(name: "Host", value: .exact("foo.test"))])
        let rule = Rule(matches: [match], backends: [BackendReference(backend: BackendIndex(raw: 0))])
        let exported = try Exported(table(route(rule)))
        #expect(exported.routes().isEmpty)
        #expect(exported.notes.map(\.subject) == ["HTTPRoute shop/r rule 0 match 0"])
    }

    @Test("the share of a backend that does not exist goes to a cluster that answers with 500")
    func invalidShare() throws {
        let backends = [BackendReference(backend: BackendIndex(raw: 0), weight: 3), BackendReference(backend: nil)]
        let exported = try Exported(table(route(rule(backends: backends))))
        let clusters = at(exported.routes()[0], ["route", "weighted_clusters", "clusters"])
        #expect(text(clusters) == #"[{"name":"shop/a:80","weight":3},{"name":"weir.invalid-backend","weight":1}]"#)
        #expect(exported.clusters.count == 2)
    }

    @Test(
        "a rule without a backend that counts answers with 500 itself",
        arguments: [
            [], [BackendReference(backend: nil)], [BackendReference(backend: BackendIndex(raw: 0), weight: 0)],
        ])
    func noBackend(backends: [BackendReference]) throws {
        let exported = try Exported(table(route(rule(backends: backends))))
        #expect(text(exported.routes()[0]["direct_response"]) == #"{"status":500}"#)
        #expect(exported.clusters.count == 1)
    }

    @Test("a backend without a ready endpoint is a cluster without one, which answers with 503")
    func noEndpoints() throws {
        let backend = Backend(namespace: "shop", name: "a", port: 80, hasReadyEndpoints: false)
        let exported = try Exported(table(backends: [backend], route(rule())))
        #expect(text(exported.clusters[0]["load_assignment"]) == #"{"cluster_name":"shop/a:80"}"#)
    }

    @Test("where a backend of a split changes headers, every share says what the rule says, and the route nothing")
    func modifiersOfASplit() throws {
        let add = { (value: String) in
            Filter.requestHeaders(HeaderModifier(add: [HeaderField("X-New", value)]))
        }
        let backends = [
            BackendReference(backend: BackendIndex(raw: 0), filters: [add("backend")]),
            BackendReference(backend: BackendIndex(raw: 1)),
        ]
        let exported = try Exported(
            table(
                backends: ["a", "b"].map { Backend(namespace: "shop", name: $0, port: 80) },
                route(rule(filters: [add("rule")], backends: backends))))
        let route = exported.routes()[0]
        #expect(route["request_headers_to_add"] == nil)
        let shares = at(route, ["route", "weighted_clusters", "clusters"]) as? [[String: Any]] ?? []
        let values = shares.map { share in
            list(share, "request_headers_to_add").map { at($0, ["header", "value"]) as? String }
        }
        #expect(values == [["rule", "backend"], ["rule"]])
    }

    @Test("two Gateways cannot listen in one place, and the message says what to do")
    func oneAddress() throws {
        let table = RoutingTable(
            listeners: ["one", "two"].map { Listener(gateway: "infra/\($0)", name: "http", port: 80, routes: []) },
            routes: [], backends: [])
        #expect(throws: ExportError.self) { try EnvoyExport(table) }
        var options = EnvoyOptions()
        options.listeners["infra/two:80"] = SocketEndpoint("127.0.0.1:8080")
        #expect(throws: Never.self) { try EnvoyExport(table, options: options) }
    }

    @Test("an HTTPS listener is named, since the table holds no certificate")
    func https() throws {
        let table = RoutingTable(
            listeners: [Listener(gateway: "infra/edge", name: "tls", port: 443, scheme: .https, routes: [])],
            routes: [], backends: [])
        let exported = try Exported(table)
        #expect(exported.notes.map(\.subject) == ["Gateway infra/edge listener tls"])
        #expect(exported.virtualHosts.isEmpty)
    }

    @Test("a mirrored share that is no whole number of millionths is named", arguments: [(1, 4, 0), (1, 3, 1)])
    func mirrors(numerator: UInt32, denominator: UInt32, notes: Int) throws {
        let mirror = Mirror(backend: BackendIndex(raw: 0), numerator: numerator, denominator: denominator)
        let exported = try Exported(table(route(rule(filters: [.mirror(mirror)]))))
        #expect(exported.notes.count == notes)
        let policy = (at(exported.routes()[0], ["route", "request_mirror_policies"]) as? [[String: Any]])?.first ?? [:]
        let value = at(policy, ["runtime_fraction", "default_value", "numerator"]) as? Int
        #expect(value == Int(1_000_000 * numerator / denominator))
    }

    @Test("timeouts that the rule does not set are off, and not Envoy's own")
    func timeouts() throws {
        var patient = rule()
        var exported = try Exported(table(route(patient)))
        #expect(text(exported.routes()[0]["route"]) == #"{"cluster":"shop/a:80","timeout":"0s"}"#)
        patient.timeouts = Timeouts(request: 10_000_000_000, backendRequest: 2_500_000_000)
        patient.retry = Retry(attempts: 2, codes: [503], backoff: 100_000_000)
        exported = try Exported(table(route(patient)))
        let policy = at(exported.routes()[0], ["route", "retry_policy"])
        #expect(at(exported.routes()[0], ["route", "timeout"]) as? String == "10s")
        let expected =
            #"{"num_retries":2,"per_try_timeout":"2.5s","retriable_status_codes":[503],"#
            + #""retry_back_off":{"base_interval":"0.1s"},"retry_on":"connect-failure,reset,retriable-status-codes"}"#
        #expect(text(policy) == expected)
    }
}
