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
    /// Whether a warm-up that had to be found was.
    private(set) var hasWarmup = false
    /// What is to be said of the run that is known before it.
    private(set) var cautions: [String] = []
    /// Where windows of expectations begin and end.
    private let expectationCuts: [Int64]
    /// Where intervals of equal length begin.
    private(set) var intervalCuts: Set<Int64> = []
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
        let isPartial = output.diagnostics.contains { $0.severity == .error }
        let check = ReferenceCheck(scenario, timetable, isPartial: isPartial)
        var diagnostics = output.diagnostics + timetable.diagnostics + check.diagnostics
        guard !Self.hasErrors(diagnostics) else { throw InvalidScenario(causes: diagnostics) }
        var builder = ModelBuilder(scenario, timetable)
        model = builder.model()
        expectationCuts = model.cuts
        diagnostics += builder.diagnostics
        guard !Self.hasErrors(diagnostics) else { throw InvalidScenario(causes: diagnostics) }
        file = scenario
        self.dialect = dialect
        warnings = diagnostics.filter { $0.severity == .warning }
        self.timetable = timetable
        unknowns = builder.unknowns
        notModelled = builder.notModelled
        if let interval = scenario.interval?.value { _ = cut(every: interval) }
    }

    /// The most intervals of equal length that a run is told in.
    public static let intervalsMax: Int64 = 10_000

    /// An interval that a run of some nanoseconds can be told in, and hardly a shorter one.
    public static func leastInterval(of duration: Int64) -> Int64 { (duration + intervalsMax - 1) / intervalsMax }

    /// Tells the result in intervals of a length in nanoseconds too, counted from the start of the run, in place of those
    /// that were asked for before.
    ///
    /// - Returns: false where there would be more than ``intervalsMax`` of them, or the length is not positive: nothing changes.
    public mutating func cut(every length: Int64) -> Bool {
        guard length > 0, model.duration / length <= Self.intervalsMax else { return false }
        intervalCuts = Set(stride(from: length, to: model.duration, by: Int64.Stride(length)))
        model.cuts = expectationCuts + intervalCuts.sorted()
        return true
    }

    /// Takes another seed.
    mutating func reseed(_ seed: UInt64) { model.seed = seed }

    /// Takes a warm-up that was found.
    mutating func take(warmup: Int64, caution: String?) {
        model.warmup = warmup
        hasWarmup = true
        cautions = caution.map { [$0] } ?? []
    }

    /// The length of intervals that shows a run of this length in about a hundred steps, for plots.
    public var intervalForPlots: Int64 {
        let least = max((model.duration - model.warmup) / 120, 1)
        let seconds: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map { $0 * 1_000_000_000 }
        var power: Int64 = 1
        while power < 1_000_000_000 {
            for factor in [1, 2, 5] as [Int64] where power * factor >= least { return power * factor }
            power *= 10
        }
        return seconds.first { $0 >= least } ?? (least / 3_600_000_000_000 + 1) * 3_600_000_000_000
    }

    private static func hasErrors(_ diagnostics: [Diagnostic]) -> Bool {
        diagnostics.contains { $0.severity == .error }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
