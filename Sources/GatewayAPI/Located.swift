/// A value with the place where it is written.
public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What is written, or its default.
    public var value: Value
    /// Where; for a default, where the object that lacks it begins.
    public var position: SourcePosition

    /// Joins a value and a place.
    public init(
        value: Value, position: SourcePosition
    ) {
        self.value = value
        self.position = position
    }
}
