/// A heap of events, where ``EventSet`` has use for one: an implicit 4-ary heap of ``PendingEvent``.
///
/// `removeFirst` leaves a hole at the root which the next `insert` fills, so that the usual "take an event, schedule its
/// successor" is one sift instead of two (as in D. W. Jones, "An empirical comparison of priority-queue and event-set
/// implementations", CACM 29, 1986: the hold operation). Four children share a cache line, and the least of them is found
/// by two independent rounds of comparisons without a branch.
@usableFromInline
struct EventHeap: ~Copyable {
    @usableFromInline var elements: UnsafeMutablePointer<PendingEvent>
    /// Elements in use, the hole among them.
    @usableFromInline var used = 0
    @usableFromInline var capacity: Int
    @usableFromInline var hasHole = false

    init(capacity: Int = 64) {
        self.capacity = max(capacity, 4)
        elements = .allocate(capacity: self.capacity)
    }

    @inlinable
    deinit { elements.deallocate() }

    /// The number of events that wait.
    @inlinable var count: Int { hasHole ? used &- 1 : used }

    @inlinable
    mutating func insert(_ event: PendingEvent) {
        if hasHole {
            hasHole = false
            siftDown(event)
            return
        }
        if used == capacity { grow() }
        var index = used
        used &+= 1
        while index > 0 {
            let parent = (index &- 1) >> 2
            guard event < elements[parent] else { break }
            elements[index] = elements[parent]
            index = parent
        }
        elements[index] = event
    }

    /// Removes the least event and returns it, or nil where none waits. Events are trivial: the hole keeps a dead copy.
    @inlinable
    mutating func removeFirst() -> PendingEvent? { removeFirst(before: .max) }

    /// Removes the least event if it is due before a moment (in nanoseconds, as bits).
    @inlinable
    mutating func removeFirst(before limit: UInt64) -> PendingEvent? {
        fillHole()
        guard used > 0, elements[0].bits < limit else { return nil }
        hasHole = true
        return elements[0]
    }

    /// The least event.
    var first: PendingEvent? {
        mutating get {
            fillHole()
            return used > 0 ? elements[0] : nil
        }
    }

    @inlinable
    mutating func fillHole() {
        guard hasHole else { return }
        hasHole = false
        used &-= 1
        if used > 0 { siftDown(elements[used]) }
    }

    /// Removes all events in no order.
    mutating func removeAll(_ body: (PendingEvent) -> Void) {
        for index in (hasHole ? 1 : 0)..<used { body(elements[index]) }
        used = 0
        hasHole = false
    }

    /// Adds an event where ``heapify()`` will give it its place.
    mutating func append(_ event: PendingEvent) {
        if used == capacity { grow() }
        elements[used] = event
        used += 1
    }

    /// Puts events that were appended in order, in time proportional to their number (R. W. Floyd, 1964).
    mutating func heapify() {
        guard used > 1 else { return }
        for index in stride(from: (used - 2) / 4, through: 0, by: -1) { siftDown(elements[index], from: index) }
    }

    /// Places an event at the root, or at another place, and lets it sink.
    @inlinable
    mutating func siftDown(_ event: PendingEvent, from start: Int = 0) {
        let elements = self.elements
        let used = self.used
        var index = start
        while true {
            let child = index &* 4 &+ 1
            guard child < used else { break }
            var least = child
            if child &+ 4 <= used {
                let left = child &+ (elements[child &+ 1] < elements[child] ? 1 : 0)
                let right = child &+ 2 &+ (elements[child &+ 3] < elements[child &+ 2] ? 1 : 0)
                least = left &+ (right &- left) &* (elements[right] < elements[left] ? 1 : 0)
            } else {
                var sibling = child &+ 1
                while sibling < used {
                    if elements[sibling] < elements[least] { least = sibling }
                    sibling &+= 1
                }
            }
            guard elements[least] < event else { break }
            elements[index] = elements[least]
            index = least
        }
        elements[index] = event
    }

    @usableFromInline
    mutating func grow() {
        let larger = UnsafeMutablePointer<PendingEvent>.allocate(capacity: capacity * 2)
        larger.update(from: elements, count: used)
        elements.deallocate()
        elements = larger
        capacity *= 2
    }

    /// Replaces every event by its image; `transform` must keep their order.
    mutating func mapAll(_ transform: (PendingEvent) -> PendingEvent) {
        for index in (hasHole ? 1 : 0)..<used { elements[index] = transform(elements[index]) }
    }
}
