import ArgumentParser
import Scenario

/// How sure the numbers have to be.
struct StatisticsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many independent runs are added up, for intervals of confidence; 1 takes them from 25 parts of one run.",
            valueName: "n"))
    var replications: Int?

    @Option(
        help: ArgumentHelp(
            "Add runs until the mean and the p99 of every rule's latency are known within this part, such as 1%.",
            valueName: "part"))
    var precision: Share?

    @Option(help: ArgumentHelp("The confidence of intervals; 95% where left out.", valueName: "part"))
    var confidence: Share?

    func validate() throws {
        if let replications, !(1...1_000_000).contains(replications) {
            throw ValidationError("--replications is \(replications), expected 1 to 1000000")
        }
    }

    /// Nil where no intervals are asked for.
    var plan: ReplicationPlan? {
        guard replications != nil || precision != nil else { return nil }
        return ReplicationPlan(
            replications: replications, precision: precision?.value, confidence: confidence?.value ?? 0.95)
    }
}
