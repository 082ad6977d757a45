import Foundation
import Testing

@Suite("weir route and weir status")
struct RouteCommandTests {
    private let manifests = packageFolder.appending(path: "scenarios/storefront-canary/manifests").path

    private func lines(_ result: Program.Result) -> [String] { result.output.split(separator: "\n").map(String.init) }

    @Test("a request by its URL is told with its route, rule, file and line, backends and what is forwarded")
    func oneRequest() throws {
        let result = try Program.run(
            "route", "-f", "manifests", "-H", "version: two", "http://store.example.com:8080/cart", "--explain",
            in: URL(filePath: manifests).deletingLastPathComponent())
        #expect(result.status == 0)
        let expected = [
            "forward to Service store/cart-v2:8080", "  gateway    infra/edge, port 8080, listener store",
            "  rule       HTTPRoute store/cart-preview rule 0 \"preview\" match 0 (manifests/store.yaml:98)",
            "  backends   100 %  Service store/cart-v2:8080", "  forwarded  GET /cart  Host: store.example.com:8080",
            "             version: two", "             x-preview: true",
        ]
        #expect(Array(lines(result).prefix(7)) == expected)
        #expect(result.output.contains("HTTPRoute store/cart rule 0 \"split\" match 0"))
        #expect(result.output.contains("loses by fewer headers"))
        #expect(result.output.contains("loses by a shorter path"))
    }

    @Test("a port that nobody listens on is told with the ports that there are")
    func wrongPort() throws {
        let result = try Program.run("route", "-f", manifests, "http://store.example.com/cart")
        #expect(result.status == 0)
        #expect(lines(result).first == "reset: no listener takes it")
        #expect(result.errors.contains("8080 (infra/edge)"))
    }

    @Test("many requests come back one decision a line, in their order, whatever one of them lacks")
    func batch() throws {
        let records = """
            {"id":"a","gateway":"infra/edge","port":8080,"method":"GET","host":"store.example.com","path":"/cart"}
            {"id":"b","gateway":"infra/edge","port":8080,"method":"GET","path":"/cart"}
            {"id":"c","gateway":"infra/edge","port":8080,"method":"GET","host":"store.example.com","path":"/cart","headersComplete":false,"headers":[]}
            {"id":"d","gateway":"infra/edge","port":8080,"method":"GET","host":"store.example.com","path":"/checkout"}
            """
        let result = try Program.run("route", "-f", manifests, "--requests", "-", "-o", "json", input: records + "\n")
        let decisions = try lines(result).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(decisions.map { $0["id"] as? String } == ["a", "b", "c", "d"])
        #expect(decisions.map { $0["action"] as? String } == ["forward", "undetermined", "undetermined", "redirect"])
        #expect(decisions[1]["missing"] as? [String] == ["host"])
        #expect(decisions[2]["missing"] as? [String] == ["headers.version"])
        #expect((decisions[2]["candidates"] as? [Any])?.count == 2)
        #expect(decisions[3]["location"] as? String == "https://store.example.com/checkout")
        #expect(
            try Program.run("route", "-f", manifests, "--requests", "-", "-o", "json", input: records + "\n").output
                == result.output)
    }

    @Test("manifests from standard input, as kubectl prints them, give the same answer as the file")
    func standardInput() throws {
        let text = try String(contentsOf: URL(filePath: manifests).appending(path: "pay.yaml"), encoding: .utf8)
        let gateway = try String(contentsOf: URL(filePath: manifests).appending(path: "gateway.yaml"), encoding: .utf8)
        let piped = try Program.run("status", "-f", "-", "-o", "json", input: text + "\n---\n" + gateway)
        let files = try Program.run(
            "status", "-f", manifests + "/pay.yaml", "-f", manifests + "/gateway.yaml", "-o", "json")
        #expect(piped.output == files.output)
        #expect(piped.output.contains("\"conditions\""))
    }

    @Test("the attachment matrix gives a reason for every no")
    func matrix() throws {
        let result = try Program.run("status", "-f", manifests)
        #expect(result.status == 0)
        #expect(result.output.contains("listener shared  attached for pay.example.com"))
        #expect(
            result.output.contains(
                "listener shared  no: allowedRoutes takes routes from namespaces with gateway-access=shared, which blog is not"
            ))
        #expect(result.output.contains("listener shared  no: the parentRef names listener store"))
    }
}
