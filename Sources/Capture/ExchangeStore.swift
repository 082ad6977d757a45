/// The exchanges that are not complete, and those that wait for ones that began before them.
///
/// Exchanges are given out in the order in which their requests were found. One that takes very long does not hold up
/// the others for ever: after `heldMax` of them it is passed over, and given out when it is complete.
struct ExchangeStore {
    static let none = UInt32.max

    private enum Phase: UInt8 { case free, open, complete }

    private struct Slot {
        var exchange = Exchange()
        var phase = Phase.free
        /// Given up and given out: kept only because its connection still refers to it.
        var isHusk = false
        /// To be given out to nobody.
        var isDiscarded = false
        /// Taken out of the order, to be given out as soon as it is complete.
        var isLate = false
        /// The next request of the same connection.
        var next = none
        var progress = ExchangeProgress()
        /// What it counts for among the bytes that are held.
        var heldBytes = 0
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var order = Queue<UInt32>()
    private var ready = Queue<UInt32>()
    private var heldBytes = 0
    /// Slots that are late and still open.
    private var lateOpen = 0
    private let limits: CaptureLimits
    /// Exchanges that came after ones that began later.
    private(set) var late = 0
    /// Exchanges that were given out without waiting further for their response.
    private(set) var abandoned = 0

    init(_ limits: CaptureLimits) { self.limits = limits }

    /// Begins an exchange; its memory is used again.
    mutating func begin() -> UInt32 {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(slots.count)
            slots.append(Slot())
        }
        slots[Int(index)].phase = .open
        order.append(index)
        return index
    }

    /// Says that the request's head is written.
    mutating func hold(_ index: UInt32) {
        slots[Int(index)].heldBytes = slots[Int(index)].exchange.text.count + 512
        heldBytes += slots[Int(index)].heldBytes
        makeRoom()
    }

    /// Reads an exchange.
    subscript(index: UInt32) -> Exchange {
        _read { yield slots[Int(index)].exchange }
        _modify { yield &slots[Int(index)].exchange }
    }

    /// What a connection keeps with an exchange while it is open.
    func progress(_ index: UInt32) -> ExchangeProgress { slots[Int(index)].progress }

    mutating func setProgress(_ index: UInt32, _ progress: ExchangeProgress) {
        slots[Int(index)].progress = progress
    }

    /// The next request of the same connection.
    func next(_ index: UInt32) -> UInt32 { slots[Int(index)].next }

    mutating func link(_ index: UInt32, to next: UInt32) { slots[Int(index)].next = next }

    /// Says that nothing more will be learned about an exchange, and that its connection forgot it.
    mutating func complete(_ index: UInt32) {
        let place = Int(index)
        if slots[place].isHusk {
            release(index)
            return
        }
        slots[place].phase = .complete
        if slots[place].isLate {
            ready.append(index)
            late += 1
            lateOpen -= 1
        }
    }

    /// Says that an exchange is none after all.
    mutating func discard(_ index: UInt32) {
        slots[Int(index)].isDiscarded = true
        complete(index)
    }

    /// The next exchange to give out, by swapping; false where there is none yet.
    mutating func take(into exchange: inout Exchange) -> Bool {
        while let index = ready.popFirst() {
            if give(index, into: &exchange) { return true }
        }
        while let first = order.first {
            if slots[Int(first)].phase == .complete {
                _ = order.popFirst()
                if give(first, into: &exchange) { return true }
                continue
            }
            guard order.count > limits.heldExchangesMax || heldBytes > limits.heldBytesMax else { return false }
            _ = order.popFirst()
            slots[Int(first)].isLate = true
            lateOpen += 1
        }
        return false
    }

    private mutating func give(_ index: UInt32, into exchange: inout Exchange) -> Bool {
        heldBytes -= slots[Int(index)].heldBytes
        slots[Int(index)].heldBytes = 0
        if slots[Int(index)].isDiscarded {
            release(index)
            return false
        }
        swap(&slots[Int(index)].exchange, &exchange)
        if slots[Int(index)].phase == .complete {
            release(index)
        } else {
            slots[Int(index)].isHusk = true
            slots[Int(index)].exchange = Exchange()
        }
        return true
    }

    private mutating func release(_ index: UInt32) {
        let place = Int(index)
        slots[place].exchange.reset()
        slots[place].phase = .free
        slots[place].isHusk = false
        slots[place].isLate = false
        slots[place].isDiscarded = false
        slots[place].next = Self.none
        free.append(index)
    }

    /// Gives up the exchanges that have been open longest, where there are too many.
    private mutating func makeRoom() {
        guard lateOpen > limits.openExchangesMax || lateOpen > 0 && heldBytes > 2 * limits.heldBytesMax else { return }
        for index in slots.indices where slots[index].isLate && slots[index].phase == .open {
            slots[index].isLate = false
            ready.append(UInt32(index))
            abandoned += 1
        }
        lateOpen = 0
    }
}

/// How far an open exchange is, and what tells which response is its own.
struct ExchangeProgress {
    /// Where its first byte stands in the client's stream.
    var position: Int64 = 0
    /// How much of the server's stream the client had acknowledged when it sent that.
    var acknowledged: Int64 = .min
    var isHead = false
    var isConnect = false
    var asksForHTTP2 = false
    var isRequestDone = false
    var isResponseDone = false
}

/// A first-in-first-out queue in an array whose used front is cut off now and then.
struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        head += 1
        let element = elements[head - 1]
        if head > 64, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
