/// A condition that hardly ever holds in a hot loop: what follows it is laid out of the way, and the ordinary path keeps its
/// registers. The value is the condition's.
@inlinable @inline(__always)
public func rarely(_ condition: Bool) -> Bool { _slowPath(condition) }

/// A condition that nearly always holds in a hot loop.
@inlinable @inline(__always)
public func usually(_ condition: Bool) -> Bool { _fastPath(condition) }
