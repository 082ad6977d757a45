/// What the event set does seldom: filling its list, and fitting its wheel to the events.
extension EventSet {
    /// An event for a list that is full, or that a heap stands for.
    @usableFromInline
    mutating func insertCrowded(_ event: PendingEvent) {
        if !isCrowded {
            drained += nearCount
            // Without a wheel this is when to begin one. With one, the events are not where it was built for.
            if current == .max || drained > count {
                rebuild()
                insert(event)
                return
            }
            becomeCrowded()
        }
        crowd.insert(event)
    }

    private mutating func becomeCrowded() {
        nearLimit = 0
        while nearCount > 0 {
            nearCount -= 1
            crowd.insert(near[nearCount])
        }
    }

    @usableFromInline
    mutating func removeCrowded(before limit: UInt64) -> PendingEvent? {
        guard isCrowded, let event = crowd.removeFirst(before: limit) else { return nil }
        drained += 1
        if crowd.count == 0 { nearLimit = Self.nearCapacity }
        return event
    }

    /// Fills the list, which is empty, from the next bucket that holds anything; false where the heap stands for it or no
    /// event waits.
    @usableFromInline
    mutating func refill() -> Bool {
        if isCrowded {
            guard drained > 2 * count + 256 else { return false }
            rebuild()
            return !isCrowded
        }
        guard current != .max else { return false }
        if wheelCount + far.count <= Self.few {
            collapse()
            return nearCount > 0
        }
        if !fits() {
            rebuild()
            if isCrowded || nearCount > 0 { return !isCrowded }
        }
        if wheelCount == 0 { current = farBucket &- 1 }
        var bucket = current
        let heads = self.heads
        let mask = self.mask
        repeat {
            bucket &+= 1
            if bucket >= farBucket { pull(upTo: bucket &+ mask) }
        } while heads[Int(truncatingIfNeeded: bucket & mask)] == Self.nothing
        let walked = Int(truncatingIfNeeded: bucket &- current)
        steps &+= walked
        upkeep &+= walked
        current = bucket
        drain(Int(truncatingIfNeeded: bucket & mask))
        return !isCrowded
    }

    /// Moves a bucket into the list, or into the heap in its place.
    private mutating func drain(_ head: Int) {
        var node = heads[head]
        heads[head] = Self.nothing
        var moved = 0
        while node != Self.nothing {
            let index = Int(node)
            let next = nodes[index].next
            if nearCount == Self.nearCapacity { becomeCrowded() }
            if isCrowded { crowd.insert(nodes[index].event) } else { insertNear(nodes[index].event) }
            nodes[index].next = free
            free = node
            node = next
            moved &+= 1
        }
        wheelCount &-= moved
        drained &+= moved
    }

    /// Moves events of the far future into the wheel that belong to its next turn.
    private mutating func pull(upTo last: UInt64) {
        while let event = far.removeFirst(before: Self.end(of: last, shift)) {
            insertWheel(event, event.bits &>> shift)
        }
        farBucket = far.first.map { $0.bits &>> shift } ?? .max
    }

    /// The first moment behind a bucket; the last moment of all never is before it.
    private static func end(of bucket: UInt64, _ shift: UInt64) -> UInt64 {
        let next = bucket &+ 1
        return next > UInt64.max &>> shift ? .max : next &<< shift
    }

    /// Whether the wheel suits the events: their number, and the spacing of those that were taken since the last look.
    private mutating func fits() -> Bool {
        let waiting = wheelCount &+ far.count
        if waiting > 2 &* builtFor || waiting &* 8 < builtFor { return false }
        if drained &+ (steps &>> 4) < waiting &+ 256 { return true }
        let passed = Double(current &- lookedAt)
        let perBucket = Double(drained) / max(passed, 1)
        lookedAt = current
        drained = 0
        steps = 0
        return perBucket > 0.5 && perBucket < Double(4 * Self.eventsPerBucket)
    }

    /// Gives the wheel up: all events are few enough for the list.
    private mutating func collapse() {
        var rest = takeAll()
        current = .max
        shift = 0
        builtFor = 0
        for event in rest { insertNear(event) }
        rest.removeAll()
    }

    /// Builds the wheel anew, or for the first time: its width from the spacing of the events that come first, its size from
    /// their number.
    private mutating func rebuild() {
        let events = takeAll()
        let first = Self.earliest(events)
        let span = first[first.count - 1].bits - first[0].bits
        let width = max(span / UInt64(first.count) * UInt64(Self.eventsPerBucket), 1)
        shift = UInt64(63 - width.leadingZeroBitCount)
        builtFor = events.count
        upkeep &+= 2 * events.count
        var buckets = 128
        while buckets < 4 * events.count { buckets *= 2 }
        heads.deallocate()
        heads = .allocate(capacity: buckets)
        heads.initialize(repeating: Self.nothing, count: buckets)
        mask = UInt64(buckets - 1)
        current = first[0].bits &>> shift
        lookedAt = current
        drained = 0
        steps = 0
        for event in events {
            let bucket = event.bits &>> shift
            if bucket <= current, !isCrowded, nearCount == Self.nearCapacity { becomeCrowded() }
            if bucket <= current, isCrowded { crowd.insert(event) } else { insert(event) }
        }
    }

    /// All events, in no order; nothing is left.
    private mutating func takeAll() -> [PendingEvent] {
        var events: [PendingEvent] = []
        events.reserveCapacity(count)
        for index in 0..<nearCount { events.append(near[index]) }
        nearCount = 0
        while let event = crowd.removeFirst() { events.append(event) }
        nearLimit = Self.nearCapacity
        forEachNode { events.append(nodes[$0].event) }
        nodeCount = 0
        free = Self.nothing
        wheelCount = 0
        far.removeAll { events.append($0) }
        farBucket = .max
        return events
    }

    private func forEachNode(_ body: (Int) -> Void) {
        guard current != .max, wheelCount > 0 else { return }
        for head in 0...Int(mask) {
            var node = heads[head]
            while node != Self.nothing {
                body(Int(node))
                node = nodes[Int(node)].next
            }
        }
    }

    /// The 256 events that come first, or all, in order.
    private static func earliest(_ events: [PendingEvent]) -> [PendingEvent] {
        let wanted = min(events.count, 256)
        var heap = EventHeap()
        for event in events { heap.append(event) }
        heap.heapify()
        var first: [PendingEvent] = []
        while first.count < wanted, let event = heap.removeFirst() { first.append(event) }
        return first
    }

    @usableFromInline
    mutating func addNode() -> UInt32 {
        if nodeCount == nodeCapacity {
            let larger = UnsafeMutablePointer<Node>.allocate(capacity: nodeCapacity * 2)
            larger.moveInitialize(from: nodes, count: nodeCount)
            nodes.deallocate()
            nodes = larger
            nodeCapacity *= 2
        }
        nodeCount += 1
        return UInt32(nodeCount - 1)
    }

    /// Replaces every event by its image; `transform` must keep their order and times.
    mutating func mapAll(_ transform: (PendingEvent) -> PendingEvent) {
        for index in 0..<nearCount { near[index] = transform(near[index]) }
        crowd.mapAll(transform)
        forEachNode { nodes[$0].event = transform(nodes[$0].event) }
        far.mapAll(transform)
    }
}
