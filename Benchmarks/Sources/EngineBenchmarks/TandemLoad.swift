import Simulation

enum TandemEvent: UInt8, EventKind { case arrival, decided, reached, served, answered, retry, timeout }

/// Poisson arrivals → gateway M/M/1 → split 90/10 → hop → one of two services of four servers → hop, with a timer for
/// every attempt from the gateway's decision to the answer and one retry. Times are in units of a millisecond.
struct TandemLoad: ~Copyable {
    private enum Place: UInt8 { case elsewhere, waiting, serving, free }

    private struct Request {
        var arrived: Int64 = 0
        var timer = ArmedTimer.none
        var service: UInt8 = 0
        var attempts: UInt8 = 0
        var place = Place.elsewhere
        /// The attempt that the next progress event of this slot belongs to; others are of attempts that timed out.
        var awaited: SimulationTime = .zero
    }

    private var kernel = Kernel<TandemEvent>()
    private var stream = RandomStream(seed: 1, entity: "tandem", purpose: "everything")
    private let timeouts: TimeoutQueue
    private var requests: [Request] = []
    private var free: [UInt32] = []
    private var gateway = Ring()
    private var gatewayIsBusy = false
    private var waiting = [Ring(), Ring()]
    private var busy = [0, 0]
    private var scheduled = 0
    private var answered = 0
    private var sum: Int64 = 0

    init(timeout: Double) { timeouts = kernel.timeoutQueue(of: Self.milliseconds(timeout)) }

    private static func milliseconds(_ value: Double) -> Int64 { Nanoseconds.rounded(value * 1e6) }

    private mutating func progress(_ kind: TandemEvent, _ slot: UInt32, after: Double) {
        let time = kernel.now + Self.milliseconds(after)
        requests[Int(slot)].awaited = time
        kernel.schedule(kind, slot: slot, at: time)
        scheduled += 1
    }

    private mutating func begin(_ slot: UInt32) {
        requests[Int(slot)].attempts += 1
        requests[Int(slot)].service = stream.uniform() < 0.9 ? 0 : 1
        requests[Int(slot)].place = .elsewhere
        progress(.reached, slot, after: 0.1)
        requests[Int(slot)].timer = kernel.arm(timeouts, .timeout, slot: slot)
        scheduled += 1
    }

    private mutating func serveNext(_ service: Int) {
        while let next = waiting[service].popFirst() {
            let slot = UInt32(truncatingIfNeeded: next)
            if requests[Int(slot)].place == .waiting {
                requests[Int(slot)].place = .serving
                progress(.served, slot, after: 3 * stream.exponential())
                return
            }
        }
        busy[service] -= 1
    }

    private mutating func release(_ slot: UInt32) {
        requests[Int(slot)].place = .free
        free.append(slot)
    }

    mutating func run(arrivals: Int) -> Measurement {
        var arrived = 0
        let start = processSeconds()
        kernel.schedule(.arrival, slot: 0, after: Self.milliseconds(stream.exponential()))
        while let event = kernel.next() {
            let slot = event.slot
            if event.kind != .arrival, event.kind != .timeout, requests[Int(slot)].awaited != event.time { continue }
            switch event.kind {
            case .arrival:
                arrived += 1
                scheduled += 1
                if arrived < arrivals {
                    kernel.schedule(.arrival, slot: 0, after: Self.milliseconds(stream.exponential()))
                }
                arrive()
            case .decided:
                begin(slot)
                if let next = gateway.popFirst() {
                    progress(.decided, UInt32(next), after: 0.5 * stream.exponential())
                } else {
                    gatewayIsBusy = false
                }
            case .reached: reach(slot)
            case .served:
                requests[Int(slot)].place = .elsewhere
                progress(.answered, slot, after: 0.1)
                serveNext(Int(requests[Int(slot)].service))
            case .answered:
                kernel.cancel(requests[Int(slot)].timer)
                sum += event.time.nanoseconds - requests[Int(slot)].arrived
                answered += 1
                release(slot)
            case .retry: begin(slot)
            case .timeout: expire(slot)
            }
        }
        return Measurement(
            events: scheduled, seconds: processSeconds() - start, mean: Double(sum) / 1e6 / Double(answered))
    }

    private mutating func arrive() {
        let slot = free.popLast() ?? UInt32(requests.count)
        if Int(slot) == requests.count { requests.append(Request()) }
        requests[Int(slot)] = Request(arrived: kernel.now.nanoseconds)
        if gatewayIsBusy {
            gateway.append(Int64(slot))
        } else {
            gatewayIsBusy = true
            progress(.decided, slot, after: 0.5 * stream.exponential())
        }
    }

    private mutating func reach(_ slot: UInt32) {
        let service = Int(requests[Int(slot)].service)
        if busy[service] < 4 {
            busy[service] += 1
            requests[Int(slot)].place = .serving
            progress(.served, slot, after: 3 * stream.exponential())
        } else {
            requests[Int(slot)].place = .waiting
            waiting[service].append(Int64(slot))
        }
    }

    private mutating func expire(_ slot: UInt32) {
        let place = requests[Int(slot)].place
        requests[Int(slot)].place = .elsewhere
        if place == .serving { serveNext(Int(requests[Int(slot)].service)) }
        if requests[Int(slot)].attempts < 2 {
            progress(.retry, slot, after: stream.uniform())
        } else {
            requests[Int(slot)].awaited = .zero
            release(slot)
        }
    }
}
