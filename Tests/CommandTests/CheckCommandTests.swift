import Foundation
import Testing

@Suite("weir check")
struct CheckCommandTests {
    private static let route = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop, namespace: store}
        spec:
          parentRefs: [{name: edge}]
          rules:
          - backendRefs: [{name: cart, port: 80}]

        """

    @Test("a manifest that the API server would take, with something odd about it, ends with 0")
    func warning() throws {
        let result = try Workspace(["a.yaml": Self.route]).run("check -f a.yaml")
        #expect(result.status == 0)
        #expect(result.output.contains("a.yaml:5:16: warning: HTTPRoute store/shop: spec.parentRefs[0]"))
        #expect(result.errors.contains("0 errors, "))
    }

    @Test("the line stands under the finding, with a mark under the place")
    func excerpt() throws {
        let result = try Workspace(["a.yaml": Self.route.replacing("port: 80", with: "port: 70000")]).run(
            "check -f a.yaml")
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                """
                    7 |   - backendRefs: [{name: cart, port: 70000}]
                      |                                      ^
                """), "\(result.output)")
    }

    @Test("--fail-on warning fails where there is a warning")
    func failOn() throws {
        #expect(try Workspace(["a.yaml": Self.route]).run("check -f a.yaml --fail-on warning").status == 1)
    }

    @Test("findings that the baseline knows are left out, wherever their lines have moved to")
    func baseline() throws {
        let workspace = try Workspace(["a.yaml": Self.route])
        let known = try workspace.run("check -f a.yaml -o json")
        #expect(!known.output.isEmpty)
        try workspace.write("known.ndjson", known.output)
        try workspace.write("a.yaml", "# a line more\n" + Self.route)
        let result = try workspace.run("check -f a.yaml --baseline known.ndjson --fail-on warning")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.errors.contains("in the baseline"))
        try workspace.write("a.yaml", Self.route.replacing("name: edge", with: "name: other"))
        #expect(try workspace.run("check -f a.yaml --baseline known.ndjson --fail-on warning").status == 1)
    }

    @Test("a baseline that is none is named with its line, and the status is 2")
    func badBaseline() throws {
        let workspace = try Workspace(["a.yaml": Self.route, "known.ndjson": "\n{\"code\": 1}\n"])
        let result = try workspace.run("check -f a.yaml --baseline known.ndjson")
        #expect(result.status == 2)
        #expect(result.errors.contains("known.ndjson:2: "))
    }

    @Test("an annotation keeps the findings quiet that it names, and no other")
    func suppression() throws {
        let annotated = Self.route.replacing(
            "namespace: store}", with: "namespace: store, annotations: {weir.dev/ignore: \"parent-not-found, x\"}}")
        let result = try Workspace(["a.yaml": annotated]).run("check -f a.yaml -o json")
        #expect(!result.output.contains("parent-not-found"))
        let other = try Workspace(["a.yaml": annotated.replacing("parent-not-found", with: "else")]).run(
            "check -f a.yaml -o json")
        #expect(other.output.contains("parent-not-found"))
    }

    @Test("an annotation does not hide what the API server refuses")
    func suppressedError() throws {
        let annotated = Self.route.replacing("port: 80", with: "prot: 80").replacing(
            "namespace: store}", with: "namespace: store, annotations: {weir.dev/ignore: unknown-field}}")
        let result = try Workspace(["a.yaml": annotated]).run("check -f a.yaml")
        #expect(result.status == 1)
        #expect(result.output.contains("unknown-field"))
    }

    @Test("-o github writes annotations, -o sarif one log that names each rule once")
    func forms() throws {
        let workspace = try Workspace(["a,b.yaml": Self.route])
        let github = try workspace.run("check -f a,b.yaml -o github")
        #expect(github.output.contains("::warning file=a%2Cb.yaml,line=5,col=16,title=parent-not-found::HTTPRoute"))
        let sarif = try workspace.run("check -f a,b.yaml -o sarif")
        let log = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
        let run = (log?["runs"] as? [[String: Any]])?.first
        let results = run?["results"] as? [[String: Any]]
        #expect(results?.contains { $0["ruleId"] as? String == "parent-not-found" } == true)
        let driver = (run?["tool"] as? [String: Any])?["driver"] as? [String: Any]
        let rules = (driver?["rules"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
        #expect(Set(rules).count == rules.count && !rules.isEmpty)
    }

    @Test("twenty expressions that each have very many states do not keep it for minutes")
    func manyExpressions() throws {
        let documents = (0..<20).map { place in
            let letter = String(UnicodeScalar(UInt8(97 + place)))
            return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r\(place), namespace: shop}
                spec:
                  parentRefs: [{name: edge}]
                  hostnames: [shop.example.com]
                  rules:
                  - matches: [{path: {type: RegularExpression, value: "/(.*\(letter).{\(14 + place % 6)})"}}]
                """
        }
        let gateway = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: shop}
            spec: {gatewayClassName: any, listeners: [{name: http, port: 80, protocol: HTTP}]}
            """
        let workspace = try Workspace(["a.yaml": (documents + [gateway]).joined(separator: "\n---\n")])
        let result = try workspace.run("check -f a.yaml -o json")
        #expect(result.status == 0)
        #expect(result.output.contains("coverage-unknown"))
    }

    @Test("a kind that is misspelt is not passed over in silence")
    func misspeltKind() throws {
        let result = try Workspace(["k.yaml": "apiVersion: v1\nkind: Servcie\nmetadata: {name: a}\n"]).run(
            "check -f k.yaml")
        #expect(result.output.contains("did you mean Service?"))
    }

    @Test("names that would steer a terminal are shown escaped")
    func controlCharacters() throws {
        let result = try Workspace(["k.yaml": "apiVersion: v1\nkind: \"Ser\\e]0;x\"\nmetadata: {name: a}\n"]).run(
            "check -f k.yaml")
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.output.contains(#"Ser\u{1b}]0;x"#))
    }

    @Test("--crds that holds no definition is said so, and the status is 2")
    func noDefinitions() throws {
        let result = try Workspace(["a.yaml": Self.route]).run("check -f a.yaml --crds a.yaml")
        #expect(result.status == 2)
        #expect(result.errors.contains("no CustomResourceDefinition"))
    }
}
