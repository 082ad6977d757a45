/// A backend with its share of the requests of a rule.
public struct HTTPBackendRef: Hashable, Sendable {
    /// What receives them.
    public var backend: BackendObjectReference
    /// Its share is this over the sum of the weights; from 0 to 1,000,000.
    public var weight: Int32
    /// Applied to the requests of this backend alone.
    public var filters: [HTTPRouteFilter]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        backend: BackendObjectReference, weight: Int32 = 1, filters: [HTTPRouteFilter] = [],
        position: SourcePosition
    ) {
        self.backend = backend
        self.weight = weight
        self.filters = filters
        self.position = position
    }
}
