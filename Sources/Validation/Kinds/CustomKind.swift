import GatewayAPI

/// Group and kind.
struct GroupKind: Hashable, Sendable {
    var group: String
    var kind: String
}

/// A kind whose objects are checked against schemas.
struct CustomKind: Sendable {
    struct Version: Sendable {
        var name: String
        var schema: Schema
        /// Whether the status is written apart from the rest, and dropped where it is not.
        var hasStatus: Bool
        /// Whether the API server takes it.
        var isServed = true
    }

    var group: String
    var kind: String
    var isNamespaced: Bool
    /// The one to use first.
    var versions: [Version]

    var served: [Version] { versions.filter(\.isServed) }

    func version(_ name: String) -> Version? { versions.first { $0.name == name && $0.isServed } }
}
