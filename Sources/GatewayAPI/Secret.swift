/// Bytes under names, such as a certificate and its key.
public struct Secret: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Such as `kubernetes.io/tls`.
    public var type: String
    /// `data` decoded from base64, with `stringData` over it.
    public var data: [String: [UInt8]]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, type: String = "Opaque", data: [String: [UInt8]] = [:]
    ) {
        self.metadata = metadata
        self.type = type
        self.data = data
    }

    /// The type of Secrets that hold a certificate (`tls.crt`) and its key (`tls.key`).
    public static let tlsType = "kubernetes.io/tls"
}

extension Secret: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.core
    /// The kind's name.
    public static let kind = "Secret"
}
