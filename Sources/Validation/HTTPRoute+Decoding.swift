import GatewayAPI
import Manifests

extension HTTPRoute {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> HTTPRoute {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            let parents = spec.parentRefs()
            let hostnames = spec.hostnames()
            if spec.value("rules") == nil {
                // Without rules a route has one that takes every path, and no backend.
                let position = spec.position
                spec.setDefault("rules") { arena in
                    let rule = arena.addMapping([], at: position)
                    return arena.addSequence([rule], at: position)
                }
            }
            let rules = spec.list("rules", 1...16, HTTPRouteRule.decode)
            spec.requireUniqueNames(rules)
            spec.checkMatches(rules.reduce(0) { $0 + $1.matches.count })
            return HTTPRoute(
                metadata: metadata, parentRefs: parents, hostnames: hostnames, rules: rules,
                useDefaultGateways: spec.defaultScope("useDefaultGateways"))
        } ?? HTTPRoute(metadata: metadata, rules: [])
    }
}

extension HTTPRouteRule {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRouteRule {
        if fields.value("matches") == nil {
            let position = fields.position
            fields.setDefault("matches") { arena in
                let match = arena.addMapping([], at: position)
                return arena.addSequence([match], at: position)
            }
        }
        let rule = HTTPRouteRule(
            name: fields.locatedString("name", .subdomain),
            matches: fields.list("matches", 0...64, HTTPRouteMatch.decode),
            filters: fields.filters(HTTPRouteFilter.typesOfHTTP),
            backendRefs: fields.list("backendRefs", 0...16) {
                HTTPBackendRef.decode(&$0, filters: HTTPRouteFilter.typesOfHTTP)
            },
            timeouts: fields.object("timeouts", HTTPRouteTimeouts.decode),
            retry: fields.object("retry", HTTPRouteRetry.decode),
            sessionPersistence: fields.object("sessionPersistence", SessionPersistence.decode),
            position: fields.position)
        rule.check(fields)
        return rule
    }

    private func check(_ fields: ObjectDecoder) {
        let redirects = filters.contains { $0.type == "RequestRedirect" }
        if redirects, !backendRefs.isEmpty {
            fields.report(
                .conflictingFields, "a rule with a RequestRedirect filter cannot have backendRefs", field: "backendRefs"
            )
        }
        let hasOnePrefix = matches.count == 1 && matches[0].path.type == .pathPrefix
        guard !hasOnePrefix else { return }
        let all = filters + backendRefs.flatMap(\.filters)
        for filter in all where filter.replacesPrefix {
            return fields.report(
                .conflictingFields,
                "a \(filter.type) filter with ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix",
                field: "matches")
        }
    }
}

extension HTTPBackendRef {
    static func decode(_ fields: inout ObjectDecoder, filters types: [HTTPRouteFilter.FilterType]) -> HTTPBackendRef {
        HTTPBackendRef(
            backend: BackendObjectReference.decode(&fields), weight: fields.weight(),
            filters: fields.filters(types), position: fields.position)
    }
}

extension HTTPRouteTimeouts {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRouteTimeouts {
        let timeouts = HTTPRouteTimeouts(
            request: fields.duration("request"), backendRequest: fields.duration("backendRequest"),
            position: fields.position)
        if let request = timeouts.request, let backendRequest = timeouts.backendRequest, request != 0,
            backendRequest > request
        {
            fields.report(
                .conflictingFields, "the backendRequest timeout is longer than the request timeout",
                field: "backendRequest")
        }
        return timeouts
    }
}

extension HTTPRouteRetry {
    static func decode(_ fields: inout ObjectDecoder) -> HTTPRouteRetry {
        let codes = fields.elements("codes", 0...Int.max) { ObjectDecoder.integer($0, 400...599, $1) } ?? []
        fields.requireUnique(codes, "codes", "a status") { String($0) }
        return HTTPRouteRetry(
            codes: codes.map { Int($0) }, attempts: fields.integer("attempts", 1...Int64.max).map { Int($0) },
            backoff: fields.duration("backoff"), position: fields.position)
    }
}

extension SessionPersistence {
    static func decode(_ fields: inout ObjectDecoder) -> SessionPersistence {
        let session = SessionPersistence(
            type: fields.choice("type", default: .cookie),
            sessionName: fields.string("sessionName", StringRule(nil, length: 0...128)),
            absoluteTimeout: fields.duration("absoluteTimeout"),
            lifetimeType: fields.object("cookieConfig") { $0.choice("lifetimeType", default: .session) },
            position: fields.position)
        if session.lifetimeType == .permanent, !fields.has("absoluteTimeout") {
            fields.reportMissing("absoluteTimeout", "a duration, for a cookie whose lifetimeType is Permanent")
        }
        if session.lifetimeType != nil, session.type != .cookie {
            fields.report(.conflictingFields, "cookieConfig needs type Cookie", field: "cookieConfig")
        }
        return session
    }
}
