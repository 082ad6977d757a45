internal import GatewayAPI

/// A use of a feature that not every implementation has to have.
private struct FeatureUse {
    var feature: String
    var path: String
    var position: SourcePosition
}

extension ReviewSubject {
    /// What HTTPRoutes and Gateways ask for beyond the core of the API, and who claims to do it; once for each resource and
    /// feature.
    func features() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        func report(_ uses: [FeatureUse], of resource: ResourceName) {
            var seen: Set<String> = []
            for use in uses where seen.insert(use.feature).inserted {
                let claiming = FeatureClaims.claims[use.feature] ?? []
                let count = "\(claiming.count) of \(FeatureClaims.implementations.count)"
                let lacking = FeatureClaims.implementations.filter { !claiming.contains($0) }
                let who =
                    claiming.isEmpty
                    ? "claimed by no implementation" : "not claimed by \(lacking.joined(separator: ", "))"
                findings.append(
                    Diagnostic(
                        claiming.isEmpty ? .warning : .info, code: "extended-feature",
                        "\(use.feature) is no part of the core: \(count) conformance reports claim it; \(who)",
                        position: use.position, resource: resource, path: use.path))
            }
        }
        for route in resources.httpRoutes { report(route.featureUses, of: route.resourceName) }
        for set in resources.listenerSets {
            report(
                [FeatureUse(feature: "ListenerSet", path: "kind", position: set.metadata.position)],
                of: set.resourceName)
        }
        for policy in resources.backendTLSPolicies {
            report(
                [FeatureUse(feature: "BackendTLSPolicy", path: "kind", position: policy.metadata.position)],
                of: policy.resourceName)
        }
        return findings
    }
}

extension HTTPRoute {
    fileprivate var featureUses: [FeatureUse] {
        let parents = parentRefs.enumerated().filter { $1.port != nil }.map {
            FeatureUse(feature: "HTTPRouteParentRefPort", path: "spec.parentRefs[\($0)].port", position: $1.position)
        }
        return parents + rules.enumerated().flatMap { $1.featureUses("spec.rules[\($0)]") }
    }
}

extension HTTPRouteRule {
    fileprivate func featureUses(_ path: String) -> [FeatureUse] {
        var uses: [FeatureUse] = []
        func add(_ feature: String, _ field: String, _ position: SourcePosition) {
            uses.append(FeatureUse(feature: feature, path: "\(path).\(field)", position: position))
        }
        if let name { add("HTTPRouteNamedRouteRule", "name", name.position) }
        for (place, match) in matches.enumerated() {
            if match.method != nil { add("HTTPRouteMethodMatching", "matches[\(place)].method", match.position) }
            if !match.queryParams.isEmpty {
                add("HTTPRouteQueryParamMatching", "matches[\(place)].queryParams", match.position)
            }
        }
        for (place, filter) in filters.enumerated() {
            for feature in filter.features { add(feature, "filters[\(place)]", filter.position) }
        }
        if filters.count(where: { $0.type == "RequestMirror" }) > 1 {
            add("HTTPRouteRequestMultipleMirrors", "filters", position)
        }
        for (place, backend) in backendRefs.enumerated() {
            for filter in backend.filters {
                let feature: String? =
                    switch filter.action {
                    case .requestHeaderModifier: "HTTPRouteBackendRequestHeaderModification"
                    case .urlRewrite: "HTTPRouteBackendURLRewrite"
                    case .requestRedirect: "HTTPRouteBackendRequestRedirect"
                    default: nil
                    }
                if let feature { add(feature, "backendRefs[\(place)].filters", filter.position) }
            }
        }
        if let timeouts {
            if timeouts.request != nil { add("HTTPRouteRequestTimeout", "timeouts.request", timeouts.position) }
            if timeouts.backendRequest != nil {
                add("HTTPRouteBackendTimeout", "timeouts.backendRequest", timeouts.position)
            }
        }
        if let retry { add("HTTPRouteRetry", "retry", retry.position) }
        return uses
    }
}

extension HTTPRouteFilter {
    fileprivate var features: [String] {
        switch action {
        case .responseHeaderModifier: return ["HTTPRouteResponseHeaderModification"]
        case .cors: return ["HTTPRouteCORS"]
        case .requestMirror(let mirror):
            let isWhole = mirror.share.numerator == mirror.share.denominator
            return ["HTTPRouteRequestMirror"] + (isWhole ? [] : ["HTTPRouteRequestPercentageMirror"])
        case .urlRewrite(let rewrite):
            return (rewrite.hostname == nil ? [] : ["HTTPRouteHostRewrite"])
                + (rewrite.path == nil ? [] : ["HTTPRoutePathRewrite"])
        case .requestRedirect(let redirect):
            var features: [String] = []
            if redirect.scheme != nil { features.append("HTTPRouteSchemeRedirect") }
            if redirect.port != nil { features.append("HTTPRoutePortRedirect") }
            if redirect.path != nil { features.append("HTTPRoutePathRedirect") }
            let status = redirect.statusCode.rawValue
            if [303, 307, 308].contains(status) { features.append("HTTPRoute\(status)RedirectStatusCode") }
            return features
        case .requestHeaderModifier, .externalAuth, .extensionRef: return []
        }
    }
}
