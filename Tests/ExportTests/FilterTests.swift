import Export
import Routing
import Testing

@Suite("Filters in Envoy's words")
struct FilterTests {
    @Test(
        "a replaced prefix is joined by segments, as the table of ReplacePrefixMatch says",
        arguments: [
            ("/foo", "/new", #"{"prefix_rewrite":"/new"}"#),
            ("/foo/", "/new/", #"{"prefix_rewrite":"/new"}"#),
            ("/foo", "/", #"{"regex_rewrite":{"pattern":{"regex":"^/foo/?"},"substitution":"/"}}"#),
            ("/f.o", "", #"{"regex_rewrite":{"pattern":{"regex":"^/f\\.o/?"},"substitution":"/"}}"#),
            ("/", "/new", #"{"prefix_rewrite":"/new/"}"#),
            ("/", "/", "{}"),
        ])
    func replacePrefix(prefix: String, replacement: String, expected: String) throws {
        let filter = Filter.rewrite(Rewrite(path: .replacePrefixMatch(replacement)))
        let exported = try Exported(table(route(rule(.prefix(prefix), filters: [filter]))))
        var action = exported.routes()[0]["route"] as? [String: Any] ?? [:]
        for name in ["cluster", "timeout"] { action[name] = nil }
        #expect(text(action) == expected)
    }

    @Test("a backslash in a replaced path is a backslash, and not a group of the expression")
    func replaceFullPath() throws {
        let filter = Filter.rewrite(Rewrite(path: .replaceFullPath("/a\\1")))
        let exported = try Exported(table(route(rule(filters: [filter]))))
        #expect(at(exported.routes()[0], ["route", "regex_rewrite", "substitution"]) as? String == "/a\\\\1")
    }

    @Test(
        "set, add and remove of one name come to what carrying them out in turn gives",
        arguments: [
            (HeaderModifier(set: [HeaderField("X", "1")]), ["OVERWRITE_IF_EXISTS_OR_ADD 1"], []),
            (HeaderModifier(add: [HeaderField("X", "1")]), ["APPEND_IF_EXISTS_OR_ADD 1"], []),
            (
                HeaderModifier(set: [HeaderField("X", "1")], add: [HeaderField("x", "2")]),
                ["APPEND_IF_EXISTS_OR_ADD 1", "APPEND_IF_EXISTS_OR_ADD 2"], ["X"]
            ),
            (HeaderModifier(set: [HeaderField("X", "1")], remove: ["x"]), [], ["x"]),
            (
                HeaderModifier(set: [HeaderField("X", "1"), HeaderField("x", "2")]), ["OVERWRITE_IF_EXISTS_OR_ADD 2"],
                []
            ),
            (HeaderModifier(set: [HeaderField("X", "100%")]), ["OVERWRITE_IF_EXISTS_OR_ADD 100%%"], []),
        ])
    func modifiers(modifier: HeaderModifier, adding: [String], removing: [String]) throws {
        let exported = try Exported(table(route(rule(filters: [.requestHeaders(modifier)]))))
        let route = exported.routes()[0]
        let added = list(route, "request_headers_to_add").map { option in
            "\(option["append_action"] ?? "") \(at(option, ["header", "value"]) ?? "")"
        }
        #expect(added == adding)
        #expect(route["request_headers_to_remove"] as? [String] ?? [] == removing)
    }

    @Test("a filter that sets Host is a rewrite of the host, which Envoy keeps apart from the headers")
    func setHost() throws {
        let filter = Filter.requestHeaders(HeaderModifier(set: [HeaderField("Host", "new.test")]))
        let exported = try Exported(table(route(rule(filters: [filter]))))
        #expect(at(exported.routes()[0], ["route", "host_rewrite_literal"]) as? String == "new.test")
        #expect(exported.routes()[0]["request_headers_to_add"] == nil)
    }

    @Test(
        "a redirect writes a port only where it is not the scheme's own",
        arguments: [
            (Redirect(), 80, nil), (Redirect(), 8080, 8080), (Redirect(scheme: "https"), 8080, nil),
            (Redirect(scheme: "https", port: 80), 80, 80), (Redirect(port: 80), 8080, nil),
            (Redirect(port: 443), 80, 443),
        ] as [(Redirect, UInt16, Int?)])
    func redirectPorts(redirect: Redirect, listener: UInt16, expected: Int?) throws {
        let exported = try Exported(table(port: listener, route(rule(filters: [.redirect(redirect)], backends: []))))
        // Where no port is written, one that the client wrote in Host is taken out first, by a route of its own.
        let routes = exported.routes()
        #expect(routes.count == (expected == nil ? 2 : 1))
        for route in routes { #expect(at(route, ["redirect", "port_redirect"]) as? Int == expected) }
    }

    @Test("a redirect to a hostname needs no port taken out of Host")
    func redirectHostname() throws {
        let redirect = Filter.redirect(Redirect(hostname: "new.test"))
        let exported = try Exported(table(route(rule(filters: [redirect], backends: []))))
        #expect(exported.routes().count == 1)
    }
}
