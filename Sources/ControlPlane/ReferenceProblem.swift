internal import GatewayAPI

/// A reference that could not be resolved.
struct ReferenceProblem: Error, Hashable {
    /// The reason of the ResolvedRefs condition: `BackendNotFound`, `RefNotPermitted`, `InvalidKind` …
    var reason: String
    var message: String
    var position: SourcePosition
    var path: String
    /// The object whose field `path` is, where it is not the one at hand.
    var owner: ResourceName?
}
