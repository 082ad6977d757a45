import ArgumentParser
import Scenario

/// How sure the numbers have to be.
struct StatisticsOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many independent runs are added up, for intervals of confidence; 1 takes them from 25 parts of one run.",
            valueName: "n"), transform: ArgumentValue.integer(1...1_000_000))
    var replications: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Add runs until the mean and the p99 of every rule's latency are known within this part, such as 1%.",
            valueName: "part"), transform: ArgumentValue.share)
    var precision: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The confidence of intervals; 95% where left out.", valueName: "part"),
        transform: ArgumentValue.share)
    var confidence: Double?

    /// Nil where no intervals are asked for.
    var plan: ReplicationPlan? {
        guard replications != nil || precision != nil else { return nil }
        return ReplicationPlan(
            replications: replications, precision: precision, confidence: confidence ?? 0.95)
    }
}
