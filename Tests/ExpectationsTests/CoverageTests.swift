import Foundation
import GatewayAPI
import Reports
import Testing
import Traffic

@testable import Expectations

@Suite("Coverage")
struct CoverageTests {
    private func suite(_ cases: String) throws -> TestSuite {
        let folder = try TestFolder([
            "gateway.yaml": Shop.manifests, "test.yaml": Shop.test("gateway: infra/edge\n  cases: [\(cases)]"),
        ])
        let suite = try TestSuite([folder.path("test.yaml")])
        _ = suite.run()
        return suite
    }

    private func uncovered(_ request: String) throws -> Set<String> {
        let coverage = try suite("{name: a, request: \"\(request)\", not: {status: 418}}").coverage()
        return Set(coverage.uncovered.map(\.item.name))
    }

    private static let split = "HTTPRoute shop/cart rule 0 (split)"

    @Test("a request that a split takes covers every backend with a share, and what is done on its way")
    func split() throws {
        let rest = try uncovered("GET http://shop.test/cart")
        let part = rest.filter { $0.hasPrefix(Self.split) }
        #expect(part.isEmpty, "\(part)")
        let all = try uncovered("GET http://shop.test/images").filter { $0.hasPrefix(Self.split) }
        #expect(
            all == [
                Self.split, "\(Self.split) match 0: PathPrefix /cart", "\(Self.split) filter 0 (RequestHeaderModifier)",
                "\(Self.split) filter 1 (RequestMirror)", "\(Self.split) backend 0 (shop/cart-v1)",
                "\(Self.split) backend 1 (shop/cart-v2)", "\(Self.split) backend 1 filter 0 (RequestHeaderModifier)",
            ], "the backend of weight 0 gets nothing, and counts for nothing")
    }

    @Test("a redirect covers its rule, the match that took it, and its filter")
    func redirect() throws {
        let rule = "HTTPRoute shop/cart rule 1"
        let rest = try uncovered("GET http://shop.test/old/a").filter { $0.hasPrefix(rule) }
        #expect(rest == ["\(rule) match 1: Exact /older"])
    }

    @Test("a rule whose backend is not there is covered by the request that it answers with 500")
    func failing() throws {
        #expect(
            try uncovered("GET http://shop.test/gone").filter { $0.hasPrefix("HTTPRoute shop/cart rule 3") }.isEmpty)
    }

    @Test("a listener is covered by a request that it takes, whatever becomes of it")
    func listener() throws {
        #expect(try uncovered("GET http://x.internal:8080/").contains("Gateway infra/edge listener internal") == false)
        #expect(try uncovered("GET http://shop.test/").contains("Gateway infra/edge listener internal"))
    }

    @Test("with the requests that are shown for it, everything is covered that can be")
    func remedies() throws {
        let suite = try suite(Shop.anyCase)
        let before = suite.coverage()
        #expect(before.share < 0.2 && before.uncovered.count > 20)
        var count = suite.trafficCount()
        for uncovered in before.uncovered {
            switch uncovered.remedy {
            case .request(let request): count.add(request.record)
            case .unreachable(let why), .unknown(let why): Issue.record("\(uncovered.item.name): \(why)")
            }
        }
        let after = suite.coverage(traffic: count)
        for count in after.counts { #expect(count.inTraffic == count.total, "\(count)") }
        #expect(after.share == before.share, "traffic is no test")
    }

    @Test("what no request can use is told apart, and does not count")
    func unreachable() throws {
        let manifests = Shop.manifests.replacing(
            "- matches: [{path: {type: PathPrefix, value: /gone}}]",
            with: "- matches: [{path: {type: PathPrefix, value: /images}}]")
        let folder = try TestFolder([
            "gateway.yaml": manifests, "test.yaml": Shop.test("gateway: infra/edge\n  cases: [\(Shop.anyCase)]"),
        ])
        let coverage = try TestSuite([folder.path("test.yaml")]).coverage()
        let dead = coverage.uncovered.filter { if case .unreachable = $0.remedy { true } else { false } }
        #expect(Set(dead.map(\.item.kind)) == [.rule, .match, .backend])
        #expect(coverage.counts.first { $0.kind == .match }?.unreachable == 1)
    }

    @Test("a CORS filter is covered by requests of other origins alone")
    func cors() throws {
        let manifests = Shop.manifests.replacing(
            "- {type: URLRewrite,",
            with: "- {type: CORS, cors: {allowOrigins: [\"https://*.other.test\"]}}\n    - {type: URLRewrite,")
        let folder = try TestFolder(["gateway.yaml": manifests])
        func missing(_ headers: String) throws -> UncoveredItem? {
            let test = Shop.test(
                "gateway: infra/edge\n  cases: [{name: a, request: \"GET http://shop.test/images\", headers: {\(headers)}, expect: {route: shop/cart}}]"
            )
            try folder.write("test.yaml", Data(test.utf8))
            let suite = try TestSuite([folder.path("test.yaml")])
            _ = suite.run()
            return suite.coverage().uncovered.first { $0.item.name.contains("CORS") }
        }
        let remedy = try #require(try missing("")).remedy
        guard case .request(let request) = remedy else {
            Issue.record("\(remedy)")
            return
        }
        #expect(request.text == "GET http://shop.test/images (Origin: https://any.other.test)")
        #expect(try missing("origin: \"https://a.other.test\"") == nil)
    }
}
