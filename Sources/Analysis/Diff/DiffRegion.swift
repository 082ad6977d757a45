public import Replay
public import Routing
public import Traffic

/// Requests that two tables treat differently, all in the same way: those that one rule decides before and another after, or
/// none.
public struct DiffRegion: Sendable {
    /// One pair of matches and the hosts for which requests were found that the first decides before and the second after.
    public struct Part: Hashable, Sendable {
        /// The hosts.
        public var hosts: HostClass
        /// Nil where no match decides.
        public var from: MatchIndex?
        /// Nil where no match decides.
        public var to: MatchIndex?
    }

    /// What changes most.
    public var change: ChangeKind
    /// Where the requests come in.
    public var port: RoutingTable.Port
    /// How they come.
    public var approach: Approach
    /// The listener's name, after the change or else before; nil where neither side has one, and for the mesh.
    public var listener: String?
    /// What the region is made of; requests that a higher match takes on one of the sides are not in it.
    public var parts: [Part]
    /// One of the requests. Both tables were asked about it.
    public var witness: RequestRecord
    /// What becomes of it before.
    public var from: DecidedRequest
    /// What becomes of it after.
    public var to: DecidedRequest
    /// What the change is seen by.
    public var fromFacts: DecisionFacts
    /// What the change is seen by.
    public var toFacts: DecisionFacts
    /// The rule before; nil where none decides.
    public var fromRule: RuleIndex?
    /// The rule after; nil where none decides.
    public var toRule: RuleIndex?
}

/// A part of the requests of which it is not known whether they are treated differently.
public struct DiffUnknown: Sendable {
    /// Where the requests come in.
    public var port: RoutingTable.Port
    /// The hosts.
    public var hosts: HostnamePattern
    /// The match before; nil where none decides.
    public var from: MatchIndex?
    /// The match after; nil where none decides.
    public var to: MatchIndex?
    /// Why.
    public var why: String
}
