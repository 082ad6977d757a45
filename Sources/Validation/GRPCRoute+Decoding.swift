import GatewayAPI
import Manifests

extension GRPCRoute {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> GRPCRoute {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            let parents = spec.parentRefs()
            let hostnames = spec.hostnames()
            let rules = spec.list("rules", 0...16, GRPCRouteRule.decode)
            spec.requireUniqueNames(rules)
            spec.checkMatches(rules.reduce(0) { $0 + $1.matches.count })
            return GRPCRoute(
                metadata: metadata, parentRefs: parents, hostnames: hostnames, rules: rules,
                useDefaultGateways: spec.defaultScope("useDefaultGateways"))
        } ?? GRPCRoute(metadata: metadata)
    }
}

extension GRPCRouteRule {
    static func decode(_ fields: inout ObjectDecoder) -> GRPCRouteRule {
        GRPCRouteRule(
            name: fields.locatedString("name", .subdomain),
            matches: fields.list("matches", 0...64, GRPCRouteMatch.decode),
            filters: fields.filters(HTTPRouteFilter.typesOfGRPC),
            backendRefs: fields.list("backendRefs", 0...16) {
                HTTPBackendRef.decode(&$0, filters: HTTPRouteFilter.typesOfGRPC)
            },
            sessionPersistence: fields.object("sessionPersistence", SessionPersistence.decode),
            position: fields.position)
    }
}

extension GRPCRouteMatch {
    static func decode(_ fields: inout ObjectDecoder) -> GRPCRouteMatch {
        let match = GRPCRouteMatch(
            method: fields.object("method", GRPCMethodMatch.decode),
            headers: fields.list("headers", 0...16) { header in
                GRPCHeaderMatch(
                    type: header.choice("type", default: .exact), name: header.requiredString("name", .headerName),
                    value: header.requiredString("value", StringRule("a value", length: 1...4096)),
                    position: header.position)
            }, position: fields.position)
        fields.requireUnique(match.headers, "headers", "a header name") { $0.name }
        return match
    }
}

extension GRPCMethodMatch {
    private static let length = StringRule(nil, length: 0...1024)
    private static let service = StringRule(
        "the name of a gRPC service, such as shop.v1.Cart", length: 0...1024, Pattern.isServiceName)
    private static let method = StringRule(
        "the name of a gRPC method (letters, digits and _)", length: 0...1024, Pattern.isIdentifier)

    static func decode(_ fields: inout ObjectDecoder) -> GRPCMethodMatch {
        let type: MethodMatchType = fields.choice("type", default: .exact)
        let match = GRPCMethodMatch(
            type: type, service: fields.locatedString("service", type == .exact ? service : length),
            method: fields.locatedString("method", type == .exact ? method : length), position: fields.position)
        if !fields.has("service"), !fields.has("method") {
            fields.report(.missingField, "service and method are missing: expected one of them, or both")
        }
        return match
    }
}
