import Glibc

/// What one load cost.
struct Measurement {
    var events: Int
    /// CPU seconds of the event loop alone.
    var seconds: Double
    /// A result of the load, so that two programs can be seen to simulate the same thing.
    var mean: Double

    var eventsPerSecond: Double { Double(events) / seconds }
}

/// CPU seconds of this process: the programs are single-threaded, and the machine may be shared.
func processSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
