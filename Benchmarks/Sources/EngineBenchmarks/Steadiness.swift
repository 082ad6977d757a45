import Testbed

/// How the rate of a run develops: CPU time for each tenth of a run's simulated time.
final class Steadiness {
    private var seconds: [Double] = []

    /// The rate in the last tenth of a run of ten million requests, as a multiple of that in the first.
    static func ofLongRun() -> Double {
        let watch = Steadiness()
        watch.seconds = [processSeconds()]
        _ = TestbedLoad.tandem(arrivals: 10_000_000, timeout: 15_000) { watch.note($0) }
        watch.seconds.append(processSeconds())
        guard watch.seconds.count >= 11 else { return 0 }
        return (watch.seconds[1] - watch.seconds[0]) / (watch.seconds[10] - watch.seconds[9])
    }

    private func note(_ part: Double) {
        while seconds.count < 10, part >= Double(seconds.count) / 10 { seconds.append(processSeconds()) }
    }
}
