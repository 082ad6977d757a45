public import GatewayAPI
import Manifests
import Validation

/// A scenario that cannot be run, with everything that is wrong with it.
public struct InvalidScenario: Error, Sendable {
    /// In the order in which they were found; at least one is an error.
    public var diagnostics: [Diagnostic]

    init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// Leaves out what is only odd about the resources: where something is refused it may follow from that.
    init(causes diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.filter { $0.severity == .error || $0.resource == nil }
    }
}

/// Reads scenario files.
package struct ScenarioDecoder {
    package static let apiVersion = "weir.dev/v1alpha1"

    /// A scenario and what is to be said about its file. The value holds what could be read, whatever else is wrong; nil
    /// where there is no scenario at all.
    struct Output {
        var scenario: ScenarioFile?
        var diagnostics: [Diagnostic]
    }

    /// Reads the scenario of a file, or of a folder's `scenario.yaml`.
    static func read(_ path: String, isFolder: Bool) -> Output {
        let separator = path.hasSuffix("/") ? "" : "/"
        let file = isFolder ? path + separator + "scenario.yaml" : path
        let input: ManifestInput
        do throws(ManifestLoadError) {
            input = try ManifestLoader.load([file])
        } catch {
            let hint = isFolder ? "a folder's scenario is called scenario.yaml" : nil
            return Output(
                diagnostics: [Diagnostic(.error, code: "unreadable-file", error.description, hint: hint)])
        }
        var output = decode(input, file: file)
        output.diagnostics = input.diagnostics + output.diagnostics
        return output
    }

    private static func decode(_ input: ManifestInput, file: String) -> Output {
        let start = SourcePosition(file: file, line: 1, column: 1)
        guard let object = input.objects.first else {
            guard !input.hasErrors else { return Output(diagnostics: []) }
            return Output(diagnostics: [Diagnostic(.error, code: "no-scenario", "the file is empty", position: start)])
        }
        guard object.apiVersion == apiVersion, object.kind == "Scenario" else {
            let found = object.kind.isEmpty ? "an object without a kind" : "\(object.apiVersion) \(object.kind)"
            return Output(
                diagnostics: [
                    Diagnostic(
                        .error, code: "no-scenario", "found \(found), expected \(apiVersion) Scenario",
                        position: object.position)
                ])
        }
        var output = decode(object, file: file)
        if input.objects.count > 1 {
            output.diagnostics.append(
                Diagnostic(
                    .error, code: "several-objects", "a scenario stands alone in its file; this is a second object",
                    position: input.objects[1].position))
        }
        return output
    }

    private static func decode(_ object: ManifestObject, file: String) -> Output {
        let context = DecodingContext(object.node.arena, resource: nil)
        var name = ""
        let scenario = ObjectDecoder.decode(object.node.index, context) { root -> ScenarioFile? in
            root.accept("apiVersion", "kind")
            name =
                root.requiredObject("metadata") { metadata in
                    metadata.accept("labels", "annotations", "namespace")
                    if !metadata.has("name") { metadata.reportMissing("name", "a name") }
                    return metadata.locatedName("name")?.value ?? ""
                } ?? ""
            return root.requiredObject("spec") { spec(&$0, file: file, name: name) }
        }
        return Output(scenario: scenario ?? nil, diagnostics: context.diagnostics)
    }

    private static func spec(_ object: inout ObjectDecoder, file: String, name: String) -> ScenarioFile {
        let manifests = object.strings("manifests", 1...10_000, .path)
        if !object.has("manifests") { object.reportMissing("manifests", "a list of files and folders") }
        let duration = object.requiredTime("duration")
        let warmup = object.time("warmup", orWord: "auto")
        var scenario = ScenarioFile(
            file: file, name: name, seed: UInt64(object.integer("seed", 0...Int64.max) ?? 1), manifests: manifests,
            duration: duration,
            warmup: Located(value: warmup?.value ?? 0, position: warmup?.position ?? object.position),
            isWarmupFound: warmup.map { $0.value == nil } ?? false,
            interval: object.time("interval"),
            traffic: object.list("traffic", 1...1_000, trafficEntry).compactMap { $0 },
            backends: object.list("backends", 0...10_000, backendEntry).compactMap { $0 },
            gateways: object.list("gateways", 0...10_000, gatewayEntry).compactMap { $0 },
            events: object.list("events", 0...10_000, eventEntry).compactMap { $0 },
            expectations: object.list("expect", 0...10_000, expectationEntry).compactMap { $0 })
        scenario.network = object.list("network", 0...10_000, networkPath).compactMap { $0 ?? nil }
        if !object.has("traffic") { object.reportMissing("traffic", "a list of sources of requests") }
        if object.has("duration"), duration.value == 0, !object.context.hasErrors {
            object.report(.outOfRange, "found a duration of 0, expected a time above 0s", field: "duration")
        }
        if duration.value > 0, scenario.warmup.value >= duration.value {
            object.report(
                .outOfRange,
                "found \(QuantityText.exact(scenario.warmup.value)), expected less than the duration of \(QuantityText.exact(duration.value)): nothing would be measured",
                field: "warmup")
        }
        if let interval = scenario.interval?.value, duration.value > 0, !object.context.hasErrors,
            interval == 0 || duration.value / interval > CompiledScenario.intervalsMax
        {
            object.report(
                .outOfRange,
                "found \(QuantityText.exact(interval)), expected at least \(QuantityText.exact(CompiledScenario.leastInterval(of: duration.value))): there are at most \(CompiledScenario.intervalsMax) intervals",
                field: "interval")
        }
        return scenario
    }
}
