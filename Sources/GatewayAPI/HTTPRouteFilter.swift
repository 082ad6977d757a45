/// A step that changes a request or its response, copies it, or answers it.
public struct HTTPRouteFilter: Hashable, Sendable {
    /// What the filter does.
    public enum Action: Hashable, Sendable {
        /// Changes headers of the request.
        case requestHeaderModifier(HTTPHeaderFilter)
        /// Changes headers of the response.
        case responseHeaderModifier(HTTPHeaderFilter)
        /// Sends a copy to another backend, whose response is ignored.
        case requestMirror(HTTPRequestMirrorFilter)
        /// Answers with a redirect.
        case requestRedirect(HTTPRequestRedirectFilter)
        /// Changes the host or path that the backend sees.
        case urlRewrite(HTTPURLRewriteFilter)
        /// Answers cross-origin requests.
        case cors(HTTPCORSFilter)
        /// Asks another service whether the request may pass.
        case externalAuth(HTTPExternalAuthFilter)
        /// A filter of the implementation.
        case extensionRef(LocalObjectReference)
    }

    /// What the filter does.
    public var action: Action
    /// Where it begins.
    public var position: SourcePosition

    /// Makes a filter.
    public init(_ action: Action, position: SourcePosition) {
        self.action = action
        self.position = position
    }

    /// `type` in the manifest.
    public var type: String {
        switch action {
        case .requestHeaderModifier: "RequestHeaderModifier"
        case .responseHeaderModifier: "ResponseHeaderModifier"
        case .requestMirror: "RequestMirror"
        case .requestRedirect: "RequestRedirect"
        case .urlRewrite: "URLRewrite"
        case .cors: "CORS"
        case .externalAuth: "ExternalAuth"
        case .extensionRef: "ExtensionRef"
        }
    }
}

/// Names an object in the namespace of the referrer.
public struct LocalObjectReference: Hashable, Sendable {
    /// API group; empty for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Name of the object.
    public var name: String
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        group: String, kind: String, name: String, position: SourcePosition
    ) {
        self.group = group
        self.kind = kind
        self.name = name
        self.position = position
    }
}

/// Asks another service whether a request may pass; the other settings are in the node alone.
public struct HTTPExternalAuthFilter: Hashable, Sendable {
    /// `protocol` in the manifest: `HTTP` or `GRPC`.
    public var protocolType: String
    /// The service that is asked.
    public var backendRef: BackendObjectReference
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        protocolType: String, backendRef: BackendObjectReference, position: SourcePosition
    ) {
        self.protocolType = protocolType
        self.backendRef = backendRef
        self.position = position
    }
}
