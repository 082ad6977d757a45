internal import Routing

/// The HTTP filters of an exported listener, and what routes say to them.
enum EnvoyFilters {
    static let cors = "envoy.filters.http.cors"
    static let lua = "envoy.filters.http.lua"

    /// The chain: filters that no route speaks to are left out.
    static func chain(cors usesCORS: Bool, lua usesLua: Bool) -> ConfigurationValue {
        var filters: [ConfigurationValue] = []
        if usesCORS {
            filters.append([
                "name": .string(cors), "typed_config": .any("envoy.extensions.filters.http.cors.v3.Cors"),
            ])
        }
        if usesLua {
            filters.append(["name": .string(lua), "typed_config": .any("envoy.extensions.filters.http.lua.v3.Lua")])
        }
        filters.append([
            "name": "envoy.filters.http.router",
            "typed_config": .any(
                "envoy.extensions.filters.http.router.v3.Router", ["suppress_envoy_headers": true]),
        ])
        return .array(filters)
    }

    /// CORS as Envoy's filter wants it.
    static func policy(_ cors: CORS) -> ConfigurationValue {
        func joined(_ list: [String]) -> ConfigurationValue {
            list.isEmpty ? .absent : .string(list.contains("*") ? "*" : list.joined(separator: ", "))
        }
        return .any(
            "envoy.extensions.filters.http.cors.v3.CorsPolicy",
            [
                "allow_origin_string_match": .list(cors.allowOrigins.map(origin)),
                "allow_methods": joined(cors.allowMethods), "allow_headers": joined(cors.allowHeaders),
                "expose_headers": joined(cors.exposeHeaders), "max_age": .string(String(cors.maxAge)),
                "allow_credentials": .bool(cors.allowCredentials), "forward_not_matching_preflights": false,
            ])
    }

    /// `scheme://host[:port]`, where the host may begin with a wildcard; the scheme's own port may be left out on either side.
    private static func origin(_ pattern: String) -> ConfigurationValue {
        guard pattern != "*" else { return ["safe_regex": ["regex": ".*"]] }
        var text = ""
        for character in pattern {
            switch character {
            case "*": text += ".+"
            case ".": text += "\\."
            default: text.append(character)
            }
        }
        for (scheme, port) in [("http", ":80"), ("https", ":443")] where pattern.hasPrefix(scheme + "://") {
            let namesPort = pattern.dropFirst(scheme.utf8.count + 3).contains(":")
            if text.hasSuffix(port) { text.removeLast(port.utf8.count) }
            if !namesPort || pattern.hasSuffix(port) { text += "(\(port))?" }
        }
        return ["safe_regex": ["regex": .string(text)]]
    }
}
