internal import Routing

/// A redirect as routes of Envoy.
struct EnvoyRedirect {
    let redirect: Redirect
    let listener: Listener
    let matched: PathPredicate
    let dialect: Dialect.Filters

    /// The port that Location names; nil where it is the scheme's own, which is not written. Gateway API v1.6,
    /// `HTTPRequestRedirectFilter.port`.
    private var port: UInt16? {
        let scheme = redirect.scheme ?? listener.scheme.rawValue
        let wellKnown: UInt16? = scheme == "http" ? 80 : scheme == "https" ? 443 : nil
        let port = redirect.port ?? (redirect.scheme == nil ? listener.port : wellKnown ?? listener.port)
        if dialect.redirectPort == .listenerButWellKnown { return port == 80 || port == 443 ? nil : port }
        return port == wellKnown ? nil : port
    }

    /// Whether the port that the client wrote in Host must go, and nothing else makes it go: Envoy keeps it unless it writes
    /// another in its place.
    var mustStripPort: Bool {
        dialect.redirectPort != .listenerButWellKnown && redirect.hostname == nil && port == nil
    }

    /// Envoy's `RedirectAction`.
    var action: ConfigurationValue {
        let code: ConfigurationValue =
            switch redirect.status {
            case 301: "MOVED_PERMANENTLY"
            case 303: "SEE_OTHER"
            case 307: "TEMPORARY_REDIRECT"
            case 308: "PERMANENT_REDIRECT"
            default: "FOUND"
            }
        let members: [ConfigurationValue.Member] = [
            .init(name: "scheme_redirect", value: .string(redirect.scheme ?? listener.scheme.rawValue)),
            .init(name: "host_redirect", value: .optional(redirect.hostname)),
            .init(name: "port_redirect", value: port.map { .integer(Int64($0)) } ?? .absent),
            .init(name: "response_code", value: code),
        ]
        return .object(members + PathRewrite.redirect(redirect.path, matched: matched, dialect))
    }

    /// What a request whose Host names a port meets beforehand.
    static let namesPort: ConfigurationValue = [
        "name": ":authority", "string_match": ["safe_regex": ["regex": ".*:[0-9]*"]],
    ]

    /// Takes the port out of Host. The route is chosen anew then, and the one after it is the same without this.
    static let portStripping: ConfigurationValue = [
        EnvoyFilters.lua: .any(
            "envoy.extensions.filters.http.lua.v3.LuaPerRoute",
            [
                "source_code": [
                    "inline_string": """
                    function envoy_on_request(handle)
                      local host = string.gsub(handle:headers():get(":authority"), ":%d*$", "")
                      handle:headers():replace(":authority", host)
                    end
                    """
                ]
            ])
    ]
}
