import GatewayAPI
import Manifests

extension HTTPRouteMatch {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRouteMatch {
        let match = HTTPRouteMatch(
            path: fields.defaultedObject("path", HTTPPathMatch.decode) ?? HTTPPathMatch(position: fields.position),
            headers: fields.list("headers", 0...16) { header in
                HTTPHeaderMatch(
                    type: header.choice("type", default: .exact), name: header.requiredString("name", .headerName),
                    value: header.requiredString("value", .headerValue), position: header.position)
            },
            queryParams: fields.list("queryParams", 0...16) { parameter in
                HTTPQueryParamMatch(
                    type: parameter.choice("type", default: .exact),
                    name: parameter.requiredString("name", .headerName),
                    value: parameter.requiredString("value", StringRule("a value", length: 1...1024)),
                    position: parameter.position)
            },
            method: fields.choice("method"), position: fields.position)
        fields.requireUnique(match.headers, "headers", "a header name") { $0.name }
        fields.requireUnique(match.queryParams, "queryParams", "a query parameter name") { $0.name }
        return match
    }
}

extension HTTPPathMatch {
    private static let length = StringRule("a path", length: 0...1024)
    private static let forbidden = ["//", "/./", "/../", "%2f", "%2F", "#"]

    static func decode(_ fields: inout ObjectDecoder) -> HTTPPathMatch {
        let match = HTTPPathMatch(
            type: fields.choice("type", default: .pathPrefix), value: fields.string("value", length, default: "/"),
            position: fields.position)
        if match.type != .regularExpression, let fault = fault(of: match.value) {
            fields.report(
                .invalidFormat,
                "found the path \"\(match.value)\", which \(fault); expected a path for \(match.type.rawValue)",
                field: "value")
        }
        return match
    }

    /// What is wrong with a path of type Exact or PathPrefix.
    private static func fault(of path: String) -> String? {
        if !path.hasPrefix("/") { return "does not begin with /" }
        if let part = forbidden.first(where: path.contains) { return "contains \(part)" }
        if let end = ["/..", "/."].first(where: path.hasSuffix) { return "ends with \(end)" }
        return Pattern.isPath(path) ? nil : "holds characters that a path cannot hold unescaped"
    }
}
