internal import GatewayAPI

extension ReviewSubject {
    /// Lists that are nearly as long as the API allows: the next edit may be refused.
    func nearLimits() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        func look(
            _ count: Int, of most: Int, _ what: String, _ resource: ResourceName, _ position: SourcePosition,
            _ path: String
        ) {
            guard count * 8 >= most * 7 else { return }
            findings.append(
                Diagnostic(
                    .info, code: "near-limit", "\(count) of at most \(most) \(what)",
                    hint: "divide it before it is full", position: position, resource: resource, path: path))
        }
        for gateway in resources.gateways {
            look(
                gateway.listeners.count, of: 64, "listeners", gateway.resourceName, gateway.metadata.position,
                "spec.listeners")
        }
        for set in resources.listenerSets {
            look(set.listeners.count, of: 64, "listeners", set.resourceName, set.metadata.position, "spec.listeners")
        }
        for route in routes {
            look(route.ruleCount, of: 16, "rules", route.resourceName, route.metadata.position, "spec.rules")
            look(
                route.hostnames.count, of: 16, "hostnames", route.resourceName, route.metadata.position,
                "spec.hostnames")
        }
        for route in resources.httpRoutes {
            look(
                route.rules.map(\.matches.count).reduce(0, +), of: 128, "matches in all rules", route.resourceName,
                route.metadata.position, "spec.rules")
            for (place, rule) in route.rules.enumerated() {
                look(
                    rule.matches.count, of: 64, "matches", route.resourceName, rule.position,
                    "spec.rules[\(place)].matches")
                look(
                    rule.backendRefs.count, of: 16, "backendRefs", route.resourceName, rule.position,
                    "spec.rules[\(place)].backendRefs")
            }
        }
        return findings
    }
}

extension RouteResource {
    fileprivate var ruleCount: Int { rules.count }
}
