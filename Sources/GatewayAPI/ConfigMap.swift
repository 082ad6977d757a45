/// Texts under names, such as certificates of authorities (`ca.crt`).
public struct ConfigMap: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// Texts.
    public var data: [String: String]
    /// Bytes, decoded from base64; no name is in both.
    public var binaryData: [String: [UInt8]]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, data: [String: String] = [:], binaryData: [String: [UInt8]] = [:]
    ) {
        self.metadata = metadata
        self.data = data
        self.binaryData = binaryData
    }
}

extension ConfigMap: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.core
    /// The kind's name.
    public static let kind = "ConfigMap"
}
