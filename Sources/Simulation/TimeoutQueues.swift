/// The armed timers of a kernel: one queue for each distinct duration.
///
/// Timers of one duration fall due in the order in which they were armed, so each queue is a doubly linked list: arming
/// appends, cancelling unlinks, both in constant time, and a cancelled timer leaves nothing behind. Nearly all timers of a
/// proxy are cancelled; left in the event set they would double its work.
///
/// Only the first timer of a queue is represented in the event set, by one *sentinel* event. A sentinel whose timer was
/// cancelled meanwhile is moved to the queue's new first when it comes up, at most about once in each duration.
@usableFromInline
struct TimeoutQueues: ~Copyable {
    @inlinable static var none: UInt32 { .max }

    @usableFromInline
    struct Node {
        @usableFromInline var event: PendingEvent
        @usableFromInline var previous: UInt32
        @usableFromInline var next: UInt32
        @usableFromInline var queue: UInt32
        /// Grows each time the node is freed, so that a handle to an earlier timer is known to be void.
        @usableFromInline var generation: UInt32

        @inlinable
        init(event: PendingEvent, previous: UInt32, next: UInt32, queue: UInt32, generation: UInt32) {
            self.event = event
            self.previous = previous
            self.next = next
            self.queue = queue
            self.generation = generation
        }
    }

    @usableFromInline
    struct Queue {
        @usableFromInline let duration: Int64
        @usableFromInline var first = TimeoutQueues.none
        @usableFromInline var last = TimeoutQueues.none
        /// Whether a sentinel of this queue waits in the event set.
        @usableFromInline var hasSentinel = false

        @usableFromInline
        init(duration: Int64) { self.duration = duration }
    }

    @usableFromInline var nodes: UnsafeMutablePointer<Node>
    @usableFromInline var capacity = 64
    @usableFromInline var used = 0
    @usableFromInline var free = TimeoutQueues.none
    @usableFromInline var queues: [Queue] = []
    @usableFromInline var queueOfDuration: [Int64: UInt32] = [:]

    init() { nodes = .allocate(capacity: 64) }

    @inlinable
    deinit { nodes.deallocate() }

    /// The queue of a duration, made where there is none.
    mutating func queue(of duration: Int64) -> UInt32 {
        if let found = queueOfDuration[duration] { return found }
        let queue = UInt32(queues.count)
        queues.append(Queue(duration: duration))
        queueOfDuration[duration] = queue
        return queue
    }

    @inlinable
    mutating func append(_ event: PendingEvent, to queue: UInt32) -> UInt32 {
        let node = allocate()
        let last = queues[Int(queue)].last
        nodes[Int(node)].event = event
        nodes[Int(node)].previous = last
        nodes[Int(node)].next = Self.none
        nodes[Int(node)].queue = queue
        if last == Self.none {
            queues[Int(queue)].first = node
        } else {
            nodes[Int(last)].next = node
        }
        queues[Int(queue)].last = node
        return node
    }

    @inlinable
    mutating func remove(_ node: UInt32) {
        let previous = nodes[Int(node)].previous
        let next = nodes[Int(node)].next
        let queue = Int(nodes[Int(node)].queue)
        if previous == Self.none { queues[queue].first = next } else { nodes[Int(previous)].next = next }
        if next == Self.none { queues[queue].last = previous } else { nodes[Int(next)].previous = previous }
        nodes[Int(node)].generation &+= 1
        nodes[Int(node)].queue = Self.none
        nodes[Int(node)].next = free
        free = node
    }

    @inlinable
    func isArmed(_ timer: ArmedTimer) -> Bool {
        timer.node < UInt32(truncatingIfNeeded: used) && nodes[Int(timer.node)].generation == timer.generation
            && nodes[Int(timer.node)].queue != Self.none
    }

    @inlinable
    mutating func allocate() -> UInt32 {
        if free != Self.none {
            let node = free
            free = nodes[Int(node)].next
            return node
        }
        if used == capacity { grow() }
        (nodes + used).initialize(
            to: Node(event: PendingEvent(key: 0), previous: Self.none, next: Self.none, queue: Self.none, generation: 0)
        )
        used &+= 1
        return UInt32(truncatingIfNeeded: used &- 1)
    }

    @usableFromInline
    mutating func grow() {
        let larger = UnsafeMutablePointer<Node>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: nodes, count: used)
        nodes.deallocate()
        nodes = larger
        capacity *= 2
    }

    /// Replaces the event of every armed timer by its image; `transform` must keep their order.
    mutating func mapAll(_ transform: (PendingEvent) -> PendingEvent) {
        for index in 0..<used where nodes[index].queue != Self.none {
            nodes[index].event = transform(nodes[index].event)
        }
    }
}

/// A handle to a timer that was armed; void once it fired or was cancelled.
public struct ArmedTimer: Sendable, BitwiseCopyable {
    @usableFromInline let node: UInt32
    @usableFromInline let generation: UInt32

    @inlinable
    init(node: UInt32, generation: UInt32) {
        self.node = node
        self.generation = generation
    }

    /// A handle to no timer; cancelling it does nothing.
    @inlinable public static var none: ArmedTimer { ArmedTimer(node: TimeoutQueues.none, generation: 0) }
}

/// All timers of one duration in a kernel.
public struct TimeoutQueue: Sendable, BitwiseCopyable {
    @usableFromInline let index: UInt32

    init(index: UInt32) { self.index = index }
}
