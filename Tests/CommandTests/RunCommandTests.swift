import Foundation
import Testing

@Suite("weir run")
struct RunCommandTests {
    private static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: example
          listeners: [{name: http, port: 80, protocol: HTTP}]
        """

    private static func scenario(_ name: String, status: Int) -> String {
        """
        apiVersion: weir.dev/v1alpha1
        kind: Scenario
        metadata: {name: \(name)}
        spec:
          manifests: [manifests.yaml]
          duration: 5s
          traffic:
          - name: browsers
            gateway: infra/edge
            arrivals: {process: poisson, rate: 100/s}
            requests: [{url: "http://shop.example.com/"}]
          expect:
          - {request: "GET http://shop.example.com/", status: \(status)}
        """
    }

    private func workspace() throws -> Workspace {
        try Workspace([
            "manifests.yaml": Self.manifests, "scenario.yaml": Self.scenario("good", status: 404),
            "bad.yaml": Self.scenario("bad", status: 200),
            "broken.yaml": Self.scenario("broken", status: 404).replacing("duration", with: "durration"),
        ])
    }

    @Test("the exit status says whether the expectations hold")
    func exitStatus() throws {
        let workspace = try workspace()
        let good = try workspace.run("run .")
        #expect(good.status == 0 && good.errors.isEmpty && good.output.contains("all 1 hold"), "\(good)")
        let bad = try workspace.run("run bad.yaml")
        #expect(
            bad.status == 1 && bad.errors.isEmpty && bad.output.contains("✗ GET http://shop.example.com/: status 200"))
        #expect(!bad.output.contains("\u{1B}"))
    }

    @Test("a scenario that is wrong is refused before any is run, with its line and the word that was meant")
    func brokenScenario() throws {
        let result = try workspace().run("run . broken.yaml")
        #expect(result.status == 2 && result.output.isEmpty && !result.wasSignalled)
        #expect(result.errors.contains("broken.yaml:6:3: error: spec.durration"), "\(result.errors)")
        #expect(result.errors.contains("did you mean duration?"))
    }

    @Test("several scenarios give the same bytes on any number of threads, one object a line")
    func threads() throws {
        let workspace = try workspace()
        let one = try workspace.run("run . bad.yaml scenario.yaml -o json --threads 1")
        #expect(one.status == 1)
        let names = try one.output.split(separator: "\n").map { line in
            try (JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["scenario"] as? String
        }
        #expect(names == ["good", "bad", "good"])
        for threads in [2, 3, 8] {
            #expect(try workspace.run("run . bad.yaml scenario.yaml -o json --threads \(threads)").output == one.output)
        }
    }

    @Test("--seed stands in for the seed of the file")
    func seed() throws {
        let workspace = try workspace()
        let other = try workspace.run("run . -o json --seed 9")
        #expect(other.output.contains(#""seed":9"#))
        #expect(try other.output != workspace.run("run . -o json").output)
    }

    @Test("replications give the same bytes on any number of threads, in every format")
    func replications() throws {
        let workspace = try workspace()
        for format in ["text", "json", "html"] {
            let one = try workspace.run("run . -o \(format) --replications 5 --interval 1s")
            #expect(one.status == 0 && one.errors.isEmpty && !one.output.isEmpty)
            for threads in [2, 4] {
                let arguments = "run . -o \(format) --replications 5 --interval 1s --threads \(threads)"
                #expect(try workspace.run(arguments).output == one.output)
            }
        }
        let json = try workspace.run("run . -o json --replications 3 --confidence 99%").output
        #expect(json.contains(#""replications":3,"confidence":0.99"#))
        #expect(try workspace.run("run . -o json --precision 0.5").output.contains(#""reached":true"#))
    }

    @Test("usage errors end with status 2")
    func usage() throws {
        for arguments in [
            "run", "run . --threads 0", "run . --seed x", "run . -o xml", "run nowhere",
            "run . --replications 0", "run . --precision 2", "run . --confidence 0.9", "run . --interval soon",
            "run . bad.yaml -o html",
        ] {
            let result = try workspace().run(arguments)
            #expect(result.status == 2 && !result.errors.isEmpty && result.output.isEmpty, "\(arguments)")
        }
    }
}
