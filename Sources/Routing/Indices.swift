/// A place in one of a table's lists. Places in different lists are different types, so that they cannot be mistaken.
public protocol TableIndex: Hashable, Sendable, BitwiseCopyable, Comparable {
    /// The place itself, from 0.
    var raw: UInt32 { get }
    /// Takes a place.
    init(raw: UInt32)
}

extension TableIndex {
    /// The place as an array wants it.
    @inlinable public var place: Int { Int(raw) }

    /// Takes an array's place.
    @inlinable public init(place: Int) { self.init(raw: UInt32(place)) }

    /// By place.
    @inlinable public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

/// A place in `RoutingTable.listeners`.
public struct ListenerIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}

/// A place in `RoutingTable.routes`.
public struct RouteIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}

/// A place in `RoutingTable.rules`.
public struct RuleIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}

/// A place in `RoutingTable.matches`.
public struct MatchIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}

/// A place in `RoutingTable.backends`.
public struct BackendIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}

/// A place in `RoutingTable.ports`.
public struct PortIndex: TableIndex {
    /// The place itself, from 0.
    public let raw: UInt32
    /// Takes a place.
    @inlinable public init(raw: UInt32) { self.raw = raw }
}
