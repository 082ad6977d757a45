import Foundation
import GatewayAPI
import Testing

@testable import Scenario

/// A mistake in the fixture's scenario: what is written in place of what, and what is said of it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var code: String
    /// A text of the line that is named; nil for `new` itself.
    var mark: String?
    var testDescription: String { new }

    init(_ old: String, _ new: String, _ code: String, at mark: String? = nil) {
        (self.old, self.new, self.code, self.mark) = (old, new, code, mark)
    }
}

@Suite("What is wrong with a scenario is said with its line")
struct ScenarioErrorTests {
    static let mistakes = [
        Mistake("warmup: 2s", "warmpu: 2s", "unknown-field"),
        Mistake("rate: 100/s}", "rtae: 100/s}", "unknown-field"),
        Mistake("duration: 30s", "duration: 30", "wrong-type"),
        Mistake("duration: 30s", "duration: -30s", "invalid-format"),
        Mistake("duration: 30s", "duration: 0s", "out-of-range"),
        Mistake("  duration: 30s\n", "", "missing-field", at: "seed: 3"),
        Mistake("warmup: 2s", "warmup: 30s", "out-of-range"),
        Mistake("rate: 100/s", "rate: 100", "wrong-type"),
        Mistake("rate: 100/s", "rate: 0/s", "out-of-range"),
        Mistake("rate: 100/s", "rate: 9000000000/s", "out-of-range"),
        Mistake("process: poisson", "process: poison", "unsupported-value"),
        Mistake("rate: 100/s}", "profile: [{at: 9s, rate: 1/s}, {at: 5s, rate: 2/s}]}", "out-of-range"),
        Mistake(
            "gateway: infra/edge\n    arrivals", "gateway: infra/egde\n    arrivals", "unknown-gateway",
            at: "infra/egde"),
        Mistake(
            "gateway: infra/edge\n    arrivals", "gateway: edge\n    arrivals", "invalid-format", at: "gateway: edge"),
        Mistake("gateway: infra/edge\n    arrivals", "arrivals", "missing-field", at: "name: browsers"),
        Mistake(
            "http://store.example.com/old/7", "store.example.com/old/7", "invalid-format", at: "store.example.com/old/7"
        ),
        Mistake("service: store/cart-v1", "service: store/cart-v9", "unknown-service"),
        Mistake("- service: store/cart-v2", "- service: store/cart-v1 # again", "duplicate-item"),
        Mistake("distribution: exponential, mean: 20ms", "distribution: exponential, mean: 0s", "out-of-range"),
        Mistake("distribution: exponential, mean: 20ms", "distribution: exponential, value: 20ms", "unknown-field"),
        Mistake("distribution: exponential, mean: 20ms", "distribution: lognormal, mean: 20ms, cv: 0", "out-of-range"),
        Mistake("distribution: exponential, mean: 20ms", "distribution: uniform, min: 2s, max: 1s", "out-of-range"),
        Mistake("distribution: exponential, mean: 20ms", "distribution: empirical, file: none.txt", "invalid-format"),
        Mistake("replicas: 2", "replicas: two", "wrong-type"),
        Mistake("queue: 20", "queue: -1", "out-of-range"),
        Mistake("ratio: 0.01", "ratio: 1.01", "out-of-range"),
        Mistake("at: 20s, service: store/cart-v2", "at: 20s, service: store/cart-v3", "unknown-service"),
        Mistake("at: 20s, service: store/cart-v2", "at: -20s, service: store/cart-v2", "invalid-format"),
        Mistake("at: 20s, service: store/cart-v2", "at: 20s", "missing-field", at: "at: 20s"),
        Mistake("fail: {replicas: 1}, for: 5s", "scale: {replicas: 1}, for: 5s", "conflicting-fields"),
        Mistake("fail: {replicas: 1}", "fail: {replicas: 1}, slow: {factor: 2}", "conflicting-fields"),
        Mistake("apply: [canary.yaml]", "apply: [cannary.yaml]", "unreadable-file"),
        Mistake("manifests: [manifests.yaml]", "manifests: [nothing/]", "unreadable-file"),
        Mistake(
            "route: store/cart, backend: store/cart-v1", "route: store/crat, backend: store/cart-v1", "unknown-route"),
        Mistake("route: store/cart, backend", "route: store/cart, rule: spilt, backend", "unknown-rule"),
        Mistake("store/cart-v1: 0.5,", "store/cart-v1: 5,", "out-of-range"),
        Mistake("metric: latency.p99", "metric: latency.p98", "unsupported-value"),
        Mistake("below: 50ms", "below: 50", "wrong-type"),
        Mistake(", below: 50ms", "", "missing-field", at: "metric: latency.p99"),
        Mistake("between: [0.45, 0.55]", "between: [0.55, 0.45]", "out-of-range"),
        Mistake("since: 12s, until: 18s", "since: 18s, until: 12s", "out-of-range"),
        Mistake("since: 12s, until: 18s", "since: 30s, until: 40s", "empty-window"),
        Mistake(
            "route: store/cart, since: 12s", "route: store/cart, backend: store/cart-v1, since: 12s",
            "conflicting-fields"),
        Mistake("kind: Scenario", "kind: Scenery", "no-scenario", at: "apiVersion"),
        Mistake("seed: 3", "seed: [", "parse-error", at: "duration: 30s"),
    ]

    @Test(arguments: mistakes)
    func isNamed(_ mistake: Mistake) throws {
        let folder = try Small.copy(replacing: mistake.old, with: mistake.new)
        let text = try String(contentsOf: folder.url.appending(path: "scenario.yaml"), encoding: .utf8)
        let mark = mistake.mark ?? mistake.new
        let wanted = try #require(line(of: mark.split(separator: "\n").first.map(String.init) ?? mark, in: text))
        let found = errors(folder.path)
        let match = found.first { $0.code == mistake.code && $0.position?.line == wanted }
        #expect(match != nil, "expected \(mistake.code) on line \(wanted), found \(found)")
        #expect(match?.position?.file == folder.path + "/scenario.yaml")
    }

    @Test("A misspelt key comes with the one that was meant")
    func suggestion() throws {
        let folder = try Small.copy(replacing: "warmup: 2s", with: "warmpu: 2s")
        let found = try #require(errors(folder.path).first)
        #expect(found.hint == "did you mean warmup?" && found.position?.column == 3 && found.path == "spec.warmpu")
        let other = try Small.copy(replacing: "service: store/cart-v1", with: "service: store/crat-v1")
        #expect(errors(other.path).first?.hint == "did you mean store/cart-v1?")
    }

    @Test("All mistakes are found at once, those of the manifests too")
    func allAtOnce() throws {
        let scenario = try Small.text("scenario.yaml").replacing("seed: 3", with: "sead: 3")
            .replacing("since: 12s", with: "since: 12").replacing("store/cart-v2, fail", with: "store/cart-v3, fail")
        let manifests = try Small.text("manifests.yaml").replacing("port: 80\n", with: "port: 70000\n")
        let canary = try Small.text("canary.yaml").replacing("weight: 50}", with: "wieght: 50}")
        let folder = try Small.copy([
            "scenario.yaml": scenario, "manifests.yaml": manifests, "canary.yaml": canary,
        ])
        let found = errors(folder.path)
        #expect(
            Set(found.map(\.code)) == ["unknown-field", "wrong-type", "out-of-range", "unknown-service"],
            "the Gateway was refused: that the scenario names it is no second mistake")
        let files = Set(found.compactMap { $0.position?.file.split(separator: "/").last.map(String.init) })
        #expect(files == ["scenario.yaml", "manifests.yaml", "canary.yaml"])
        #expect(found.contains { $0.position?.line == line(of: "port: 70000", in: manifests) })
    }

    @Test("What is odd and no mistake is a warning")
    func warnings() throws {
        let folder = try Small.copy(replacing: "at: 20s,", with: "at: 40s,")
        #expect(try CompiledScenario(path: folder.path).warnings.map(\.code) == ["event-after-end"])
        let port = try Small.copy(replacing: "    arrivals", with: "    port: 81\n    arrivals")
        #expect(try CompiledScenario(path: port.path).warnings.map(\.code) == ["unknown-port"])
    }

    @Test("A folder without a scenario, an empty file and a file that is not there are errors")
    func nothingThere() throws {
        let folder = try TemporaryFolder(["empty.yaml": "", "list.yaml": "- 1\n"])
        for name in ["", "/empty.yaml", "/list.yaml", "/none.yaml"] {
            #expect(!errors(folder.path + name).isEmpty, "\(name)")
        }
    }

    @Test("A trace that cannot be read is an error of the line that names it")
    func unreadableTrace() throws {
        let scenario = try Small.text("scenario.yaml")
        let start = try #require(scenario.firstRange(of: "  - name: browsers")?.lowerBound)
        let end = try #require(scenario.firstRange(of: "  backends:")?.lowerBound)
        let text = scenario[..<start] + "  - name: recorded\n    trace: none.pcap\n" + scenario[end...]
        let folder = try Small.copy(["scenario.yaml": String(text)])
        let found = try #require(errors(folder.path).first)
        #expect(found.code == "unreadable-trace" && found.position?.line == line(of: "none.pcap", in: String(text)))
    }

    @Test("Any change of bytes ends in a scenario or in errors, never in a trap")
    func fuzz() throws {
        let seed: UInt64 = 20_260_101
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let text = Array(try Small.text("scenario.yaml").utf8)
        let folder = try Small.copy()
        let splices = ["{}", "[]", "null", "-1", "1e400", "99999999999999999999", "0x", "\"", "&a", "*a", ": ", "\n"]
        for round in 0..<400 {
            var changed = text
            for _ in 0...random(3) {
                let place = random(changed.count)
                switch random(3) {
                case 0: changed[place] = UInt8(random(256))
                case 1: changed.removeSubrange(place..<min(changed.count, place + random(20)))
                default: changed.insert(contentsOf: Array(splices[random(splices.count)].utf8), at: place)
                }
            }
            try Data(changed).write(to: folder.url.appending(path: "scenario.yaml"))
            let found = errors(folder.path)
            #expect(found.allSatisfy { !$0.message.isEmpty }, "seed \(seed), round \(round)")
        }
    }
}
