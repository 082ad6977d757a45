import Simulation

enum HoldEvent: UInt8, EventKind { case hold }

/// The hold model: of a constant number of pending events the least is taken and put back an exponential time later.
func hold(operations: Int, pending: Int) -> Measurement {
    var stream = RandomStream(seed: 1, entity: "hold", purpose: "delay")
    var kernel = Kernel<HoldEvent>()
    for slot in 0..<pending { kernel.schedule(.hold, slot: UInt32(slot), after: Int64(stream.exponential() * 1e9)) }
    func step(_ kernel: inout Kernel<HoldEvent>, _ stream: inout RandomStream) {
        guard let event = kernel.next() else { return }
        kernel.schedule(.hold, slot: event.slot, after: Int64(stream.exponential() * 1e9))
    }
    for _ in 0..<pending { step(&kernel, &stream) }
    let start = processSeconds()
    for _ in 0..<operations { step(&kernel, &stream) }
    let seconds = processSeconds() - start
    let mean = kernel.now.seconds * Double(pending) / Double(operations + pending)
    return Measurement(events: operations, seconds: seconds, mean: mean)
}
