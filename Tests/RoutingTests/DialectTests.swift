import Routing
import Testing

/// What each dialect makes of one gateway, in the order of the presets: specification, envoy, traefik.
struct InEveryDialect {
    var listeners = [Listener(gateway: "n/g", name: "l", port: 80, routes: [RouteIndex(raw: 0)])]
    var routes: [Route]

    /// A gateway with one route of these rules; the rule at a place sends to the backend at that place.
    init(_ rules: [Rule], hostnames: [HostnamePattern] = []) {
        routes = [Self.route("r", rules, firstBackend: 0, hostnames: hostnames)]
    }

    /// A gateway with one rule in each of several routes, the older route first.
    init(routes rules: [(hostname: String?, rule: Rule)]) {
        routes = rules.enumerated().map { place, entry in
            Self.route(
                "r\(place)", [entry.rule], firstBackend: place,
                hostnames: entry.hostname.map { [HostnamePattern($0)] } ?? [])
        }
        listeners[0].routes = routes.indices.map { RouteIndex(raw: UInt32($0)) }
    }

    private static func route(
        _ name: String, _ rules: [Rule], firstBackend: Int, hostnames: [HostnamePattern]
    ) -> Route {
        var rules = rules
        for place in rules.indices {
            let backend = BackendIndex(raw: UInt32(firstBackend + place))
            if rules[place].backends.isEmpty { rules[place].backends = [BackendReference(backend: backend)] }
        }
        return Route(
            namespace: "n", name: name, created: Int64(firstBackend), hostnames: hostnames, rules: rules)
    }

    func outcomes(_ request: Request, serverName: String? = nil) -> [RequestOutcome] {
        let backends = ["a", "b", "c", "d"].map { Backend(namespace: "n", name: $0, port: 80) }
        return Dialect.presets.map { dialect in
            let table = RoutingTable(dialect: dialect, listeners: listeners, routes: routes, backends: backends)
            var scratch = Scratch()
            table.prepare(request, serverName: serverName, into: &scratch)
            let decision = table.decide(&scratch, port: PortIndex(raw: 0))
            let plan = table.plan(decision, for: request)
            return table.outcome(decision, plan, drawn: plan.shares.isEmpty ? nil : 0, for: request)
        }
    }

    /// The backend's name, the status, or the unknown field that the answer hangs on.
    func answers(_ request: Request, serverName: String? = nil) -> [String] {
        outcomes(request, serverName: serverName).map { outcome in
            if let field = outcome.plan.unknown.first { return field.rawValue }
            let names = ["a", "b", "c", "d"]
            return outcome.backend.map { names[$0.place] } ?? "\(outcome.plan.status ?? 0)"
        }
    }
}

@Suite("A dialect")
struct DialectTests {
    private func get(_ target: String, host: String = "x.test", _ headers: [(String, String)] = []) -> Request {
        Request(host: host, target: target, headers: headers.map { HeaderField($0.0, $0.1) })
    }

    private func path(_ path: PathPredicate) -> Rule { Rule(matches: [Match(path: path)]) }
    private func expression(_ text: String) throws -> ValuePredicate { .regularExpression(try RegularExpression(text)) }

    @Test("has a name by which it is found")
    func names() {
        #expect(Dialect.presets.map(\.name) == ["specification", "envoy", "traefik"])
        #expect(Dialect(named: "envoy") == .envoy)
        #expect(Dialect(named: "nginx") == nil)
    }

    @Test("says whether less specific hostnames are asked, and whether a path outweighs them")
    func hostnames() {
        let closed = InEveryDialect(routes: [("x.test", path(.prefix("/foo"))), ("*.test", path(.everything))])
        #expect(closed.answers(get("/bar")) == ["b", "404", "b"])
        let weight = InEveryDialect(routes: [("x.test", path(.everything)), ("*.test", path(.prefix("/foo/bar")))])
        #expect(weight.answers(get("/foo/bar")) == ["a", "a", "b"])
        let dot = InEveryDialect([path(.everything)], hostnames: [HostnamePattern("x.test")])
        #expect(dot.answers(get("/", host: "x.test.:80")) == ["404", "404", "a"])
    }

    @Test("says which listeners share their routes, and what a server name does")
    func listeners() {
        var gateway = InEveryDialect(routes: [(nil, path(.prefix("/foo"))), (nil, path(.everything))])
        gateway.listeners = [("x.test", 0), ("*.test", 1)].map { hostname, route in
            Listener(
                gateway: "n/g", name: hostname, port: 80, hostname: HostnamePattern(hostname),
                routes: [RouteIndex(raw: route)])
        }
        #expect(gateway.answers(get("/bar")) == ["404", "404", "b"])
        gateway.listeners[0].routes = []
        #expect(gateway.answers(get("/bar")) == ["404", "b", "b"])
        for place in [0, 1] { gateway.listeners[place].scheme = .https }
        gateway.listeners[0].routes = [RouteIndex(raw: 0)]
        #expect(gateway.answers(get("/foo"), serverName: "y.test") == ["421", "b", "a"])
        #expect(gateway.answers(get("/foo"), serverName: "other") == ["404", "404", "a"])
    }

    @Test("says whether a route ranks by its own hostname or by what the listener leaves of it")
    func intersection() {
        var gateway = InEveryDialect(routes: [("*.test", path(.everything)), ("x.test", path(.everything))])
        gateway.listeners[0].hostname = HostnamePattern("x.test")
        #expect(gateway.answers(get("/")) == ["b", "a", "a"])
    }

    @Test("orders matches by criteria or by points")
    func precedence() throws {
        let one = FieldPredicate(name: "one", value: .exact("1"))
        let two = FieldPredicate(name: "two", value: .exact("1"))
        let both = [("One", "1"), ("Two", "1")]
        let method = InEveryDialect(routes: [
            (nil, Rule(matches: [Match(headers: [one, two])])), (nil, Rule(matches: [Match(method: "GET")])),
        ])
        #expect(method.answers(get("/", both)) == ["b", "a", "b"])
        let longer = InEveryDialect(routes: [
            (nil, Rule(matches: [Match(path: .prefix("/f"), method: "GET")])), (nil, path(.prefix("/f/b"))),
        ])
        #expect(longer.answers(get("/f/b")) == ["b", "b", "a"])
        let short = try PathPredicate.regularExpression(RegularExpression("/v/.*"))
        let expressions = InEveryDialect([path(short), path(.prefix("/v/abcdef"))])
        #expect(expressions.answers(get("/v/abcdef/z")) == ["a", "a", "b"])
        let like = FieldPredicate(name: "one", value: try expression("1"))
        let exact = InEveryDialect(routes: [
            (nil, Rule(matches: [Match(headers: [like])])), (nil, Rule(matches: [Match(headers: [two])])),
        ])
        #expect(exact.answers(get("/", both)) == ["a", "b", "dialect.ranking.equalRank"])
    }

    @Test("says whether a match that an older route has too counts at all")
    func sameMatch() {
        var gateway = InEveryDialect(routes: [(nil, path(.prefix("/a"))), (nil, path(.prefix("/a")))])
        gateway.routes[1].rules.append(path(.prefix("/other")))
        #expect(gateway.answers(get("/a")) == ["a", "a", "a"])
    }

    @Test(
        "says what is made of a path before it is matched and forwarded",
        arguments: [
            ("//foo", ["//foo", "/foo", "/foo"]), ("/foo/.", ["/foo/.", "/foo/", "/foo"]),
            ("/x/../foo", ["/x/../foo", "/foo", "/foo"]), ("/a//../b", ["/a//../b", "/a/b", "/b"]),
            ("/f%6fo", ["/f%6fo", "/foo", "/foo"]), ("/a%2fb", ["/a%2fb", "307 /a/b", "/a%2Fb"]),
            ("/foo\\bar", ["/foo\\bar", "/foo/bar", "/foo%5Cbar"]), ("/a|!", ["/a|!", "/a%7C!", "/a%7C%21"]),
            ("/é", ["/é", "400", "/%C3%A9"]), ("/%zz", ["/%zz", "/%zz", "400"]), ("/%00", ["/%00", "400", "/%00"]),
            ("/a#b", ["/a#b", "400", "400"]), ("*", ["*", "400", "404"]), ("//", ["//", "//", "/"]),
            ("http://x.test?q", ["/?q", "404", "/?q"]), ("http://x.test", ["/", "/", "/"]),
            ("/x?a=1;b=2", ["/x?a=1;b=2", "/x?a=1;b=2", "/x?a=1&b=2"]),
        ])
    func normalisation(_ target: String, _ expected: [String]) {
        let outcomes = InEveryDialect([path(.everything)]).outcomes(get(target))
        let answers = outcomes.map { outcome in
            outcome.forwarded?.target
                ?? "\(outcome.plan.status ?? 0)\(outcome.plan.location.map { " \($0)" } ?? "")"
        }
        #expect(answers == expected)
    }

    @Test("says whether rules are held against the decoded path")
    func decodedPath() {
        let rules = InEveryDialect([path(.prefix("/caf%C3%A9")), path(.everything)])
        #expect(rules.answers(get("/caf%C3%A9/x")) == ["a", "a", "b"])
    }

    @Test("says how repeated headers, Host and entries of one name are compared")
    func headers() {
        let one = Match(headers: [FieldPredicate(name: "env", value: .exact("one"))])
        let rules = InEveryDialect([Rule(matches: [one]), path(.everything)])
        #expect(rules.answers(get("/", [("Env", "two"), ("env", "one")])) == ["b", "a", "a"])
        let twice = Match(headers: [
            FieldPredicate(name: "Env", value: .exact("one")), FieldPredicate(name: "env", value: .exact("two")),
        ])
        let entries = InEveryDialect([Rule(matches: [twice]), path(.everything)])
        #expect(entries.answers(get("/", [("env", "one")])) == ["a", "b", "b"])
        #expect(entries.answers(get("/", [("env", "two"), ("env", "one")])) == ["b", "a", "a"])
        let host = Match(headers: [FieldPredicate(name: "Host", value: .exact("x.test"))])
        #expect(InEveryDialect([Rule(matches: [host]), path(.everything)]).answers(get("/")) == ["b", "a", "b"])
    }

    @Test("bounds what a request costs that repeats every header that a rule asks for")
    func manyRepeats() {
        let names = (0..<12).map { "h\($0)" }
        let match = Match(headers: names.map { FieldPredicate(name: $0, value: .exact("7")) })
        let rules = InEveryDialect([Rule(matches: [match]), path(.everything)])
        let headers = names.flatMap { name in (0..<8).map { (name, "\($0)") } }
        #expect(rules.answers(get("/", headers)) == ["b", "a", "a"])
        #expect(rules.answers(get("/", headers.filter { $0 != ("h3", "7") })) == ["b", "b", "b"])
    }

    @Test("says how expressions, queries and methods are compared")
    func conditions() throws {
        let env = InEveryDialect([
            Rule(matches: [Match(headers: [FieldPredicate(name: "env", value: try expression("can"))])]),
            path(.everything),
        ])
        #expect(env.answers(get("/", [("env", "canary")])) == ["b", "b", "a"])
        let parameter = Match(queryParameters: [FieldPredicate(name: "q", value: .exact("a b"))])
        let query = InEveryDialect([Rule(matches: [parameter]), path(.everything)])
        #expect(query.answers(get("/?q=a%20b")) == ["b", "b", "a"])
        #expect(query.answers(get("/?q=1&q=a+b")) == ["b", "b", "a"])
        #expect(query.answers(get("/?x=1;%71=a+b")) == ["b", "b", "a"])
        var request = get("/")
        request.method = "get"
        #expect(query.answers(request) == ["b", "400", "b"])
    }
}
