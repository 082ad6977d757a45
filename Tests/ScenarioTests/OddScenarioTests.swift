import Foundation
import GatewayAPI
import Testing

@testable import Scenario

/// A change of the small scenario, and what has to be said of it.
struct Oddity: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var message: String
    var hint: String?
    var testDescription: String { new.count < 80 ? new : "\(new.prefix(80))…" }

    init(_ old: String, _ new: String, _ message: String, hint: String? = nil) {
        (self.old, self.new, self.message, self.hint) = (old, new, message, hint)
    }
}

@Suite("An odd scenario is told what is wrong with it, once")
struct OddScenarioTests {
    private static let requests = "- {weight: 8, url: \"http://store.example.com/cart\"}"
    private static let service = "concurrency: 2\n    queue: 20"

    static let oddities = [
        // Times and rates.
        Oddity("duration: 30s", "duration: 120", "found the number 120", hint: "a duration needs a unit: 120s, 120ms"),
        Oddity("duration: 30s", "duration: 1.5", "found the number 1.5", hint: "a duration needs a unit: 1.5s, 1.5ms"),
        Oddity("duration: 30s", "duration: \"120\"", "found \"120\"", hint: "a duration needs a unit: 120s, 120ms"),
        Oddity("duration: 30s", "duration: 1m30", "found \"1m30\"", hint: "a duration needs a unit: 1m30s, 1m30ms"),
        Oddity(
            "duration: 30s", "duration: yes", "expected a duration such as 250ms, 1m30s or 500us, found the boolean"),
        Oddity("duration: 30s", "duration: [30s]", "found a list"),
        Oddity("duration: 30s", "duration: 700000h", "found \"700000h\", expected at most 640511h (73 years)"),
        Oddity("duration: 30s", "duration: 99999999999999999999h", "expected at most 640511h (73 years)"),
        Oddity("duration: 30s", "duration: -30s", "found \"-30s\", expected a duration of 0s or more"),
        Oddity("duration: 30s", "duration: 0s", "found a duration of 0, expected a time above 0s"),
        Oddity("warmup: 2s", "warmup: 40s", "found 40s, expected less than the duration of 30s"),
        Oddity("warmup: 2s", "warmup: 2", "or auto, found the number 2", hint: "a duration needs a unit: 2s, 2ms"),
        Oddity(
            "warmup: 2s", "warmup: 2s\n  interval: 1ns", "found 1ns, expected at least 3ms: there are at most 10000"),
        Oddity("rate: 100/s", "rate: 100", "found the number 100", hint: "a rate needs a unit of time: 100/s"),
        Oddity("rate: 100/s", "rate: 100/sec", "found \"100/sec\"", hint: "a number, a slash and a unit"),
        Oddity("rate: 100/s", "rate: -1/s", "found \"-1/s\"", hint: "a rate is 0/s or more"),
        Oddity("rate: 100/s", "rate: 0/s", "found a rate of 0, expected one above 0"),
        Oddity("rate: 100/s", "rate: 1\(String(repeating: "0", count: 100))/s", "…, expected at most 100000000/s"),
        Oddity("rate: 100/s", "profile: [{at: 0s, rate: 0/s}, {at: 1s, rate: 0/s}]", "found only rates of 0"),
        Oddity("below: 50ms", "below: 50", "found the number 50", hint: "a duration needs a unit: 50s, 50ms"),
        Oddity("{replicas: 1}, for: 5s", "{replicas: 1, noticed: soon}, for: 5s", "500us, or never"),
        // Numbers, shares and weights.
        Oddity(
            "seed: 3", "seed: 99999999999999999999", "expected an integer of at least 0, at most 9223372036854775807"),
        Oddity("weight: 8", "weight: -1", "found -1, expected an integer from 0 to 1000000000"),
        Oddity("weight: 8", "weight: 99999999999999999999", "found 99999999999999999999, expected an integer from 0"),
        Oddity("weight: 8", "weight: 0.5", "found the number 0.5"),
        Oddity("ratio: 0.01", "ratio: 1%", "found the string \"1%\"", hint: "write it as 0.01"),
        Oddity("store/cart-v1: 0.5, store/cart-v2: 0.5", "store/cart-v1: 0.7, store/cart-v2: 0.7", "add up to 1.40"),
        Oddity(
            "exponential, mean: 20ms",
            "hyperexponential, branches: [{probability: 0.7, mean: 1s}, {probability: 0.7, mean: 1s}]", "add up to 1.4"),
        Oddity(
            service, "concurrency: 2\n    trafficPolicy: {panicThreshold: 150}",
            "found 150, expected a number from 0 to 100"),
        Oddity(
            service, "concurrency: 2\n    calls: [{service: store/cart-v2, probability: 1.5}]",
            "found 1.5, expected a number from 0 to 1"),
        Oddity(
            service, "concurrency: 2\n    autoscaling: {minReplicas: 5, maxReplicas: 3, targetUtilization: 0.5}",
            "found 3, expected at least minReplicas, which is 5"),
        Oddity(
            service, "concurrency: 2\n    autoscaling: {maxReplicas: 3, targetRequestRate: 0/s}", "found a rate of 0"),
        Oddity(
            service, "concurrency: 2\n    autoscaling: {maxReplicas: 3, targetUtilization: 0.5, syncPeriod: 1ns}",
            "found 1ns, expected at least 1ms"),
        Oddity(
            service, "concurrency: 2\n    trafficPolicy: {healthCheck: {interval: 1us, timeout: 1us}}",
            "found 1us, expected at least 1ms"),
        Oddity(service, "concurrency: 0\n    queue: 20", "found 0, expected an integer from 1"),
        Oddity("replicas: 2", "zones: {}", "found no name, expected at least one"),
        Oddity("replicas: 2", "zones: {a: 90000, b: 90000}", "found 180000 replicas in all, expected at most 100000"),
        Oddity("fail: {replicas: 1}, for: 5s", "slow: {factor: 2}, for: 0s", "found for of 0"),
        Oddity(
            "gateway: infra/edge\n    arrivals", "gateway: infra/edge\n    from: store\n    arrivals",
            "mesh is not given"),
        // Requests.
        Oddity(
            requests, "- {method: \"GE T\", url: \"http://store.example.com/\"}", "found \"GE T\", expected a method"),
        Oddity(
            requests, "- {url: \"ftp://store.example.com/\"}", "found \"ftp://store.example.com/\"",
            hint: "it does not begin with http:// or https://"),
        Oddity(requests, "- {url: \"http:///cart\"}", "expected a URL", hint: "it has no host"),
        Oddity(
            requests, "- {url: \"http://store.example.com:99999/\"}", "expected a URL",
            hint: "the port is none from 1 to 65535"),
        Oddity(
            requests, "- {url: \"http://a@store.example.com/\"}", "expected a URL", hint: "a name and password before @"
        ),
        Oddity(
            requests, "- {url: \"http://sto re/\"}", "expected a URL",
            hint: "a space or a control character is written as %20"),
        Oddity(requests, "- {url: \"http://st\u{F6}re/\"}", "expected a URL", hint: "xn--"),
        Oddity(requests, "- {url: \"http://[::1/\"}", "expected a URL", hint: "is not closed"),
        Oddity(requests, "- {url: \"http://store<>/\"}", "expected a URL", hint: "the host is no name"),
        Oddity(
            requests, "- {url: \"http://a/\", headers: {\"b c\": d}}",
            "found \"b c\", expected the name of a header field"),
        Oddity(
            requests, "- {url: \"http://a/\", headers: {\":path\": d}}", "found \":path\"",
            hint: "method, host and path are those of the URL"),
        Oddity(
            requests, "- {url: \"http://a/\", headers: {b: \"c\\nd\"}}",
            "found \"c\\nd\", expected the value of a header field"),
        Oddity(requests, "- {url: \"http://a/\", headers: {b: [c, \" d\"]}}", "found \" d\", expected the value"),
        Oddity(
            "request: \"GET http://store.example.com/cart\", route",
            "request: \"http://store.example.com/cart\", route", "expected a method and a URL",
            hint: "put the method before the URL: \"GET http://"),
        Oddity(
            "request: \"GET http://store.example.com/cart\", route", "request: \"G@T http://a/\", route",
            "expected a method and a URL", hint: "G@T is no method"),
        Oddity(
            "manifests: [manifests.yaml]", "manifests: [manifests.yaml, \"\"]", "found an empty string, expected a path"
        ),
        Oddity(
            service, "concurrency: 2\n    trafficPolicy: {loadBalancing: leastRequest, choices: {all: false}}",
            "expected one of draws, distinct and all: true"),
        Oddity("- service: store/cart-v1", "- service: store/cart-v1\n    serviceImport: a/b", "cannot stand together"),
        // Texts.
        Oddity(
            "process: poisson", "process: \(String(repeating: "p", count: 300))",
            "found \"\(String(repeating: "p", count: 59))…\""),
        Oddity("process: poisson", "process: \"a\\e[31m\\tb\"", "found \"a\\u{1b}[31m\\tb\""),
        Oddity("name: small", "name: \"a\\nb\"", "found \"a\\nb\", expected a name of 1 to 253 characters"),
        Oddity("name: browsers", "name: \"a\\u202Eb\"", "found \"a\\u{202e}b\", expected a name"),
        Oddity("name: small", "name: \"\"", "found \"\", expected a name of 1 to 253"),
    ]

    @Test(arguments: oddities)
    func isTold(_ oddity: Oddity) throws {
        let folder = try Small.copy(replacing: oddity.old, with: oddity.new)
        let found = errors(folder.path)
        #expect(found.count == 1, "\(found)")
        let first = try #require(found.first)
        #expect(first.message.contains(oddity.message), "\(first.message)")
        if let hint = oddity.hint { #expect(first.hint?.contains(hint) == true, "\(first.hint ?? "no hint")") }
        #expect(first.position != nil && first.position?.file == folder.path + "/scenario.yaml")
        #expect(!first.message.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test("Scenarios beside the manifests are no manifests; a file without any is told")
    func besideManifests() throws {
        let folder = try Small.copy(replacing: "manifests: [manifests.yaml]", with: "manifests: [manifests.yaml, ./]")
        let found = try CompiledScenario(path: folder.path)
        #expect(!found.notModelled.contains { $0.contains("Scenario") }, "\(found.notModelled)")
        let other = try Small.copy(replacing: "apply: [canary.yaml]", with: "apply: [canary.yaml, scenario.yaml]")
        #expect(
            try CompiledScenario(path: other.path).warnings.map(\.message) == ["there is no manifest in scenario.yaml"])
    }

    @Test("More requests than can be simulated are refused, and as many as can be are not")
    func tooMuch() throws {
        let text = try Small.text("scenario.yaml").replacing("duration: 30s", with: "duration: 640000h")
        let some = try Small.copy(["scenario.yaml": text])
        #expect(errors(some.path).isEmpty)
        let many = try Small.copy(["scenario.yaml": text.replacing("rate: 100/s", with: "rate: 1000/s")])
        let found = try #require(errors(many.path).first)
        #expect(found.code == "too-much" && found.message.contains("found about 2.3e12 requests in 640000h"))
    }

    @Test("A name that is nowhere is one error, however often it stands there")
    func unknownNameOnce() throws {
        let text = try Small.text("scenario.yaml").replacing("infra/edge", with: "infra/egde")
        let folder = try Small.copy(["scenario.yaml": text])
        let found = errors(folder.path)
        #expect(found.map(\.code) == ["unknown-gateway"])
        #expect(found.first?.message == "there is no Gateway infra/egde in the manifests; so says line 29")
        #expect(found.first?.hint == "did you mean infra/edge?")
    }

    @Test(
        "What follows from a mistake is not told beside it",
        arguments: [
            ("manifests: [manifests.yaml]", "manifests: [nothing.yaml]", "unreadable-file"),
            ("manifests: [manifests.yaml]", "manifests: manifests.yaml", "wrong-type"),
            ("manifests: [manifests.yaml]", "manifests: []", "item-count"),
            ("  duration: 30s\n", "", "missing-field"), ("duration: 30s", "duration: 30", "wrong-type"),
            ("warmup: 2s", "warmup: 30s", "out-of-range"),
        ])
    func consequences(_ old: String, _ new: String, _ code: String) throws {
        let folder = try Small.copy(replacing: old, with: new)
        #expect(errors(folder.path).map(\.code) == [code], "\(errors(folder.path))")
    }

    @Test("A manifest that is refused is the only mistake, whatever names its object")
    func refusedManifest() throws {
        let manifests = try Small.text("manifests.yaml").replacing("port: 80\n", with: "port: 70000\n")
        let folder = try Small.copy(["manifests.yaml": manifests])
        let found = errors(folder.path)
        #expect(found.count == 1 && found.first?.resource?.kind == "Gateway", "\(found)")
        let broken = try Small.copy(["manifests.yaml": "a: [\n"])
        #expect(errors(broken.path).map(\.code) == ["parse-error"])
    }

    @Test("A trace whose records are further apart than the clock counts ends with the run")
    func farApart() throws {
        let text = try Small.text("scenario.yaml")
        let start = try #require(text.firstRange(of: "    gateway: infra/edge\n    arrivals")?.lowerBound)
        let end = try #require(text.firstRange(of: "  backends:")?.lowerBound)
        let record = "\"host\":\"store.example.com\",\"path\":\"/cart\",\"port\":80,\"headers\":[]}\n"
        func requests(_ trace: String, _ more: String = "") throws -> ScenarioResult {
            let folder = try Small.copy([
                "scenario.yaml": text[..<start] + "    trace: t.ndjson\n\(more)"
                    + text[end...].replacing("warmup: 2s", with: ""),
                "t.ndjson": trace,
            ])
            return try withExtendedLifetime(folder) { try CompiledScenario(path: folder.path).run() }
        }
        let far = try requests(
            "{\"time\":-9000000000,\(record){\"time\":-8999999990,\(record){\"time\":9000000000,\(record)")
        #expect(far.requests == 1, "the first is in the warm-up, the last after the end")
        let once = try requests("{\"time\":1,\(record)", "    repeat: true\n")
        #expect(once.notModelled.contains { $0.contains("it is not repeated") })
    }
}
