/// Changes the host or path that the backend sees.
public struct HTTPURLRewriteFilter: Hashable, Sendable {
    /// Nil where the host stays.
    public var hostname: String?
    /// Nil where the path stays.
    public var path: HTTPPathModifier?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        hostname: String? = nil, path: HTTPPathModifier? = nil, position: SourcePosition
    ) {
        self.hostname = hostname
        self.path = path
        self.position = position
    }
}
