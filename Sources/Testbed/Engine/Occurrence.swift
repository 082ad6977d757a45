import Simulation

/// The kinds of events in a run's event set; what the model fixes beforehand is in the ``Timetable``. The slot is given in
/// brackets.
///
/// A slot in ``Engine/requests`` is never given back while an event refers to it: whoever takes a request away from such
/// an event marks the slot as cancelled, and the event gives it back.
enum Occurrence: UInt8, EventKind {
    /// A source sends its next request. [source]
    case arrival
    /// A user has thought. [user]
    case thought
    /// The gateway's overhead has passed. [request]
    case overheadPassed
    /// An attempt reaches its replica. [request]
    case reached
    /// A server has done its work. [request]
    case served
    /// A processor-sharing replica may have finished a request. [replica]
    case shared
    /// A response reaches the gateway. [request]
    case answered
    /// A back-off is over. [request]
    case retried
    /// A gateway's filter has delayed a request for long enough. [request]
    case filtered
    /// The time of a request is up. [request]
    case requestTimedOut
    /// The time of an attempt is up. [request]
    case attemptTimedOut
    /// Something of the data plane. [control]
    case control

    /// The kind of a raw value. The cases are one byte with values from 0 on, which is what Swift gives them; its own
    /// initialiser is a search through them.
    @inline(__always)
    init?(rawValue: UInt8) {
        guard rawValue <= Self.control.rawValue else { return nil }
        self = unsafeBitCast(rawValue, to: Self.self)
    }
}

/// No index.
@inline(__always) var none: UInt32 { .max }
