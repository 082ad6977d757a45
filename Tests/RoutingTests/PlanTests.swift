import Routing
import TestSupport
import Testing

/// One gateway with one rule, and what it makes of a request.
struct OneRule {
    var rule: Rule
    var listener = Listener(gateway: "n/g", name: "l", port: 80, routes: [RouteIndex(raw: 0)])
    var backends = [
        Backend(namespace: "n", name: "a", port: 80), Backend(namespace: "n", name: "b", port: 80),
        Backend(namespace: "n", name: "empty", port: 80, hasReadyEndpoints: false),
    ]

    static let a = BackendReference(backend: BackendIndex(raw: 0))

    func outcome(_ request: Request, drawn: Int? = 0) -> RequestOutcome {
        let table = RoutingTable(
            listeners: [listener], routes: [Route(namespace: "n", name: "r", rules: [rule])], backends: backends)
        var scratch = Scratch()
        table.prepare(request, into: &scratch)
        let decision = table.decide(&scratch, port: PortIndex(raw: 0))
        return table.outcome(decision, table.plan(decision, for: request), drawn: drawn, for: request)
    }
}

@Suite("What becomes of a request")
struct PlanTests {
    private func rewritten(_ prefix: String, _ replacement: String, _ path: String) -> String? {
        let rule = Rule(
            matches: [Match(path: .prefix(prefix))],
            filters: [.rewrite(Rewrite(path: .replacePrefixMatch(replacement)))], backends: [OneRule.a])
        return OneRule(rule: rule).outcome(Request(host: "x.test", target: path)).forwarded?.target
    }

    @Test(
        "a prefix is replaced by whole segments, and slashes at the ends count for nothing",
        arguments: [
            ("/foo", "/xyz", "/foo", "/xyz"), ("/foo", "/xyz", "/foo/", "/xyz/"),
            ("/foo", "/xyz", "/foo/bar", "/xyz/bar"),
            ("/foo", "/xyz/", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz/", "/foo", "/xyz"),
            ("/foo/", "/xyz", "/foo/bar", "/xyz/bar"),
            ("/foo/", "/xyz", "/foo", "/xyz"), ("/foo", "/", "/foo/bar", "/bar"), ("/foo", "/", "/foo", "/"),
            ("/foo", "", "/foo/bar", "/bar"),
            ("/foo", "", "/foo", "/"), ("/", "/xyz", "/bar", "/xyz/bar"), ("/", "/xyz", "/", "/xyz/"),
            ("/foo", "/xyz", "/foo/a%20b?q=%20", "/xyz/a%20b?q=%20"),
        ])
    func prefixReplacement(_ prefix: String, _ replacement: String, _ path: String, _ expected: String) {
        #expect(rewritten(prefix, replacement, path) == expected)
    }

    private func location(
        _ redirect: Redirect, host: String = "shop.test", port: UInt16 = 80, target: String = "/a/b?q=1"
    ) -> String? {
        var one = OneRule(rule: Rule(matches: [Match(path: .prefix("/a"))], filters: [.redirect(redirect)]))
        one.listener.port = port
        one.listener.scheme = port == 443 ? .https : .http
        return one.outcome(Request(host: host, target: target)).plan.location
    }

    @Test("a redirect names a port only where it is not the scheme's own")
    func redirectPorts() {
        #expect(location(Redirect()) == "http://shop.test/a/b?q=1")
        #expect(location(Redirect(), port: 8080) == "http://shop.test:8080/a/b?q=1")
        #expect(location(Redirect(scheme: "https"), port: 8080) == "https://shop.test/a/b?q=1")
        #expect(location(Redirect(scheme: "https", port: 80)) == "https://shop.test:80/a/b?q=1")
        #expect(location(Redirect(port: 443)) == "http://shop.test:443/a/b?q=1")
        #expect(location(Redirect(scheme: "http", port: 80)) == "http://shop.test/a/b?q=1")
        #expect(location(Redirect(), host: "shop.test:8080") == "http://shop.test/a/b?q=1")
        #expect(location(Redirect(), host: "Shop.Test:8080") == "http://Shop.Test/a/b?q=1")
        #expect(location(Redirect(hostname: "new.test")) == "http://new.test/a/b?q=1")
        #expect(location(Redirect(), host: "") == "/a/b?q=1")
    }

    @Test("a redirect changes the path as a rewrite does and keeps the query")
    func redirectPath() {
        #expect(location(Redirect(path: .replaceFullPath("/new"))) == "http://shop.test/new?q=1")
        #expect(location(Redirect(path: .replacePrefixMatch("/z/"))) == "http://shop.test/z/b?q=1")
    }

    @Test("header modifiers set, add and remove whatever the case of the names, the rule's before the backend's")
    func headerModifiers() {
        var reference = OneRule.a
        reference.filters = [
            .requestHeaders(HeaderModifier(set: [HeaderField("x-a", "backend")], add: [HeaderField("X-B", "backend")]))
        ]
        let rule = Rule(
            filters: [
                .requestHeaders(
                    HeaderModifier(
                        set: [HeaderField("X-A", "rule")], add: [HeaderField("X-B", "rule")], remove: ["x-gone"])),
                .responseHeaders(HeaderModifier(set: [HeaderField("X-R", "1")], remove: ["Server"])),
            ],
            backends: [reference])
        let headers = [
            HeaderField("X-a", "o"), HeaderField("x-b", "o"), HeaderField("X-Gone", "o"), HeaderField("accept", "*/*"),
        ]
        let outcome = OneRule(rule: rule).outcome(Request(host: "x.test", target: "/", headers: headers))
        #expect(
            outcome.forwarded?.headers == [
                HeaderField("x-b", "o"), HeaderField("accept", "*/*"), HeaderField("X-B", "rule"),
                HeaderField("x-a", "backend"),
                HeaderField("X-B", "backend"),
            ])
        #expect(outcome.plan.responseHeaders == HeaderModifier(set: [HeaderField("X-R", "1")], remove: ["Server"]))
    }

    @Test("the Host header reaches the backend as it was sent, unless a rewrite replaces it")
    func hostHeader() {
        let plain = OneRule(rule: Rule(backends: [OneRule.a]))
        #expect(plain.outcome(Request(host: "Shop.Test:8080", target: "/")).forwarded?.host == "Shop.Test:8080")
        let absolute = plain.outcome(Request(host: "other.test", target: "http://shop.test:81/x?y"))
        #expect(absolute.forwarded?.host == "shop.test:81")
        #expect(absolute.forwarded?.target == "/x?y")
        let rewrite = OneRule(rule: Rule(filters: [.rewrite(Rewrite(hostname: "new.test"))], backends: [OneRule.a]))
        #expect(rewrite.outcome(Request(host: "shop.test", target: "/x")).forwarded?.host == "new.test")
    }

    @Test("a whole URI without a path asks for /, one without a host or with a port that is no number is refused")
    func absoluteTargets() {
        let one = OneRule(rule: Rule(matches: [Match(path: .exact("/"))], backends: [OneRule.a]))
        func outcome(_ target: String) -> RequestOutcome { one.outcome(Request(host: "x.test", target: target)) }
        #expect(outcome("http://shop.test:80").forwarded?.target == "/")
        #expect(outcome("http://shop.test?q=1").forwarded?.target == "/?q=1")
        #expect(outcome("http:///").plan.status == 400)
        #expect(outcome("http://shop.test:80x").plan.status == 400)
        #expect(outcome("http://[::1]:80").forwarded?.host == "[::1]:80")
    }

    @Test(
        "a share without a valid backend answers 500, one without ready endpoints 503, and the others are not touched")
    func failingShares() {
        let invalid = BackendReference(backend: nil)
        let empty = BackendReference(backend: BackendIndex(raw: 2))
        let request = Request(host: "x.test", target: "/")
        let mixed = OneRule(rule: Rule(backends: [OneRule.a, invalid, empty]))
        #expect(mixed.outcome(request, drawn: 0).plan.action == .forward)
        #expect(mixed.outcome(request, drawn: 1).plan.status == 500)
        #expect(mixed.outcome(request, drawn: 2).plan.status == 503)
        #expect(OneRule(rule: Rule(backends: [invalid])).outcome(request).plan.reason == .invalidBackendReference)
        #expect(OneRule(rule: Rule(backends: [empty])).outcome(request).plan.reason == .noEndpoints)
        #expect(OneRule(rule: Rule(backends: [])).outcome(request, drawn: nil).plan.reason == .noBackend)
        var unused = OneRule.a
        unused.weight = 0
        #expect(OneRule(rule: Rule(backends: [unused])).outcome(request, drawn: nil).plan.status == 500)
        #expect(OneRule(rule: Rule(backends: [unused, empty])).outcome(request).plan.status == 503)
    }

    @Test(
        "mirrors are listed with their share; one whose backend is not valid is left out, and the request goes its way")
    func mirrors() {
        let rule = Rule(
            filters: [
                .mirror(Mirror(backend: BackendIndex(raw: 1), numerator: 42, denominator: 1000)),
                .mirror(Mirror(backend: nil)),
                .mirror(Mirror(backend: BackendIndex(raw: 1), numerator: 0)),
            ], backends: [OneRule.a])
        let plan = OneRule(rule: rule).outcome(Request(host: "x.test", target: "/")).plan
        #expect(plan.action == .forward)
        #expect(plan.mirrors.map(\.fraction) == [0.042])
    }
}

@Suite("CORS")
struct CORSTests {
    private func outcome(_ cors: CORS, method: String = "OPTIONS", _ headers: [HeaderField]) -> RequestOutcome {
        OneRule(rule: Rule(filters: [.cors(cors)], backends: [OneRule.a]))
            .outcome(Request(method: method, host: "x.test", target: "/", headers: headers))
    }

    private let preflight = [
        HeaderField("Origin", "https://www.foo.test"), HeaderField("Access-Control-Request-Method", "PUT"),
        HeaderField("Access-Control-Request-Headers", "x-one, x-two"),
    ]

    @Test("a preflight is answered by the gateway with what the route allows")
    func allowed() {
        let cors = CORS(
            allowOrigins: ["https://*.foo.test"], allowCredentials: true, allowMethods: ["GET", "PUT"],
            allowHeaders: ["x-one"], maxAge: 60)
        let plan = outcome(cors, preflight).plan
        #expect(plan.action == .respond && plan.status == 204 && plan.reason == .preflight)
        #expect(
            plan.responseHeaders.set == [
                HeaderField("Access-Control-Allow-Origin", "https://www.foo.test"),
                HeaderField("Access-Control-Allow-Credentials", "true"),
                HeaderField("Access-Control-Allow-Methods", "GET, PUT"),
                HeaderField("Access-Control-Allow-Headers", "x-one"),
                HeaderField("Access-Control-Max-Age", "60"),
            ])
    }

    @Test("a preflight from another origin is answered too, with no header that allows anything")
    func refused() {
        let plan = outcome(CORS(allowOrigins: ["https://other.test"], allowMethods: ["*"]), preflight).plan
        #expect(plan.action == .respond && plan.responseHeaders.isEmpty)
    }

    @Test("a wildcard is sent as it is without credentials, and stands for what was asked for with them")
    func wildcards() {
        func values(_ credentials: Bool) -> [String] {
            let cors = CORS(
                allowOrigins: ["*"], allowCredentials: credentials, allowMethods: ["*"], allowHeaders: ["*"])
            return outcome(cors, preflight).plan.responseHeaders.set.filter {
                $0.name.contains("Allow-M") || $0.name.contains("Allow-H")
            }.map(\.value)
        }
        #expect(values(false) == ["*", "*"])
        #expect(values(true) == ["PUT", "x-one, x-two"])
    }

    @Test(
        "an origin matches by scheme, host and port; a wildcard takes any number of labels",
        arguments: [
            ("https://foo.test", "https://foo.test", true), ("https://foo.test", "http://foo.test", false),
            ("https://foo.test:443", "https://foo.test", true),
            ("http://foo.test:8080", "http://foo.test", false), ("https://*.foo.test", "https://a.b.foo.test", true),
            ("https://*.foo.test", "https://foo.test", false), ("https://*", "https://any.example", true),
            ("*", "null", true),
        ])
    func origins(_ pattern: String, _ origin: String, _ allowed: Bool) {
        #expect(CORS(allowOrigins: [pattern]).allows(origin: origin) == allowed)
    }

    @Test("a request that is no preflight goes its way, and its answer says who may read it")
    func actualRequest() {
        let result = outcome(CORS(allowOrigins: ["*"], exposeHeaders: ["x-total"]), method: "GET", preflight)
        #expect(result.plan.action == .forward)
        #expect(
            result.plan.responseHeaders.set.map(\.name) == [
                "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
            ])
    }
}

@Suite("The split")
struct SplitTests {
    @Test("gives each backend its weight's share, and one of weight 0 nothing")
    func shares() {
        var generator = SeededGenerator(seed: 11)
        for weights in [[9, 1], [0, 3, 0, 1], [1, 0], Array(repeating: 7, count: 16), [1_000_000, 1, 999_999]]
            as [[UInt32]]
        {
            let split = Split(weights: weights)
            var counts = Array(repeating: 0, count: weights.count)
            let draws = 200_000
            for _ in 0..<draws { counts[split.draw(using: &generator) ?? 0] += 1 }
            var chiSquare = 0.0
            for place in weights.indices {
                let expected = split.share(place) * Double(draws)
                if expected == 0 {
                    #expect(counts[place] == 0)
                } else {
                    chiSquare += (Double(counts[place]) - expected) * (Double(counts[place]) - expected) / expected
                }
            }
            // 37.7 is the 99.9 % point of chi-square with 15 degrees of freedom, the most that there are here.
            #expect(chiSquare < 37.7, "\(weights): \(counts)")
        }
    }

    @Test("keeps a key where it is, gives each backend its share of the keys, and moves those alone that have to move")
    func keys() {
        let keys = (0..<20_000).map { Array("session-\($0)".utf8) }
        func places(_ weights: [UInt32]) -> [Int?] { keys.map { Split(weights: weights).place(forKey: $0.span) } }
        let before = places([9, 1])
        #expect(before == places([9, 1]))
        #expect(abs(before.count { $0 == 1 } - 2_000) < 200)
        let after = places([5, 5])
        #expect(zip(before, after).allSatisfy { $0 == $1 || ($0 == 0 && $1 == 1) })
        #expect(places([0, 0]).allSatisfy { $0 == nil })
        #expect(places([0, 3, 0]).allSatisfy { $0 == 1 })
    }

    @Test("of nothing, or of weights of 0 alone, draws nobody")
    func nobody() {
        var generator = SeededGenerator(seed: 1)
        #expect(Split(weights: []).draw(using: &generator) == nil)
        #expect(Split(weights: [0, 0]).draw(using: &generator) == nil)
        #expect(generator.state == 1)
    }
}
