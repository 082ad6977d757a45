/// The pending-event set: a sorted list of the nearest events, a wheel of buckets for those behind them, and a heap for the
/// far future. It adapts to the number of events and to their spacing, and its order is exact.
///
/// Few events (to about thirty) are all in the sorted list: the least is taken from its end, and a new one is moved up past
/// those that come before it. With more, buckets of equal width, a power of two of nanoseconds, hold the events behind the
/// current bucket in any order; the list is filled from the next bucket when it is empty (R. Brown, "Calendar queues",
/// CACM 31, 1988, and the sorted bottom of W. T. Tang, R. S. M. Goh and I. L.-J. Thng, "Ladder queue", TOMACS 15, 2005).
/// The width follows the spacing of events that were taken. So an insertion and a removal cost O(1) on average.
///
/// The worst case is bounded whatever the times are. A bucket with too many events for the list (a burst at one moment, say)
/// goes into a heap, events beyond one turn of the wheel into another, and the wheel is built anew at most once in as many
/// steps as it has events and buckets: O(log n) for each event, amortised.
@usableFromInline
struct EventSet: ~Copyable {
    @usableFromInline
    struct Node: BitwiseCopyable {
        @usableFromInline var event: PendingEvent
        @usableFromInline var next: UInt32

        @inlinable
        init(event: PendingEvent, next: UInt32) {
            self.event = event
            self.next = next
        }
    }

    @inlinable static var nothing: UInt32 { .max }
    /// The most events in the sorted list.
    @inlinable static var nearCapacity: Int { 32 }
    /// At so few events the wheel is given up.
    static let few = 16
    /// What a bucket should hold.
    static let eventsPerBucket = 2

    /// The nearest events, latest first. Before them stands one that is later than all.
    @usableFromInline let near: UnsafeMutablePointer<PendingEvent>
    @usableFromInline var nearCount = 0
    /// The most events that the list may have now: none while a heap takes its place.
    @usableFromInline var nearLimit = 32
    /// Takes the place of the list while that would be too long.
    @usableFromInline var crowd = EventHeap()
    @inlinable var isCrowded: Bool { nearLimit == 0 }

    /// The number of the bucket that the list was filled from: events up to it belong to the list. Without a wheel, all do.
    @usableFromInline var current = UInt64.max
    @usableFromInline var shift: UInt64 = 0
    @usableFromInline var mask: UInt64 = 0
    @usableFromInline var heads: UnsafeMutablePointer<UInt32>
    @usableFromInline var nodes: UnsafeMutablePointer<Node>
    @usableFromInline var nodeCapacity = 64
    @usableFromInline var nodeCount = 0
    @usableFromInline var free = EventSet.nothing
    @usableFromInline var wheelCount = 0

    /// Events beyond one turn of the wheel, and the bucket of the first.
    @usableFromInline var far = EventHeap()
    @usableFromInline var farBucket = UInt64.max

    /// The events for which the wheel was built, and what has happened since the last look at how well it fits.
    var builtFor = 0
    var lookedAt: UInt64 = 0
    var drained = 0
    var steps = 0
    /// The buckets walked past and the events moved by all rebuildings, for tests of the bound.
    var upkeep = 0

    init() {
        near = UnsafeMutablePointer.allocate(capacity: Self.nearCapacity + 1) + 1
        near[-1] = PendingEvent(key: .max)
        heads = .allocate(capacity: 1)
        nodes = .allocate(capacity: 64)
    }

    @inlinable
    deinit {
        (near - 1).deallocate()
        heads.deallocate()
        nodes.deallocate()
    }

    /// The number of events that wait.
    @inlinable var count: Int { nearCount &+ crowd.count &+ wheelCount &+ far.count }

    @inlinable @inline(__always)
    mutating func insert(_ event: PendingEvent) {
        let bucket = event.bits &>> shift
        if bucket <= current {
            if usually(nearCount < nearLimit) { insertNear(event) } else { insertCrowded(event) }
        } else if bucket &- current <= mask {
            insertWheel(event, bucket)
        } else {
            far.insert(event)
            if bucket < farBucket { farBucket = bucket }
        }
    }

    @inlinable @inline(__always)
    mutating func insertNear(_ event: PendingEvent) {
        var index = nearCount
        while near[index &- 1] < event {
            near[index] = near[index &- 1]
            index &-= 1
        }
        near[index] = event
        nearCount &+= 1
    }

    @inlinable @inline(__always)
    mutating func insertWheel(_ event: PendingEvent, _ bucket: UInt64) {
        var node = free
        if node == Self.nothing { node = addNode() } else { free = nodes[Int(node)].next }
        let head = Int(truncatingIfNeeded: bucket & mask)
        nodes[Int(node)] = Node(event: event, next: heads[head])
        heads[head] = node
        wheelCount &+= 1
    }

    /// Removes the least event and returns it, or nil where none waits.
    @inlinable @inline(__always)
    mutating func removeFirst() -> PendingEvent? { removeFirst(before: .max) }

    /// Removes the least event and returns it if it is due before a moment (in nanoseconds, as bits).
    @inlinable @inline(__always)
    mutating func removeFirst(before limit: UInt64) -> PendingEvent? {
        if nearCount == 0, !refill() { return removeCrowded(before: limit) }
        let event = near[nearCount &- 1]
        guard usually(event.bits < limit) else { return nil }
        nearCount &-= 1
        return event
    }
}
