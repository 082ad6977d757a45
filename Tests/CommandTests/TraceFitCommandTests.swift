import Foundation
import Testing

@Suite("weir trace fit")
struct TraceFitCommandTests {
    /// Requests of a Poisson process of 50 a second for 60 s, or in bursts, or by a clock, with service times of some 20 ms.
    private func trace(_ kind: String) -> String {
        var text = ""
        var (time, number) = (0.0, 0)
        // A small generator of its own: the same bytes on every platform.
        var state: UInt64 = 42
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 1) / 9_007_199_254_740_994
        }
        var busyUntil = 2.0
        while time < 60 {
            switch kind {
            case "constant": time += 0.02
            case "bursts":
                time += -log(uniform()) / 100
                if time > busyUntil {
                    time = busyUntil + 3 * -log(uniform())
                    busyUntil = time + 2 * -log(uniform())
                }
            case "profile": time += -log(uniform()) / (time < 30 ? 20 : 120)
            default: time += -log(uniform()) / 50
            }
            number += 1
            let latency = 0.02 * -log(uniform())
            let path = number % 10 == 0 ? "/pay" : "/cart/\(number % 7)"
            text +=
                "{\"time\":\(Double(Int(time * 1e6)) / 1e6),\"method\":\"GET\",\"host\":\"shop.test\",\"path\":\"\(path)\",\"port\":80,"
                + "\"headers\":[],\"observed\":{\"status\":200,\"latency\":\(Double(Int(latency * 1e6)) / 1e6)}}\n"
        }
        return text
    }

    private func fit(_ kind: String) throws -> (scenario: String, program: Workspace) {
        let program = try Workspace(["a.ndjson": trace(kind)])
        try program.write("m.yaml", ReplayCommandTests.manifests.replacing("WEIGHT", with: "9"))
        let outcome = try program.run("trace fit -f m.yaml a.ndjson -o scenario.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return (try String(contentsOf: program.folder.appending(path: "scenario.yaml"), encoding: .utf8), program)
    }

    @Test(
        "finds the arrival process, and weir run accepts the scenario",
        arguments: [
            ("poisson", "{process: poisson, rate: "), ("constant", "{process: constant, rate: 50/s}"),
            ("bursts", "{process: bursts, rate: "), ("profile", "process: poisson\n      profile:"),
        ])
    func arrivals(_ kind: String, _ expected: String) throws {
        let (scenario, program) = try fit(kind)
        #expect(scenario.contains(expected), "\(scenario)")
        let run = try program.run("run scenario.yaml -o json")
        #expect(run.status == 0, "\(run.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let requests = object?["requests"] as? Int ?? 0
        let recorded = trace(kind).split(separator: "\n").count
        // A few bursts make a sum that chance moves far.
        let range = kind == "bursts" ? 0.3...3.0 : 0.85...1.15
        #expect(range.contains(Double(requests) / Double(recorded)), "\(requests) of \(recorded)")
    }

    @Test("requests that the manifests treat alike are one, and service times go to the rule's backends")
    func requests() throws {
        let (scenario, _) = try fit("poisson")
        #expect(scenario.split(separator: "\n").filter { $0.contains("{weight: ") }.count == 2)
        #expect(scenario.contains("and 6 more that are treated alike"))
        #expect(scenario.contains("gateway: \"infra/edge\"\n    port: 80"))
        for service in ["store/v1", "store/v2"] { #expect(scenario.contains("- service: \"\(service)\"")) }
        let isNearOne = ["{distribution: exponential, mean: ", ", cv: 1", ", cv: 0.9"].contains {
            scenario.contains($0)
        }
        #expect(isNearOne, "\(scenario)")
        #expect(scenario.contains("the trace does not say which backend of a split answered"))
    }

    @Test("without manifests it says what is missing, and names are quoted")
    func withoutManifests() throws {
        let program = try Workspace()
        try program.write(
            "a.ndjson",
            "{\"time\":1,\"method\":\"GET\",\"host\":\"a.test\",\"path\":\"/x:{y}\\\"\"}\n{\"time\":2,\"path\":\"/\"}\n"
        )
        let outcome = try program.run("trace fit a.ndjson")
        #expect(outcome.status == 0)
        for line in [
            "No manifests were given", "gateway: default/gateway", "1 requests without a host are left out",
            "url: \"http://a.test/x:{y}\\\"\"",
        ] {
            #expect(outcome.output.contains(line), "\(line)\n\(outcome.output)")
        }
    }
}
