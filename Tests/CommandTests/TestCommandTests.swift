import Foundation
import Testing

@Suite("weir test")
struct TestCommandTests {
    private static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: example
          listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          rules:
          - matches: [{path: {type: PathPrefix, value: /a}}, {path: {type: PathPrefix, value: /b}}]
            filters: [{type: RequestRedirect, requestRedirect: {hostname: b.test, statusCode: 301}}]
        """

    private static func test(_ status: Int) -> String {
        """
        apiVersion: weir.dev/v1alpha1
        kind: RoutingTest
        metadata: {name: shop}
        spec:
          manifests: [manifests.yaml]
          cases:
          - {name: it moved, request: "GET http://a.test/a", expect: {status: \(status)}}
        """
    }

    private func workspace() throws -> Workspace {
        try Workspace([
            "manifests.yaml": Self.manifests, "good.yaml": Self.test(301), "bad.yaml": Self.test(302),
            "broken.yaml": Self.test(301).replacing("expect", with: "expects"),
        ])
    }

    @Test("the exit status says whether the expectations hold")
    func exitStatus() throws {
        let workspace = try workspace()
        let good = try workspace.run("test good.yaml")
        #expect(good.status == 0 && good.errors.isEmpty && good.output == "all hold: 1 check, 1 request\n", "\(good)")
        let bad = try workspace.run("test bad.yaml good.yaml")
        #expect(bad.status == 1 && bad.errors.isEmpty)
        #expect(
            bad.output == """
                ✗ bad.yaml:7:5: shop: it moved
                    GET http://a.test/a
                              expected  actual
                      status  302       301

                1 failed: 2 checks, 2 requests

                """)
        let broken = try workspace.run("test good.yaml broken.yaml")
        #expect(broken.status == 2 && broken.output.isEmpty && !broken.wasSignalled)
        #expect(broken.errors.contains("broken.yaml:7:54: error: spec.cases[0].expects: unknown field"), "\(broken)")
        #expect(broken.errors.contains("did you mean expect?"))
    }

    @Test("every format goes with the same exit status")
    func formats() throws {
        let workspace = try workspace()
        for (format, start) in [
            ("json", "{\"test\":\"shop\""), ("junit", "<?xml"), ("tap", "TAP version 14"),
            ("github", "::error file=bad.yaml,line=7,col=5"),
        ] {
            let result = try workspace.run("test bad.yaml -o \(format)")
            #expect(result.status == 1 && result.output.hasPrefix(start), "\(result)")
            #expect(try workspace.run("test good.yaml -o \(format)").status == 0)
        }
    }

    @Test("--require-coverage fails where the tests use less; traffic is told beside and is no test")
    func coverage() throws {
        let workspace = try workspace()
        try workspace.write(
            "trace.ndjson",
            #"{"gateway":"infra/edge","port":80,"method":"GET","host":"a.test","path":"/b","headers":[]}"#)
        let enough = try workspace.run("test good.yaml --require-coverage 80%")
        #expect(enough.status == 0 && enough.output.contains("in all 80 %"), "\(enough)")
        let missing = try workspace.run("test good.yaml --require-coverage 81% --traffic trace.ndjson")
        #expect(missing.status == 1 && missing.errors.isEmpty)
        #expect(missing.output.contains("used by 1 request of the traffic"), "\(missing.output)")
        #expect(missing.output.contains("GET http://any.any-host.example/b"), "\(missing.output)")
        let nowhere = try workspace.run("test good.yaml --traffic nowhere.ndjson")
        #expect(nowhere.status == 2 && nowhere.output.isEmpty)
    }

    @Test("-f takes other manifests than the test names")
    func otherManifests() throws {
        let workspace = try workspace()
        try workspace.write("other.yaml", Self.manifests.replacing("301", with: "302"))
        #expect(try workspace.run("test good.yaml -f other.yaml").status == 1)
        #expect(try workspace.run("test bad.yaml -f other.yaml").status == 0)
    }

    @Test("paths without any expectation, and usage errors, end with status 2")
    func usage() throws {
        for arguments in [
            "test", "test manifests.yaml", "test nowhere", "test good.yaml -o xml",
            "test good.yaml --require-coverage 2",
            "test - --watch", "test good.yaml --dialect nginx",
        ] {
            let result = try workspace().run(arguments)
            #expect(result.status == 2 && !result.errors.isEmpty && result.output.isEmpty, "\(arguments)")
        }
    }

    @Test("--watch runs again when a file changes that the results hang on")
    func watch() throws {
        let workspace = try workspace()
        let output = workspace.folder.appending(path: "output.log")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = Program.path
        process.arguments = ["test", "good.yaml", "--watch"]
        process.currentDirectoryURL = workspace.folder
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            // The test runner blocks other signals, and its children inherit that.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        func wait(for text: String) throws -> Bool {
            for _ in 0..<600 {
                if try String(contentsOf: output, encoding: .utf8).contains(text) { return true }
                usleep(50_000)
            }
            return false
        }
        #expect(try wait(for: "all hold"))
        try workspace.write("manifests.yaml", Self.manifests.replacing("301", with: "302"))
        #expect(try wait(for: "1 failed"))
        #expect(process.isRunning)
    }

    @Test("the storefront's tests hold, and its scenario's expectations of requests")
    func storefront() throws {
        let result = try Program.run("test", "scenarios/storefront-canary", in: packageFolder)
        #expect(result.status == 0 && result.output.hasPrefix("all hold: "), "\(result)")
    }
}
