import Simulation

/// A call that a station makes for its requests.
struct CallSite: BitwiseCopyable {
    /// Of the table in force, or `none` where it has not been asked for yet.
    var plan = none
    var probability: Double
    var isRequired: Bool
    /// Whether it is made at all.
    var chances: RandomStream
}

/// The calls of one request, which is at its replica meanwhile.
struct CallFrame: BitwiseCopyable {
    var request: UInt32
    /// The next of the station's ``CallSite``s.
    var next: UInt32
    /// The first of the calls under way.
    var first = none
    var pending: UInt32 = 0
    /// What the request is answered with: 200 until a required call has failed.
    var status: UInt16 = 200
}

/// A call under way, or one whose end the caller is about to learn of.
struct CallState: BitwiseCopyable {
    /// The calls that it is one of; `none` where nobody waits any more.
    var frame: UInt32
    var site: UInt32
    /// The request that it is.
    var request = none
    /// Neighbours among the calls of the frame.
    var previous = none
    var next = none
    var hasEnded = false
    var status: UInt16 = 200
}
