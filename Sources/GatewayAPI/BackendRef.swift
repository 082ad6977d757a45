/// A backend with its share of the connections or datagrams of a rule.
public struct BackendRef: Hashable, Sendable {
    /// What receives them.
    public var backend: BackendObjectReference
    /// Its share is this over the sum of the weights; from 0 to 1,000,000.
    public var weight: Int32
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        backend: BackendObjectReference, weight: Int32 = 1, position: SourcePosition
    ) {
        self.backend = backend
        self.weight = weight
        self.position = position
    }
}

extension BackendRef: WeightedBackendRef {
    /// None: what is below HTTP passes unchanged.
    public var filters: [HTTPRouteFilter] { [] }
}
