/// Sends a copy of some requests to another backend.
public struct HTTPRequestMirrorFilter: Hashable, Sendable {
    /// What receives the copies.
    public var backendRef: BackendObjectReference
    /// How many requests are copied.
    public var share: MirrorShare
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        backendRef: BackendObjectReference, share: MirrorShare, position: SourcePosition
    ) {
        self.backendRef = backendRef
        self.share = share
        self.position = position
    }
}

/// How many of the requests are copied: `numerator` of every `denominator`.
public struct MirrorShare: Hashable, Sendable {
    /// At most `denominator`.
    public var numerator: Int32
    /// At least 1.
    public var denominator: Int32

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        numerator: Int32, denominator: Int32 = 100
    ) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Every request.
    public static let all = MirrorShare(numerator: 100)
}
