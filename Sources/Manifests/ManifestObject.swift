public import GatewayAPI

/// One object of the input, before anything is known of its kind.
public struct ManifestObject: Sendable {
    /// A mapping with all that the input says.
    public let node: Node
    /// Such as `gateway.networking.k8s.io/v1`; empty where it is missing or no string.
    public let apiVersion: String
    /// Such as `HTTPRoute`; empty where it is missing or no string.
    public let kind: String
    /// `metadata.namespace` as written; nil where it is missing or no string.
    public let namespace: String?
    /// `metadata.name`; empty where it is missing or no string.
    public let name: String

    /// Reads the names of an object.
    public init(_ node: Node) {
        self.node = node
        apiVersion = node["apiVersion"]?.string ?? ""
        kind = node["kind"]?.string ?? ""
        let metadata = node["metadata"]
        namespace = metadata?["namespace"]?.string
        name = metadata?["name"]?.string ?? ""
    }

    /// Where the object begins.
    public var position: SourcePosition { node.position }
}

/// What was read: objects in the order of the input, and what is to be said about the text they came from.
public struct ManifestInput: Sendable {
    /// In the order of the arguments, the names in a folder, and the documents in a file.
    public var objects: [ManifestObject] = []
    /// Problems of the text: syntax, members given twice, files passed over.
    public var diagnostics: [Diagnostic] = []
    /// The files that were read, as the user would name them.
    public var files: [String] = []

    /// Nothing yet.
    public init() {}

    /// Whether a part of the input could not be read.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
