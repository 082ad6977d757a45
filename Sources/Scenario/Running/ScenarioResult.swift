public import Testbed

/// What came of a scenario's run.
public struct ScenarioResult: Sendable {
    /// The scenario's name.
    public var name: String
    /// The seed that was used.
    public var seed: UInt64
    /// The name of the dialect that the gateways follow.
    public var dialect: String
    /// The length of the run in nanoseconds.
    public var duration: Int64
    /// The part at its beginning that is not measured.
    public var warmup: Int64
    /// The number of runs that were added up: counts are those of all of them together.
    public var replications: Int
    /// Requests that arrived after the warm-up.
    public var requests: UInt64
    /// Requests among them that had not ended when the run did.
    public var unfinished: UInt64
    /// Requests among them that backends sent to other Services.
    public var calls: UInt64 = 0
    /// Events that the simulation handled.
    public var events: UInt64
    /// Everything measured, over the whole time after the warm-up.
    public var total: Measurements
    /// The same, cut where events of the scenario begin and end.
    public var intervals: [ScenarioInterval]
    /// In the order of the file.
    public var expectations: [ExpectationResult]
    /// What the model left out or could not know, one sentence each.
    public var notModelled: [String]
    /// What the model did by itself, in the order of time; of several replications that of the first.
    public var log: [RunEvent] = []
    /// What is to be known of the whole result before it is believed, one sentence each.
    public var cautions: [String]
    /// How sure the numbers are; nil where that was not asked for.
    public var statistics: RunStatistics?

    /// Whether all expectations hold.
    public var isMet: Bool { expectations.allSatisfy(\.isMet) }
}

/// A part of a run between two changes.
public struct ScenarioInterval: Sendable {
    /// Its beginning in nanoseconds after the start of the run, itself included.
    public var from: Int64
    /// Its end, itself excluded.
    public var until: Int64
    /// What changed at its beginning, in a few words each.
    public var changes: [String]
    /// What was measured in it.
    public var measurements: Measurements
}

/// An expectation and what was seen.
public struct ExpectationResult: Sendable {
    /// Its place in the file, from 0.
    public var index: Int
    /// Whether it holds.
    public var isMet: Bool
    /// What it is about: a request and when it is asked, or a metric and its window.
    public var subject: String
    /// What has to be, of that subject.
    public var condition: String
    /// What was seen.
    public var observed: String
    /// Whether `observed` tells all that `condition` does, where it is met.
    public var isSelfExplaining: Bool

    /// Subject and condition.
    public var expected: String { "\(subject) \(condition)" }
}
