/// What a call must be like: all that is given holds.
public struct GRPCRouteMatch: Hashable, Sendable {
    /// Nil for every service and method.
    public var method: GRPCMethodMatch?
    /// Names are compared without regard to case; of equal names the first counts.
    public var headers: [GRPCHeaderMatch]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        method: GRPCMethodMatch? = nil, headers: [GRPCHeaderMatch] = [], position: SourcePosition
    ) {
        self.method = method
        self.headers = headers
        self.position = position
    }
}

/// What the path of a call, `/service/method`, must be like. At least one of `service` and `method` is there.
public struct GRPCMethodMatch: Hashable, Sendable {
    /// How service and method are compared, case and all.
    public var type: MethodMatchType
    /// Such as `shop.v1.Cart`; nil for every service.
    public var service: Located<String>?
    /// Such as `AddItem`; nil for every method.
    public var method: Located<String>?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        type: MethodMatchType = .exact, service: Located<String>? = nil, method: Located<String>? = nil,
        position: SourcePosition
    ) {
        self.type = type
        self.service = service
        self.method = method
        self.position = position
    }

    /// How the service and the method of a call are compared.
    public enum MethodMatchType: String, Hashable, Sendable, CaseIterable {
        /// They are equal.
        case exact = "Exact"
        /// The expression matches; its dialect is the implementation's.
        case regularExpression = "RegularExpression"
    }
}

/// A header that a call must have.
public typealias GRPCHeaderMatch = HTTPHeaderMatch
