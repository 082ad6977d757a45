import GatewayAPI
import Manifests

extension HTTPRouteFilter {
    /// A type of filter, the field that holds its settings, and their decoder.
    struct FilterType: Sendable {
        let name: String
        let field: String
        let decode: @Sendable (_ fields: inout ObjectDecoder, _ field: String) -> Action?

        init(
            _ name: String, _ field: String,
            _ decode: @escaping @Sendable (_ fields: inout ObjectDecoder, _ field: String) -> Action?
        ) {
            self.name = name
            self.field = field
            self.decode = decode
        }
    }

    private static let headerModifiersAndMirror = [
        FilterType("RequestHeaderModifier", "requestHeaderModifier") {
            $0.object($1, HTTPHeaderFilter.decode).map(Action.requestHeaderModifier)
        },
        FilterType("ResponseHeaderModifier", "responseHeaderModifier") {
            $0.object($1, HTTPHeaderFilter.decode).map(Action.responseHeaderModifier)
        },
        FilterType("RequestMirror", "requestMirror") {
            $0.object($1, HTTPRequestMirrorFilter.decode).flatMap(\.self).map(Action.requestMirror)
        },
    ]

    private static let extensionReference = FilterType("ExtensionRef", "extensionRef") {
        $0.object($1, LocalObjectReference.decode).map(Action.extensionRef)
    }

    /// The types that a GRPCRoute may have.
    static let typesOfGRPC = headerModifiersAndMirror + [extensionReference]

    /// The types that an HTTPRoute may have.
    static let typesOfHTTP =
        headerModifiersAndMirror + [
            FilterType("RequestRedirect", "requestRedirect") {
                $0.object($1, HTTPRequestRedirectFilter.decode).map(Action.requestRedirect)
            },
            FilterType("URLRewrite", "urlRewrite") {
                $0.object($1, HTTPURLRewriteFilter.decode).map(Action.urlRewrite)
            },
            extensionReference,
            FilterType("CORS", "cors") { $0.object($1, HTTPCORSFilter.decode).map(Action.cors) },
            FilterType("ExternalAuth", "externalAuth") {
                $0.object($1, HTTPExternalAuthFilter.decode).flatMap(\.self).map(Action.externalAuth)
            },
        ]

    static func decode(_ fields: inout ObjectDecoder, among types: [FilterType]) -> HTTPRouteFilter? {
        let name = fields.requiredWord("type", among: types.map(\.name))
        var chosen: HTTPRouteFilter?
        for type in types {
            let action = type.decode(&fields, type.field)
            if type.name == name {
                if !fields.has(type.field) {
                    fields.reportMissing(type.field, "the settings of a filter of type \(name)")
                }
                chosen = action.map { HTTPRouteFilter($0, position: fields.position) }
            } else if fields.has(type.field), fields.has("type") {
                fields.report(
                    .conflictingFields, "\(type.field) does not belong to a filter of type \(name)",
                    field: type.field)
            }
        }
        return chosen
    }

    /// Whether the filter replaces the prefix that its rule matched.
    var replacesPrefix: Bool {
        let path: HTTPPathModifier? =
            switch action {
            case .requestRedirect(let filter): filter.path
            case .urlRewrite(let filter): filter.path
            default: nil
            }
        if case .replacePrefixMatch = path { return true }
        return false
    }

    /// Most types may stand once in a list, and a redirect leaves nothing to rewrite.
    static func checkTogether(_ filters: [HTTPRouteFilter], _ fields: ObjectDecoder) {
        fields.requireUnique(filters, "filters", "a filter type") { filter in
            switch filter.action {
            case .requestMirror, .extensionRef, .externalAuth: nil
            default: filter.type
            }
        }
        let types = Set(filters.map(\.type))
        if types.contains("RequestRedirect"), types.contains("URLRewrite") {
            fields.report(
                .conflictingFields, "RequestRedirect and URLRewrite cannot stand in one list of filters",
                field: "filters")
        }
    }
}

extension ObjectDecoder {
    /// The filters of a rule or of a backend.
    mutating func filters(_ types: [HTTPRouteFilter.FilterType]) -> [HTTPRouteFilter] {
        let filters = list("filters", 0...16) { HTTPRouteFilter.decode(&$0, among: types) }.compactMap(\.self)
        HTTPRouteFilter.checkTogether(filters, self)
        return filters
    }
}

extension HTTPHeaderFilter {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPHeaderFilter {
        let filter = HTTPHeaderFilter(
            set: fields.list("set", 0...16, HTTPHeader.decode), add: fields.list("add", 0...16, HTTPHeader.decode),
            remove: fields.strings("remove", 0...16, isSet: true), position: fields.position)
        fields.requireUnique(filter.set, "set", "a header name") { $0.name }
        fields.requireUnique(filter.add, "add", "a header name") { $0.name }
        return filter
    }
}

extension HTTPHeader {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPHeader {
        HTTPHeader(
            name: fields.requiredString("name", .headerName), value: fields.requiredString("value", .headerValue),
            position: fields.position)
    }
}

extension HTTPRequestMirrorFilter {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRequestMirrorFilter? {
        let backend = fields.requiredObject("backendRef", BackendObjectReference.decode)
        let percent = fields.integer("percent", 0...100)
        let fraction = fields.object("fraction") { fraction in
            let share = MirrorShare(
                numerator: Int32(fraction.requiredInteger("numerator", 0...Int64(Int32.max))),
                denominator: Int32(fraction.integer("denominator", 1...Int64(Int32.max), default: 100)))
            if share.numerator > share.denominator {
                fraction.report(
                    .outOfRange, "the numerator \(share.numerator) is more than the denominator \(share.denominator)",
                    field: "numerator")
            }
            return share
        }
        if fields.has("percent"), fields.has("fraction") {
            fields.report(.conflictingFields, "only one of percent and fraction may be given", field: "fraction")
        }
        let share = fraction ?? percent.map { MirrorShare(numerator: Int32($0)) } ?? .all
        return backend.map { HTTPRequestMirrorFilter(backendRef: $0, share: share, position: fields.position) }
    }
}

extension HTTPRequestRedirectFilter {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRequestRedirectFilter {
        let status = fields.integer("statusCode", Int64.min...Int64.max, default: 302)
        let statusCode = Int(exactly: status).flatMap(StatusCode.init(rawValue:))
        if statusCode == nil {
            fields.report(
                .unsupportedValue, "found \(status), expected one of 301, 302, 303, 307, 308", field: "statusCode")
        }
        return HTTPRequestRedirectFilter(
            scheme: fields.choice("scheme"), hostname: fields.string("hostname", .preciseHostname),
            path: fields.object("path", HTTPPathModifier.decode).flatMap(\.self), port: fields.port("port"),
            statusCode: statusCode ?? .found, position: fields.position)
    }
}

extension HTTPURLRewriteFilter {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPURLRewriteFilter {
        HTTPURLRewriteFilter(
            hostname: fields.string("hostname", .preciseHostname),
            path: fields.object("path", HTTPPathModifier.decode).flatMap(\.self), position: fields.position)
    }
}

extension HTTPPathModifier {
    private static let length = StringRule("a path", length: 0...1024)

    static func decode(_ fields: inout ObjectDecoder) -> HTTPPathModifier? {
        let type = fields.requiredWord("type", among: ["ReplaceFullPath", "ReplacePrefixMatch"])
        let full = fields.locatedString("replaceFullPath", length)
        let prefix = fields.locatedString("replacePrefixMatch", length)
        let (field, other) =
            type == "ReplaceFullPath"
            ? ("replaceFullPath", "replacePrefixMatch") : ("replacePrefixMatch", "replaceFullPath")
        if !fields.has(field) { fields.reportMissing(field, "the new path of a modifier of type \(type)") }
        if fields.has(other) {
            fields.report(.conflictingFields, "\(other) does not belong to a modifier of type \(type)", field: other)
        }
        return type == "ReplaceFullPath" ? full.map(replaceFullPath) : prefix.map(replacePrefixMatch)
    }
}

extension HTTPCORSFilter {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]

    static func decode(_ fields: inout ObjectDecoder) -> HTTPCORSFilter {
        let method = StringRule("one of \(methods.joined(separator: ", "))", length: 0...Int.max, methods.contains)
        let filter = HTTPCORSFilter(
            allowOrigins: fields.strings("allowOrigins", 0...64, .origin, isSet: true),
            allowCredentials: fields.boolean("allowCredentials") ?? false,
            allowMethods: fields.strings("allowMethods", 0...9, method, isSet: true).map(\.value),
            allowHeaders: fields.strings("allowHeaders", 0...64, .headerName, isSet: true).map(\.value),
            exposeHeaders: fields.strings("exposeHeaders", 0...64, .headerName, isSet: true).map(\.value),
            maxAge: Int32(fields.integer("maxAge", 1...Int64(Int32.max), default: 5)), position: fields.position)
        let lists = [
            ("allowOrigins", filter.allowOrigins.map(\.value)), ("allowMethods", filter.allowMethods),
            ("allowHeaders", filter.allowHeaders),
        ]
        for (field, list) in lists where list.count > 1 && list.contains("*") {
            fields.report(.conflictingFields, "* stands alone in \(field)", field: field)
        }
        return filter
    }
}

extension HTTPExternalAuthFilter {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPExternalAuthFilter? {
        let type = fields.requiredWord("protocol", among: ["HTTP", "GRPC"])
        let backend = fields.requiredObject("backendRef", BackendObjectReference.decode)
        _ = fields.object("forwardBody") { $0.integer("maxSize", Int64.min...Int64.max) }
        _ = fields.object("grpc") { $0.strings("allowedHeaders", 0...64, isSet: true) }
        _ = fields.object("http") { http in
            _ = http.string("path", StringRule("a path", length: 0...1024, Pattern.isPath))
            _ = http.strings("allowedHeaders", 0...64, isSet: true)
            _ = http.strings("allowedResponseHeaders", 0...64, isSet: true)
        }
        let (field, other) = type == "HTTP" ? ("http", "grpc") : ("grpc", "http")
        if !fields.has(field) { fields.reportMissing(field, "the settings for protocol \(type)") }
        if fields.has(other) {
            fields.report(.conflictingFields, "\(other) does not belong to protocol \(type)", field: other)
        }
        return backend.map {
            HTTPExternalAuthFilter(protocolType: type, backendRef: $0, position: fields.position)
        }
    }
}
