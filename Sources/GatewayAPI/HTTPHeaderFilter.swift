/// Changes headers: first `set`, then `add`, then `remove`; names are compared without regard to case.
public struct HTTPHeaderFilter: Hashable, Sendable {
    /// Replaces the header, or adds it.
    public var set: [HTTPHeader]
    /// Adds to what is there.
    public var add: [HTTPHeader]
    /// Takes the header away.
    public var remove: [Located<String>]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        set: [HTTPHeader] = [], add: [HTTPHeader] = [], remove: [Located<String>] = [], position: SourcePosition
    ) {
        self.set = set
        self.add = add
        self.remove = remove
        self.position = position
    }
}

/// A header name and value.
public struct HTTPHeader: Hashable, Sendable {
    /// As written.
    public var name: String
    /// Visible characters with single blanks between them.
    public var value: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, value: String, position: SourcePosition
    ) {
        self.name = name
        self.value = value
        self.position = position
    }
}
