import Foundation
import GatewayAPI
import Reports
import TestSupport
import Testing

@testable import Expectations

@Suite("Routing tests: the file")
struct RoutingTestFileTests {
    private func errors(_ spec: String) throws -> [String] {
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "test.yaml": Shop.test(spec)])
        do {
            _ = try TestSuite([folder.path("test.yaml")])
            return []
        } catch {
            return error.diagnostics.map { diagnostic in
                let place = diagnostic.position.map { "\($0.line):\($0.column) " } ?? ""
                return place + (diagnostic.path.map { "\($0): " } ?? "") + diagnostic.message
                    + (diagnostic.hint.map { " (\($0))" } ?? "")
            }
        }
    }

    @Test("a key that does not exist is an error with its place and the word that was meant")
    func unknownKey() throws {
        let found = try errors("cases: [{name: a, request: \"GET http://a.test/\", expect: {rout: shop/cart}}]")
        #expect(
            found == [
                "5:60 spec.cases[0].expect: nothing is expected",
                "5:61 spec.cases[0].expect.rout: unknown field \"rout\" (did you mean route?)",
            ])
    }

    @Test(
        "what makes no sense is refused where it stands",
        arguments: [
            ("cases: []", "nothing is expected: give cases or invariants"),
            ("cases: [{name: a, request: \"GET http://a.test/\"}]", "nothing is expected: give expect or not"),
            ("cases: [{name: a, request: \"GET http://a.test/\", expect: {}}]", "nothing is expected"),
            ("cases: [{name: a, expect: {status: 404}}]", "no request: give request, or hosts and paths"),
            ("cases: [{name: a, request: \"GET\", expect: {status: 404}}]", "expected a method and a URL"),
            ("cases: [{name: a, hosts: [a.test], expect: {status: 404}}]", "paths is missing"),
            ("cases: [{name: a, hosts: [a.test], paths: [x], expect: {status: 404}}]", "begins with /"),
            (
                "cases: [{name: a, request: \"GET http://a.test/\", hosts: [a.test], paths: [/], expect: {status: 1}}]",
                "request cannot stand beside hosts and paths"
            ),
            (
                "cases: [{name: a, request: \"GET http://a.test/\", expect: {status: 99}}]",
                "expected an integer from 100"
            ),
            ("cases: [{name: a, request: \"GET http://a.test/\", expect: {route: cart}}]", "namespace/name or none"),
            (
                "cases: [{name: a, request: \"GET http://a.test/\", not: {undetermined: true}}]",
                "only undetermined: true in expect says something"
            ),
            ("cases: [{name: a, protocol: TCP, expect: {action: forward}}]", "port is missing"),
            (
                "cases: [{name: a, request: \"GET http://a.test/\", mesh: a/b, gateway: a/b, expect: {status: 404}}]",
                "gateway cannot stand beside mesh"
            ),
            ("invariants: [{name: a}]", "nothing is claimed: give always or never"),
            ("invariants: [{name: a, always: {location: x}}]", "it cannot be decided for all"),
            ("invariants: [{name: a, where: {paths: [/a*]}, always: {status: 404}}]", "/admin/* for it and all below"),
            ("invariants: [{name: a, where: {headers: {a: [b, c]}}, always: {status: 404}}]", "a is asked for twice"),
            ("dialect: nginx\n  cases: []", "found \"nginx\", expected one of specification"),
        ])
    func refused(_ spec: String, _ expected: String) throws {
        let found = try errors(spec)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("a path without any expectation is an error, and so are manifests that are refused or not there")
    func couldNotRun() throws {
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "bad.yaml": "kind: HTTPRoute\nspec: 1\n"])
        for path in ["gateway.yaml", "nowhere.yaml", ""] {
            #expect(throws: InvalidTests.self) { try TestSuite([folder.path(path)]) }
        }
        let test = Shop.test("manifests: [nowhere/]\n  cases: [\(Shop.anyCase)]")
        let other = try TestFolder(["test.yaml": test])
        #expect(throws: InvalidTests.self) { try TestSuite([other.path("test.yaml")]) }
        let bad = Shop.manifests.replacing("port: 80,", with: "port: 0,")
        let third = try TestFolder(["gateway.yaml": bad, "test.yaml": Shop.test("cases: [\(Shop.anyCase)]")])
        #expect(throws: InvalidTests.self) { try TestSuite([third.path("test.yaml")]) }
    }

    @Test("a Gateway that requests are sent to and that is nowhere is one error, not one failure for each case")
    func unknownGateway() throws {
        let cases = "cases: [\(Shop.anyCase), \(Shop.anyCase.replacing("name: ", with: "name: other-"))]"
        let found = try errors("gateway: infra/egde\n  \(cases)")
        #expect(found.count == 1 && found[0].contains("there is no Gateway infra/egde in the manifests"), "\(found)")
        let mesh = try errors("cases: [{name: a, request: \"GET http://a/\", mesh: no/where, expect: {status: 404}}]")
        #expect(mesh.count == 1 && mesh[0].contains("there is no Service no/where in the manifests"), "\(mesh)")
    }

    @Test("a request that no client can send is refused where it stands")
    func impossibleRequests() throws {
        for (entry, message) in [
            (
                "request: \"GET http://a.test/\", headers: {\"a b\": c}",
                "found \"a b\", expected the name of a header field"
            ),
            ("hosts: [a.test, \"b c\"], paths: [/]", "cases[0].hosts[1]: found \"b c\", expected a host"),
            ("hosts: [a.test], paths: [/, \"/a b\"]", "cases[0].paths[1]: found \"/a b\", expected a path"),
            (
                "hosts: [a.test], paths: [/], methods: [GET, \"A B\"]",
                "cases[0].methods[1]: found \"A B\", expected a method"
            ),
        ] {
            let found = try errors("cases: [{name: a, \(entry), expect: {status: 404}}]")
            #expect(found.count == 1 && found[0].contains(message), "\(found)")
        }
        #expect(try errors("invariants: [{name: a, where: {query: {\"a[b]\": c}}, always: {status: 404}}]").isEmpty)
    }

    @Test("without manifests those beside the file are meant; a folder holds many tests")
    func besides() throws {
        let folder = try TestFolder([
            "gateway.yaml": Shop.manifests, "one.yaml": Shop.test("cases: [\(Shop.anyCase)]"),
            "two.yaml": Shop.test("cases: [\(Shop.anyCase)]") + "---\n" + Shop.test("cases: [\(Shop.anyCase)]"),
        ])
        #expect(try TestSuite([folder.path("")]).run().count == 3)
        #expect(try TestSuite([folder.path("two.yaml")]).run().count == 2)
    }

    @Test("files with mistakes of any kind are read or refused, and nothing else happens")
    func mutated() throws {
        var generator = SeededGenerator(seed: 5)
        let folder = try TestFolder(["gateway.yaml": Shop.manifests])
        let whole = Array(Shop.test(Shop.everything).utf8)
        let telling = Array("{}[]:,-\"'&*!|>\n #0".utf8)
        var (read, refused) = (0, 0)
        for _ in 0..<500 {
            try folder.write("test.yaml", Data(generator.mutate(whole, telling: telling)))
            do {
                _ = try TestSuite([folder.path("test.yaml")]).run()
                read += 1
            } catch {
                #expect(error.diagnostics.contains { $0.severity == .error })
                refused += 1
            }
        }
        #expect(read > 5 && refused > 200)
    }

    @Test("the file with everything in it holds")
    func everything() throws {
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "test.yaml": Shop.test(Shop.everything)])
        let results = try TestSuite([folder.path("test.yaml")]).run()
        #expect(TestReport(results).holds, "\(TestReport(results).lines().joined(separator: "\n"))")
    }
}
