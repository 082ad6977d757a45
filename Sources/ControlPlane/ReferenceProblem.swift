internal import GatewayAPI

/// A reference that could not be resolved.
struct ReferenceProblem: Error, Hashable {
    /// The reason of the ResolvedRefs condition: `BackendNotFound`, `RefNotPermitted`, `InvalidKind` …
    var reason: String
    var message: String
    var position: SourcePosition
    var path: String
}
