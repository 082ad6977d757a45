import Simulation

/// A Poisson process that is on and off in turn; the run begins in the long-term mix of both.
struct BurstWalk {
    private let gap: Double
    private let busy: Double
    private let idle: Double
    private var position = 0.0
    private var busyUntil = 0.0

    init(rate: Double, busy: Double, idle: Double, _ stream: inout RandomStream) {
        gap = 1e9 / rate
        self.busy = busy
        self.idle = idle
        if stream.happens(busy / (busy + idle)) {
            busyUntil = busy * stream.exponential()
        } else {
            position = idle * stream.exponential()
            busyUntil = position + busy * stream.exponential()
        }
    }

    mutating func next(_ stream: inout RandomStream) -> Double {
        while true {
            let time = position + gap * stream.exponential()
            if time <= busyUntil {
                position = time
                return time
            }
            // Memoryless: what was left of the gap at the end of the burst begins anew with the next one.
            position = busyUntil + idle * stream.exponential()
            busyUntil = position + busy * stream.exponential()
            if position > 0x1p61 { return position }
        }
    }
}
