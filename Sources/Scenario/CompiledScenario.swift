public import GatewayAPI
import Glibc
public import Routing
public import Testbed

/// A scenario that is ready to run: its manifests and events are routing tables, its traffic is bound to them.
public struct CompiledScenario: Sendable {
    /// What the file says.
    public let file: ScenarioFile
    /// What the testbed runs.
    public private(set) var model: TestbedModel
    /// What is odd about the file and the manifests, and no reason not to run.
    public let warnings: [Diagnostic]
    /// Whose reading of the specification the gateways follow.
    public let dialect: Dialect
    let timetable: Timetable
    let unknowns: [(source: String, requests: UnknownRequests)]
    let notModelled: [String]

    /// Reads and compiles the scenario of a file, or of a folder's `scenario.yaml`.
    ///
    /// Everything that is wrong with the file, with the manifests and with what the one says of the other is collected. A
    /// manifest that the API server would refuse is an error at whatever time it is applied: the run that was meant cannot
    /// be made.
    ///
    /// - Parameters:
    ///   - seed: stands in for that of the file.
    ///   - dialect: whose reading of the specification the gateways follow.
    public init(path: String, seed: UInt64? = nil, dialect: Dialect = .specification) throws(InvalidScenario) {
        let output = ScenarioDecoder.read(path, isFolder: Self.isFolder(path))
        guard var scenario = output.scenario else { throw InvalidScenario(diagnostics: output.diagnostics) }
        if let seed { scenario.seed = seed }
        let timetable = Timetable(scenario, dialect: dialect)
        let check = ReferenceCheck(scenario, timetable)
        var diagnostics = output.diagnostics + timetable.diagnostics + check.diagnostics
        guard !Self.hasErrors(diagnostics) else { throw InvalidScenario(diagnostics: diagnostics) }
        var builder = ModelBuilder(scenario, timetable)
        model = builder.model()
        diagnostics += builder.diagnostics
        guard !Self.hasErrors(diagnostics) else { throw InvalidScenario(diagnostics: diagnostics) }
        file = scenario
        self.dialect = dialect
        warnings = diagnostics.filter { $0.severity == .warning }
        self.timetable = timetable
        unknowns = builder.unknowns
        notModelled = builder.notModelled
    }

    private static func hasErrors(_ diagnostics: [Diagnostic]) -> Bool {
        diagnostics.contains { $0.severity == .error }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
