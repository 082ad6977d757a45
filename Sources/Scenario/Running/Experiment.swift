import Dispatch
import Simulation
import Synchronization
import Testbed

/// Runs scenarios, each as often as its plan says, on several threads at once. Results do not depend on the threads: runs
/// have streams of their own and are added up in the order of their seeds.
public struct Experiment: Sendable {
    /// What is run.
    public let scenarios: [CompiledScenario]
    /// How often; nil for once, without intervals.
    public let plan: ReplicationPlan?

    /// An experiment with its parts.
    public init(_ scenarios: [CompiledScenario], plan: ReplicationPlan? = nil) {
        self.scenarios = scenarios
        self.plan = plan
    }

    /// The results in the order of the scenarios.
    ///
    /// - Parameters:
    ///   - threads: how many runs are made at once, at least 1.
    ///   - progress: is told now and then, from any thread, how far a scenario is, 0 to 1.
    public func run(
        threads: Int, progress: (@Sendable (_ scenario: Int, _ part: Double) -> Void)? = nil
    ) -> [Result<ScenarioResult, any Error>] {
        studies(threads: threads, progress: progress).map(\.result)
    }

    /// The scenarios after all of their runs.
    func studies(
        threads: Int, progress: (@Sendable (_ scenario: Int, _ part: Double) -> Void)? = nil
    ) -> [ScenarioStudy] {
        var studies = Self.withWarmups(scenarios, threads: threads).map { scenario, failure in
            ScenarioStudy(scenario, plan: plan, failure: failure)
        }
        while true {
            let jobs = studies.enumerated().flatMap { index, study in
                study.pending.map { Job(scenario: index, replication: $0) }
            }
            guard !jobs.isEmpty else { break }
            studies = Self.perform(jobs, for: studies, threads: threads, progress: progress)
            for index in studies.indices { studies[index].planNext() }
        }
        return studies
    }

    /// The scenarios with their warm-ups found, and what went wrong with a search.
    static func withWarmups(
        _ scenarios: [CompiledScenario], threads: Int
    ) -> [(scenario: CompiledScenario, failure: (any Error)?)] {
        let found = Mutex(scenarios.map { (scenario: $0, failure: (any Error)?.none) })
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, scenarios.count)) { _ in
            while true {
                let place = next.add(1, ordering: .relaxed).oldValue
                guard place < scenarios.count else { return }
                do {
                    let scenario = try scenarios[place].withWarmup()
                    found.withLock { $0[place].scenario = scenario }
                } catch {
                    found.withLock { $0[place].failure = error }
                }
            }
        }
        return found.withLock { $0 }
    }

    private struct Job: Sendable {
        var scenario: Int
        var replication: Int
    }

    /// Runs that have ended and those they wait for.
    private struct Desk {
        var studies: [ScenarioStudy]
        var waiting: [Int: Result<RunResult, any Error>] = [:]
        var next = 0
    }

    /// Makes runs, and adds each up as soon as all before it are: few results are held at a time.
    private static func perform(
        _ jobs: [Job], for studies: [ScenarioStudy], threads: Int,
        progress: (@Sendable (Int, Double) -> Void)?
    ) -> [ScenarioStudy] {
        let desk = Mutex(Desk(studies: studies))
        let next = Atomic<Int>(0)
        let models = studies.map(\.model)
        let done = studies.map(\.done)
        let planned = studies.map { $0.done + $0.pending.count }
        DispatchQueue.concurrentPerform(iterations: min(threads, jobs.count)) { _ in
            while true {
                let place = next.add(1, ordering: .relaxed).oldValue
                guard place < jobs.count else { return }
                let job = jobs[place]
                var model = models[job.scenario]
                model.seed = RandomStream.replicationSeed(model.seed, replication: job.replication)
                let before = Double(max(job.replication, done[job.scenario]))
                let all = Double(planned[job.scenario])
                let result = Result {
                    try Testbed.run(model) { progress?(job.scenario, (before + $0) / all) }
                }
                desk.withLock { desk in
                    desk.waiting[place] = result
                    while let ready = desk.waiting.removeValue(forKey: desk.next) {
                        desk.studies[jobs[desk.next].scenario].add(ready)
                        desk.next += 1
                    }
                }
            }
        }
        return desk.withLock { $0.studies }
    }
}
