import Simulation

enum QueueEvent: UInt8, EventKind { case arrival, departure }

/// M/M/c: Poisson arrivals of a rate, exponential service of mean 1, a number of servers, one queue.
func queue(arrivals: Int, rate: Double, servers: Int) -> Measurement {
    var interarrival = RandomStream(seed: 1, entity: "client", purpose: "arrivals")
    var service = RandomStream(seed: 1, entity: "server", purpose: "service time")
    let unit = 1e6
    var kernel = Kernel<QueueEvent>()
    var waiting = Ring()
    var arrivedAt = [Int64](repeating: 0, count: servers)
    var idle = (0..<servers).reversed().map { UInt32($0) }
    var arrived = 0
    var events = 0
    var sum: Int64 = 0
    let start = processSeconds()
    kernel.schedule(.arrival, slot: 0, after: Nanoseconds.rounded(interarrival.exponential() * unit / rate))
    while let event = kernel.next() {
        events += 1
        switch event.kind {
        case .arrival:
            arrived += 1
            if arrived < arrivals {
                let gap = Nanoseconds.rounded(interarrival.exponential() * unit / rate)
                kernel.schedule(.arrival, slot: 0, after: gap)
            }
            if let server = idle.popLast() {
                arrivedAt[Int(server)] = event.time.nanoseconds
                kernel.schedule(.departure, slot: server, after: Nanoseconds.rounded(service.exponential() * unit))
            } else {
                waiting.append(event.time.nanoseconds)
            }
        case .departure:
            sum += event.time.nanoseconds - arrivedAt[Int(event.slot)]
            if let next = waiting.popFirst() {
                arrivedAt[Int(event.slot)] = next
                kernel.schedule(.departure, slot: event.slot, after: Nanoseconds.rounded(service.exponential() * unit))
            } else {
                idle.append(event.slot)
            }
        }
    }
    return Measurement(events: events, seconds: processSeconds() - start, mean: Double(sum) / unit / Double(arrivals))
}

/// A FIFO queue of integers on an array whose size is a power of two.
struct Ring {
    private var elements = [Int64](repeating: 0, count: 1024)
    private var head = 0
    private var tail = 0

    mutating func append(_ element: Int64) {
        if tail - head == elements.count {
            var larger = [Int64](repeating: 0, count: elements.count * 2)
            for index in head..<tail { larger[index - head] = elements[index & (elements.count - 1)] }
            (head, tail, elements) = (0, tail - head, larger)
        }
        elements[tail & (elements.count - 1)] = element
        tail += 1
    }

    mutating func popFirst() -> Int64? {
        guard head < tail else { return nil }
        defer { head += 1 }
        return elements[head & (elements.count - 1)]
    }
}
