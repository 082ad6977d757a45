import Foundation
import GatewayAPI
import Reports
import Testing

@testable import Expectations

@Suite("Cases: what single requests get")
struct CaseTests {
    private func check(_ cases: String) throws -> [CheckResult] {
        let folder = try TestFolder([
            "gateway.yaml": Shop.manifests, "test.yaml": Shop.test("gateway: infra/edge\n  cases: [\(cases)]"),
        ])
        return try TestSuite([folder.path("test.yaml")]).run()
    }

    private func findings(_ request: String, _ claims: String) throws -> [CheckFinding] {
        try check("{name: a, request: \"\(request)\", \(claims)}").flatMap(\.failures).flatMap(\.findings)
    }

    @Test("expected and actual stand side by side for every key that does not hold")
    func sideBySide() throws {
        let found = try findings(
            "GET http://shop.test/cart",
            "expect: {route: shop/cart, backend: shop/cart-v1, status: 200, mirrors: [], timeouts: {request: 5s}, retry: {attempts: 2}}"
        )
        #expect(
            found == [
                CheckFinding(
                    key: "backend", expected: "shop/cart-v1", actual: "75 % shop/cart-v1, 25 % shop/cart-v2"),
                CheckFinding(
                    key: "status", expected: "200",
                    actual: "none (forwarded to 75 % shop/cart-v1, 25 % shop/cart-v2)"),
                CheckFinding(key: "mirrors", expected: "none", actual: "25 % shop/audit"),
                CheckFinding(key: "timeouts.request", expected: "5s", actual: "10s"),
                CheckFinding(key: "retry.attempts", expected: "2", actual: "none"),
            ])
    }

    @Test("a backend under not must not have any share, however small")
    func negativeBackend() throws {
        #expect(try findings("GET http://shop.test/cart", "not: {backend: shop/cart-v2}").count == 1)
        #expect(try findings("GET http://shop.test/cart", "not: {backend: shop/cart-v3}").isEmpty)
        #expect(try findings("GET http://shop.test/cart", "not: {backend: \"shop/*\"}").count == 1)
    }

    @Test("a status under not is that of any share of the requests")
    func negativeStatus() throws {
        #expect(try findings("GET http://shop.test/half", "not: {status: 500}").count == 1)
        #expect(
            try findings("GET http://shop.test/half", "expect: {status: 500}").first?.actual.contains("500") == true)
        #expect(try findings("GET http://shop.test/cart", "not: {status: 500}").isEmpty)
    }

    @Test("a header that one backend alone is told fails where all of them have to be, and under not")
    func headersOfSomeBackends() throws {
        let header = "{forwarded: {headers: {x-canary: \"1\"}}}"
        let found = try findings("GET http://shop.test/cart", "expect: \(header)")
        #expect(
            found == [CheckFinding(key: "forwarded.headers.x-canary", expected: "1", actual: "none or 1")])
        #expect(try findings("GET http://shop.test/cart", "not: \(header)").count == 1)
        let hidden = try findings("GET http://shop.test/cart", "expect: {forwarded: {withoutHeaders: [x-canary]}}")
        #expect(hidden.count == 1)
    }

    @Test("what is forwarded is not expected of a redirect without notice")
    func notForwarded() throws {
        let found = try findings("GET http://shop.test/old", "expect: {forwarded: {path: /cart}}")
        #expect(found.first?.actual == "not forwarded: redirect 301 to http://shop.test/cart")
    }

    @Test("several hosts, methods and paths are as many requests, each judged by itself")
    func product() throws {
        let results = try check(
            "{name: a, hosts: [shop.test, any.test], methods: [GET, POST], paths: [/cart, /admin], expect: {route: ops/admin}}"
        )
        #expect(results.first?.requests == 8)
        #expect(
            results.first?.failures.compactMap(\.request?.text) == [
                "GET http://shop.test/cart", "POST http://shop.test/cart", "GET http://any.test/cart",
                "POST http://any.test/cart",
            ])
    }

    @Test("a decision that hangs on an unknown header is undetermined, and what holds either way holds")
    func undetermined() throws {
        let manifests =
            Shop.manifests + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: preview, namespace: shop}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
                  hostnames: [shop.test]
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /cart}, headers: [{name: version, value: two}]}]
                    backendRefs: [{name: cart-v2, port: 80}]
                """
        let spec = """
            gateway: infra/edge
              cases:
              - {name: known, request: "GET http://shop.test/cart", expect: {route: shop/cart}}
              - {name: open, request: "GET http://shop.test/cart", headersComplete: false, expect: {undetermined: true, namespaces: [shop]}, not: {namespaces: [ops]}}
              - {name: guess, request: "GET http://shop.test/cart", headersComplete: false, expect: {route: shop/cart}}
              - {name: determined, request: "GET http://shop.test/cart", expect: {undetermined: true}}
            """
        let folder = try TestFolder(["gateway.yaml": manifests, "test.yaml": Shop.test(spec)])
        let results = try TestSuite([folder.path("test.yaml")]).run()
        #expect(results.map(\.holds) == [true, true, false, false])
        #expect(
            results[2].failures.first?.findings.first?.actual.contains("undetermined: hangs on headers.version") == true
        )
    }

    @Test("a scenario's expectations of requests are decided by the tables at their times, without any simulation")
    func scenario() throws {
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: rollout}
            spec:
              manifests: [gateway.yaml]
              duration: 10s
              traffic:
              - {name: t, trace: nowhere.pcap}
              events: [{at: 5s, apply: [after.yaml]}]
              expect:
              - {request: "GET http://shop.test/cart", shares: {shop/cart-v1: 0.75, shop/cart-v2: 0.25}}
              - {request: "GET http://shop.test/cart", at: 6s, backend: shop/cart-v2}
              - {request: "GET http://shop.test/cart", at: 4s, backend: shop/cart-v2}
              - {metric: errors, below: 0.1}
            """
        let after = Shop.manifests.replacing("weight: 3", with: "weight: 0")
        let folder = try TestFolder([
            "gateway.yaml": Shop.manifests, "after.yaml": after, "scenario.yaml": scenario,
        ])
        let suite = try TestSuite([folder.path("scenario.yaml")])
        #expect(suite.run().map(\.holds) == [true, true, false])
        let splits = suite.coverage().counts.first { $0.kind == .backend }
        #expect(splits?.tested == 2, "what stands before and after an event is one thing")
    }
}
