public import GatewayAPI
import Glibc
public import Replay
public import Routing

/// The request expectations of a scenario with the tables that are in force at their times. Nothing is simulated, and no
/// trace is read.
public struct ScenarioRequests: Sendable {
    /// What the file says.
    public let file: ScenarioFile
    /// What is odd about the file and the manifests.
    public let warnings: [Diagnostic]
    /// The tables in the order of time, each with where its Gateways are reached: that of time zero first.
    public let versions: [(table: RoutingTable, addresses: [GatewayAddresses])]
    private let timetable: Timetable

    /// Reads the scenario of a file, or of a folder's `scenario.yaml`, with all its manifests.
    ///
    /// Throws all that is wrong with the file and the manifests, as running it would.
    ///
    /// - Parameter dialect: whose reading of the specification the gateways follow.
    public init(path: String, dialect: Dialect = .specification) throws(InvalidScenario) {
        let output = ScenarioDecoder.read(path, isFolder: CompiledScenario.isFolder(path))
        guard let scenario = output.scenario else { throw InvalidScenario(diagnostics: output.diagnostics) }
        let timetable = Timetable(scenario, dialect: dialect)
        let isPartial = output.diagnostics.contains { $0.severity == .error }
        let check = ReferenceCheck(scenario, timetable, isPartial: isPartial)
        let diagnostics = output.diagnostics + timetable.diagnostics + check.diagnostics
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw InvalidScenario(causes: diagnostics)
        }
        file = scenario
        warnings = diagnostics.filter { $0.severity == .warning }
        versions = timetable.versions.map { ($0.table, $0.addresses) }
        self.timetable = timetable
    }

    /// The place in ``versions`` of the table that is in force at a time; nil asks for the time before any event.
    public func version(at time: Int64?) -> Int { timetable.version(at: time) }
}
