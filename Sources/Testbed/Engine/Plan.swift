import Simulation

/// A stretch of places in a list.
struct Places: BitwiseCopyable {
    private let first: UInt32
    private let end: UInt32

    init(_ first: UInt32, _ end: UInt32) {
        self.first = first
        self.end = end
    }

    var indices: Range<Int> { Int(first)..<Int(end) }
    var isEmpty: Bool { first == end }
}

/// A treatment as the run needs it: indices in place of names, and its rare traits known beforehand. Treatments that are
/// equal are one plan. One cache line: what few requests need is in the ``Catalogue``.
struct Plan: BitwiseCopyable {
    struct Traits: OptionSet, BitwiseCopyable {
        let rawValue: UInt16
        /// The gateway answers by itself.
        static let responds = Traits(rawValue: 1)
        static let hasRequestTimeout = Traits(rawValue: 2)
        static let hasAttemptTimeout = Traits(rawValue: 4)
        static let hasMirrors = Traits(rawValue: 8)
        static let hasSession = Traits(rawValue: 16)
        /// The branches of the split take turns.
        static let splitsInTurn = Traits(rawValue: 32)
        /// Clients have a patience of their own, or try again.
        static let hasClient = Traits(rawValue: 64)
        /// The gateway has filters for it.
        static let isFiltered = Traits(rawValue: 128)
        /// Only connections that cannot be made are tried again, whatever the status.
        static let keepsBroken = Traits(rawValue: 256)
        /// A retry draws the split anew.
        static let redrawsSplit = Traits(rawValue: 512)
    }

    var traits: Traits
    /// Of an answer by the gateway itself; 0 for a connection that it cuts.
    var status: UInt16
    var retries: UInt16
    var gateway: UInt32
    var line: UInt32
    var firstBranch: UInt32
    var branchCount: UInt32
    /// The cell of the interval `cellInterval`, which may be over.
    var cell = none
    var cellInterval = none
    var requestTimeout: TimeoutQueue
    var attemptTimeout: TimeoutQueue
    var weight: UInt64
    var mirrors: Places
    var codes: Places
}

/// What few requests need of a plan: those whose clients have a patience of their own.
struct PlanClient {
    let behavior: ClientBehavior
    /// Whether the client's patience ends before the gateway's.
    let isFirst: Bool
    /// The time of the request itself, for its mirrors' copies.
    let copyTimeout: TimeoutQueue?
}

/// An alternative of a split.
struct Branch: BitwiseCopyable {
    /// The sum of the weights up to and including this one's.
    var cumulative: UInt64
    /// The way to the backend; `none` where the gateway answers with `status`.
    var link: UInt32
    var status: UInt16
    var hasMirrors: Bool
}

/// What a branch is for a result, and its mirrors.
struct BranchDetails {
    var weight: UInt64
    var backend: BackendIdentity?
    var mirrors: Places
    /// How long the session of a client lasts that begins there, in nanoseconds; 0 for no session.
    var session: Int64
}

/// A backend that gets copies.
struct Mirror: BitwiseCopyable {
    var link: UInt32
    var fraction: Double
}

/// The random streams of a line of the result, beside ``Engine/splits``: plans that share a line share its draws.
struct LineStreams: BitwiseCopyable {
    var mirrors: RandomStream
    var backoff: RandomStream
}

/// What a plan counts in one interval, besides the histogram of the same index in ``Engine/planLatencies``.
struct PlanCell: BitwiseCopyable {
    var plan: UInt32
    var interval: UInt32
    /// The place in ``Engine/attempts`` of the first branch's count.
    var firstAttempts: UInt32
}
