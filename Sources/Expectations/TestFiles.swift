public import GatewayAPI
import Glibc
import Manifests
import Scenario

/// What makes it impossible to run tests.
public struct InvalidTests: Error, Sendable {
    /// In the order in which they were found; at least one is an error.
    public var diagnostics: [Diagnostic]
}

/// The tests that paths name, before any manifest is read.
struct TestFiles {
    /// Routing tests, in the order of the paths, the names in a folder and the documents in a file.
    private(set) var tests: [RoutingTest] = []
    /// Files of scenarios.
    private(set) var scenarios: [String] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The files that were read.
    private(set) var files: [String] = []

    init(_ paths: [String]) {
        for path in paths { read(path) }
    }

    private mutating func read(_ path: String) {
        let input: ManifestInput
        do throws(ManifestLoadError) {
            input = try ManifestLoader.load([path])
        } catch {
            diagnostics.append(Diagnostic(.error, code: "unreadable-file", error.description))
            return
        }
        files += input.files
        diagnostics += input.diagnostics.filter { $0.severity == .error }
        var found = 0
        for object in input.objects where object.apiVersion.hasPrefix("weir.dev/") {
            found += 1
            read(object)
        }
        if found == 0, !input.hasErrors {
            let kind = RoutingTestDecoder.kind
            diagnostics.append(
                Diagnostic(
                    .error, code: "no-expectation", "\(path): there is no \(kind) and no Scenario in it",
                    hint: "a test has apiVersion \(ScenarioDecoder.apiVersion) and kind \(RoutingTestDecoder.kind)"))
        }
    }

    private mutating func read(_ object: ManifestObject) {
        let file = object.position.file
        switch (object.apiVersion, object.kind) {
        case (ScenarioDecoder.apiVersion, RoutingTestDecoder.kind):
            let output = RoutingTestDecoder.decode(object, file: file)
            diagnostics += output.diagnostics
            if let test = output.test { tests.append(test) }
        case (ScenarioDecoder.apiVersion, "Scenario"):
            if !scenarios.contains(file) { scenarios.append(file) }
        default:
            diagnostics.append(
                Diagnostic(
                    .error, code: "unknown-kind",
                    "found \(object.apiVersion) \(object.kind), expected \(ScenarioDecoder.apiVersion) \(RoutingTestDecoder.kind) or Scenario",
                    position: object.position))
        }
    }
}

extension RoutingTest {
    /// The manifests as the system finds them: the file's own folder where it names none.
    var manifestPaths: [String] {
        guard manifests.isEmpty else { return manifests.map { ScenarioFile.resolve($0.value, besides: file) } }
        return [file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."]
    }
}
