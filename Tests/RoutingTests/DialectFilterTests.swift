import Routing
import Testing

@Suite("The filters in each dialect")
struct DialectFilterTests {
    private func outcomes(_ rule: Rule, _ request: Request) -> [RequestOutcome] {
        InEveryDialect([rule]).outcomes(request)
    }

    private func locations(_ redirect: Redirect, _ target: String = "/", host: String = "x.test", prefix: String = "/")
        -> [String?]
    {
        outcomes(
            Rule(matches: [Match(path: .prefix(prefix))], filters: [.redirect(redirect)]),
            Request(host: host, target: target)
        ).map(\.plan.location)
    }

    @Test("redirects name ports by the listener, by the listener unless well known, or by Host")
    func redirectPorts() {
        #expect(locations(Redirect(port: 443)) == ["http://x.test:443/", "http://x.test/", "http://x.test:443/"])
        #expect(locations(Redirect(port: 80)) == ["http://x.test/", "http://x.test/", "http://x.test:80/"])
        #expect(
            locations(Redirect(scheme: "https"), host: "x.test:8080")
                == ["https://x.test/", "https://x.test:8080/", "https://x.test/"])
        #expect(
            locations(Redirect(hostname: "n.test"), host: "x.test:8080")
                == ["http://n.test/", "http://n.test/", "http://n.test:8080/"])
    }

    @Test("a whole path is verbatim, with a query of its own, or not yet encoded")
    func fullPath() {
        #expect(
            locations(Redirect(path: .replaceFullPath("/n?z=1")), "/a?q=1")
                == ["http://x.test/n?z=1?q=1", "http://x.test/n?z=1", "http://x.test/n%3Fz=1?q=1"])
        let rule = Rule(filters: [.rewrite(Rewrite(path: .replaceFullPath("/a\\1b")))])
        let targets = outcomes(rule, Request(host: "x.test", target: "/f")).map { $0.forwarded?.target }
        #expect(targets == ["/a\\1b", "/f", "/a%5C1b"])
    }

    @Test(
        "prefixes give way by segments or by text",
        arguments: [
            ("/", "/xyz", "/bar", ["/xyz/bar", "/xyzbar", "/xyz/bar"]), ("/", "/xyz", "/", ["/xyz/", "/xyz", "/xyz/"]),
            ("/t/", "/", "/t", ["/", "/t", "/"]), ("/e", "", "/e/bar", ["/bar", "/bar", "bar"]),
            ("/f", "/xyz/", "/f/a", ["/xyz/a", "/xyz/a", "/xyz/a"]),
        ])
    func rewritePrefix(_ prefix: String, _ replacement: String, _ target: String, _ expected: [String]) {
        let rule = Rule(
            matches: [Match(path: .prefix(prefix))],
            filters: [.rewrite(Rewrite(path: .replacePrefixMatch(replacement)))])
        #expect(outcomes(rule, Request(host: "x.test", target: target)).map { $0.forwarded?.target } == expected)
    }

    @Test("a redirect to a prefix keeps the slash at the end of the replacement in one of them")
    func redirectPrefix() {
        #expect(
            locations(Redirect(path: .replacePrefixMatch("/new/")), "/p/x", prefix: "/p")
                == ["http://x.test/new/x", "http://x.test/new//x", "http://x.test/new/x"])
    }

    private func values(_ modifiers: [Filter], backend: [Filter] = []) -> [[String]?] {
        var rule = Rule(filters: modifiers)
        rule.backends = [BackendReference(backend: BackendIndex(raw: 0), filters: backend)]
        let request = Request(host: "x.test", target: "/", headers: [HeaderField("X-A", "o")])
        return outcomes(rule, request).map { outcome in
            outcome.forwarded?.headers.filter { $0.name.lowercased() == "x-a" }.map(\.value)
        }
    }

    @Test("header modifiers work in one order or the other, and the rule's or the backend's prevail")
    func headerModifiers() {
        let (set, add) = ([HeaderField("X-A", "s")], [HeaderField("X-A", "d")])
        #expect(
            values([.requestHeaders(HeaderModifier(set: set, add: add))]) == [["s", "d"], ["o", "d"], ["s", "d"]])
        #expect(values([.requestHeaders(HeaderModifier(set: set, remove: ["x-a"]))]) == [[], ["s"], []])
        #expect(values([.requestHeaders(HeaderModifier(add: add, remove: ["x-a"]))]) == [[], ["d"], []])
        let backend = [Filter.requestHeaders(HeaderModifier(set: [HeaderField("x-a", "backend")]))]
        #expect(
            values([.requestHeaders(HeaderModifier(set: set))], backend: backend) == [["backend"], ["s"], ["backend"]])
    }

    private func unknown(_ filter: Filter) -> [[Dialect.Field]] {
        outcomes(Rule(filters: [filter]), Request(host: "x.test", target: "/")).map(\.plan.unknown)
    }

    @Test("what hangs on an unknown field says so")
    func unknownFields() {
        let names = HeaderModifier(set: [HeaderField("X-A", "1"), HeaderField("x-a", "2")])
        #expect(unknown(.requestHeaders(names)) == [[], [], [.namesDifferingInCase]])
        #expect(
            unknown(.requestHeaders(HeaderModifier(set: [HeaderField("Host", "n.test")])))
                == [[], [.hostModifier], []])
        #expect(
            unknown(.responseHeaders(HeaderModifier(add: [HeaderField("X-B", "100%")])))
                == [[], [.percentInHeaderValue], []])
        #expect(unknown(.cors(CORS(allowOrigins: ["*"]))) == [[], [.cors], [.cors]])
    }

    @Test("response headers change redirects in one of them")
    func redirectHeaders() {
        let set = HeaderModifier(set: [HeaderField("X-R", "1")])
        let rule = Rule(filters: [.redirect(Redirect()), .responseHeaders(set)])
        let headers = outcomes(rule, Request(host: "x.test", target: "/")).map(\.plan.responseHeaders)
        #expect(headers == [HeaderModifier(), set, HeaderModifier()])
    }

    @Test("mirrors and rules without a backend to send to are answered with the status of the dialect")
    func statuses() {
        let request = Request(host: "x.test", target: "/")
        let mirror = Rule(filters: [.mirror(Mirror(backend: BackendIndex(raw: 1)))])
        #expect(InEveryDialect([mirror]).answers(request) == ["a", "a", "500"])
        let zero = Rule(backends: [BackendReference(backend: BackendIndex(raw: 0), weight: 0)])
        #expect(InEveryDialect([zero]).answers(request) == ["500", "500", "503"])
        for (filters, expected) in [
            ([], ["500", "500", "500"]),
            ([Filter.requestHeaders(HeaderModifier(remove: ["x"]))], ["500", "500", "503"]),
        ] {
            var none = InEveryDialect([Rule(filters: filters)])
            none.routes[0].rules[0].backends = []
            #expect(none.answers(request) == expected)
        }
    }
}
