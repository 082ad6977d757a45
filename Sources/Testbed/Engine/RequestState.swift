import Simulation

/// A request between its arrival at the gateway and its end, or a mirror's copy of one: one cache line, which holds all
/// that an ordinary request needs. What few need is in ``RequestDetails``, at the same index.
///
/// A request is at one place at a time, so its slot is also what waits and is served in the gateway's queue and at a
/// replica. Where a request leaves a place that an event refers to (an attempt that timed out is tried again), it moves to
/// another slot: see ``Engine/leaveSlot(_:)``.
struct RequestState: BitwiseCopyable {
    enum Place: UInt8, BitwiseCopyable {
        /// Handled at this very moment: nothing refers to the slot.
        case atGateway
        /// In the gateway's overhead, or before a retry. An event refers to the slot.
        case paused
        /// On its way to a replica. An event refers to the slot.
        case outbound
        /// In a replica's queue. The queue refers to the slot, no event does.
        case waiting
        /// Served. An event or, at a processor-sharing replica, its heap refers to the slot.
        case serving
        /// Served, and waiting for calls to other Services. Its frame refers to the slot, no event does.
        case calling
        /// On its way back. An event refers to the slot.
        case inbound
        /// Waiting for a connection. Its pool refers to the slot, no event does.
        case pending
        /// At a replica of which nothing is heard. Nothing refers to the slot but timers.
        case stranded
        /// Gone; the slot stays until what refers to it is gone too.
        case cancelled
    }

    var arrived: SimulationTime
    /// When it reached its replica.
    var reached = SimulationTime.zero
    /// The timer of the attempt.
    var timer = ArmedTimer.none
    var plan: UInt32
    /// What it counts in: a cell of its plan, and of the station that it is at.
    var cell: UInt32
    var stationCell: UInt32 = 0
    var replica = none
    /// The way between gateway and backend; `none` in the gateway's own queue.
    var link = none
    /// Neighbours in a replica's queue. While it calls other Services, `next` is its frame.
    var previous = none
    var next = none
    var gatewayReplica: UInt32 = 0
    var retries: UInt16 = 0
    var status: UInt16 = 200
    /// The alternative of the split that was drawn.
    var branch: UInt16 = 0
    var place = Place.atGateway
    var traits: Traits = []

    struct Traits: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        /// A mirror's copy: nobody waits for it.
        static let copy = Traits(rawValue: 1)
        /// ``RequestDetails`` were written.
        static let detailed = Traits(rawValue: 2)
        /// ``GovernedState`` was written.
        static let governed = Traits(rawValue: 4)
        /// What goes on at a replica that does not notice that nobody waits for it any more: also a copy.
        static let abandoned = Traits(rawValue: 8)
        /// Admission control wants to know how it ends.
        static let watched = Traits(rawValue: 16)
        /// Adaptive concurrency counts it as under way.
        static let counted = Traits(rawValue: 32)
    }
}

/// What few requests need.
struct RequestDetails: BitwiseCopyable {
    /// The observed time in nanoseconds, negative where it is not known.
    var observed: Int64
    /// A hash of the client.
    var client: UInt64
    /// The timer of the whole request, armed where the plan has a timeout.
    var timer = ArmedTimer.none
    /// The user of a closed source who waits for the end.
    var user = none
    /// The call that it is, where a backend sent it.
    var call = none
    /// What its client keeps of it, where that has a patience of its own.
    var attempt = none

    init(observed: Int64 = -1, client: UInt64 = 0, user: UInt32 = none) {
        self.observed = observed
        self.client = client
        self.user = user
    }
}
