public import GatewayAPI
public import Testbed

/// An entry of a backend's `calls`.
public struct CallEntry: Sendable {
    /// The Service that is called, or the ServiceImport.
    public var service: Located<NamespacedName>
    /// Whether it is a ServiceImport, whose replicas are in other clusters.
    public var isImport = false
    /// Its port; nil for its only one.
    public var port: UInt16?
    /// How likely a request makes the call.
    public var probability: Double
    /// Whether the request fails with it.
    public var isRequired: Bool
    /// Whether it is gRPC.
    public var isGRPC: Bool
    /// Such as `GET`.
    public var method: String
    /// With the query, where there is one.
    public var path: String
    /// In the order in which they are written.
    public var headers: [RequestLine.HeaderEntry]
    /// Where it is written.
    public var position: SourcePosition
}

/// `calls` of a backend and the keys beside it.
public struct CallsEntry: Sendable {
    /// In the order of the file.
    public var calls: [CallEntry]
    /// When they are made.
    public var order: ServiceCalls.Order
    /// Whether a request holds its place at the replica meanwhile.
    public var holdsPlace: Bool
}
