/// What a model's events are called: an enumeration of at most 31 cases with raw values from 0.
public protocol EventKind: RawRepresentable, Sendable where RawValue == UInt8 {}

/// An event whose time has come.
public struct Event<Kind: EventKind>: Sendable {
    /// When it happens.
    public let time: SimulationTime
    /// What happens.
    public let kind: Kind
    /// Whom it happens to: the model's own index, below 2²⁷.
    public let slot: UInt32

    @inlinable
    init(time: SimulationTime, kind: Kind, slot: UInt32) {
        self.time = time
        self.kind = kind
        self.slot = slot
    }
}

/// A discrete-event kernel: a clock, the events to come, and timers that are cheap to cancel.
///
/// ```swift
/// enum Kind: UInt8, EventKind { case arrival, departure }
/// var kernel = Kernel<Kind>()
/// kernel.schedule(.arrival, slot: 0, at: .zero)
/// while let event = kernel.next() {
///     switch event.kind {
///     case .arrival: kernel.schedule(.departure, slot: event.slot, after: 1_000)
///     case .departure: break
///     }
/// }
/// ```
///
/// Events are totally ordered: by time, then by the order in which they were scheduled or armed. Scheduling and taking
/// cost O(1) on average and at most O(log n) in the events that wait, a timer O(1); nothing is allocated once the run's peak has been reached.
public struct Kernel<Kind: EventKind>: ~Copyable {
    /// The time of the event that was taken last.
    @inlinable public var now: SimulationTime { clock }
    /// Events that were taken, expired timers among them.
    @inlinable public var eventCount: UInt64 { taken }

    @usableFromInline var clock = SimulationTime.zero
    @usableFromInline var taken: UInt64 = 0
    @usableFromInline var events = EventSet()
    @usableFromInline var timeouts = TimeoutQueues()
    @usableFromInline var sequence: UInt32

    /// The code of a sentinel: see ``TimeoutQueues``.
    @usableFromInline static var sentinel: UInt8 { 31 }

    /// A kernel at time zero with nothing to do.
    public init() { sequence = 0 }

    /// A kernel whose sequence numbers start elsewhere, to test what happens when they are used up.
    init(firstSequence: UInt32) { sequence = firstSequence }

    /// Schedules an event at a moment that is not in the past; `slot` is below 2²⁷.
    @inlinable @inline(__always)
    public mutating func schedule(_ kind: Kind, slot: UInt32, at time: SimulationTime) {
        precondition(time >= clock, "an event in the past")
        insert(kind, slot: slot, at: time)
    }

    /// Schedules an event a number of nanoseconds (not negative) from now.
    @inlinable @inline(__always)
    public mutating func schedule(_ kind: Kind, slot: UInt32, after duration: Int64) {
        insert(kind, slot: slot, at: clock + duration)
    }

    @inlinable @inline(__always)
    mutating func insert(_ kind: Kind, slot: UInt32, at time: SimulationTime) {
        precondition(slot <= PendingEvent.slotMask, "a slot out of range")
        events.insert(PendingEvent(time: time, sequence: nextSequence(), code: Self.code(kind), slot: slot))
    }

    /// Takes the next event and sets the clock to its time; nil when nothing waits.
    @inlinable
    public mutating func next() -> Event<Kind>? {
        while let event = events.removeFirst() {
            if event.code == Self.sentinel {
                guard let expired = expire(event) else { continue }
                return deliver(expired)
            }
            return deliver(event)
        }
        return nil
    }

    /// Takes the next event before a moment, and sets the clock to its time; nil, and nothing changed, where none is due
    /// before.
    @inlinable @inline(__always)
    public mutating func next(before limit: SimulationTime) -> Event<Kind>? {
        while let event = events.removeFirst(before: UInt64(bitPattern: limit.nanoseconds)) {
            if rarely(event.code == Self.sentinel) {
                guard let expired = expire(event) else { continue }
                return deliver(expired)
            }
            return deliver(event)
        }
        return nil
    }

    /// Moves the clock to a moment that is not in the past and before which no event is due.
    public mutating func advance(to time: SimulationTime) {
        precondition(time >= clock, "the clock does not go back")
        clock = time
    }

    /// The queue of all timers of one duration in nanoseconds (not negative).
    public mutating func timeoutQueue(of duration: Int64) -> TimeoutQueue {
        precondition(duration >= 0, "a timer cannot fall due before it is armed")
        return TimeoutQueue(index: timeouts.queue(of: duration))
    }

    /// Arms a timer: an event after the queue's duration, unless it is cancelled before.
    @inlinable @inline(__always)
    public mutating func arm(_ queue: TimeoutQueue, _ kind: Kind, slot: UInt32) -> ArmedTimer {
        precondition(slot <= PendingEvent.slotMask, "a slot out of range")
        let index = Int(queue.index)
        let event = PendingEvent(
            time: clock + timeouts.queues[index].duration, sequence: nextSequence(), code: Self.code(kind), slot: slot)
        let node = timeouts.append(event, to: queue.index)
        if !timeouts.queues[index].hasSentinel { insertSentinel(of: queue.index, for: event) }
        return ArmedTimer(node: node, generation: timeouts.nodes[Int(node)].generation)
    }

    /// Cancels a timer; a handle that is void (it fired, or was cancelled) changes nothing.
    @inlinable @inline(__always)
    public mutating func cancel(_ timer: ArmedTimer) {
        if timeouts.isArmed(timer) { timeouts.remove(timer.node) }
    }

    /// Gives a timer that is armed to another slot; a handle that is void changes nothing.
    public mutating func redirect(_ timer: ArmedTimer, to slot: UInt32) {
        precondition(slot <= PendingEvent.slotMask, "a slot out of range")
        if timeouts.isArmed(timer) {
            let event = timeouts.nodes[Int(timer.node)].event
            timeouts.nodes[Int(timer.node)].event = PendingEvent(
                time: event.time, sequence: event.sequence, code: event.code, slot: slot)
        }
    }

    @inlinable @inline(__always)
    mutating func deliver(_ event: PendingEvent) -> Event<Kind> {
        clock = event.time
        taken &+= 1
        // Every event was given its code by `code(_:)`, and sentinels never come here.
        guard let kind = Kind(rawValue: event.code) else { preconditionFailure("an event of no kind") }
        return Event(time: event.time, kind: kind, slot: event.slot)
    }

    @inlinable @inline(__always)
    static func code(_ kind: Kind) -> UInt8 {
        let code = kind.rawValue
        precondition(code < sentinel, "at most 31 kinds of events")
        return code
    }

    @inlinable @inline(__always)
    mutating func nextSequence() -> UInt32 {
        if rarely(sequence == .max) { renumber() }
        sequence &+= 1
        return sequence
    }
}

extension Kernel {
    /// Handles a sentinel: the timer that is due now, or nil where it was cancelled.
    @usableFromInline
    mutating func expire(_ sentinel: PendingEvent) -> PendingEvent? {
        let queue = sentinel.slot
        timeouts.queues[Int(queue)].hasSentinel = false
        let first = timeouts.queues[Int(queue)].first
        guard first != TimeoutQueues.none else { return nil }
        let event = timeouts.nodes[Int(first)].event
        guard event.time == sentinel.time, event.sequence == sentinel.sequence else {
            insertSentinel(of: queue, for: event)
            return nil
        }
        timeouts.remove(first)
        let following = timeouts.queues[Int(queue)].first
        if following != TimeoutQueues.none { insertSentinel(of: queue, for: timeouts.nodes[Int(following)].event) }
        return event
    }

    /// The sentinel takes its timer's time and sequence number, so that the timer keeps its place in the order.
    @usableFromInline
    mutating func insertSentinel(of queue: UInt32, for event: PendingEvent) {
        timeouts.queues[Int(queue)].hasSentinel = true
        events.insert(
            PendingEvent(time: event.time, sequence: event.sequence, code: Self.sentinel, slot: queue))
    }

    /// Gives everything that waits new sequence numbers in the same order, once in 2³² events.
    @usableFromInline
    mutating func renumber() {
        var sequences: [UInt32] = []
        events.mapAll {
            sequences.append($0.sequence)
            return $0
        }
        timeouts.mapAll {
            sequences.append($0.sequence)
            return $0
        }
        sequences.sort()
        func rank(_ event: PendingEvent) -> PendingEvent {
            var low = 0
            var high = sequences.count
            while low < high {
                let middle = (low + high) / 2
                if sequences[middle] < event.sequence { low = middle + 1 } else { high = middle }
            }
            return event.renumbered(UInt32(low))
        }
        events.mapAll(rank)
        timeouts.mapAll(rank)
        sequence = UInt32(sequences.count)
    }
}
