internal import Analysis
internal import ControlPlane
internal import GatewayAPI
internal import Routing

/// What findings are made from.
struct ReviewSubject {
    let resources: ResourceSet
    let controlPlane: ControlPlane
    let space: DecisionSpace
    /// What the proxies route by.
    var table: RoutingTable { controlPlane.table }

    init(_ resources: ResourceSet, _ controlPlane: ControlPlane) {
        self.resources = resources
        self.controlPlane = controlPlane
        space = DecisionSpace(controlPlane.table)
    }

    /// The routes of all kinds.
    var routes: [any RouteResource] {
        resources.httpRoutes as [any RouteResource] + resources.grpcRoutes + resources.tlsRoutes + resources.tcpRoutes
            + resources.udpRoutes
    }
}

/// A rule or match of the table in the words of the manifests.
struct RuleName {
    let resource: ResourceName
    /// `spec.rules[0]`
    let path: String
    let position: SourcePosition?

    init(_ rule: RuleIndex, of table: RoutingTable) {
        let route = table.route(of: rule)
        resource = ResourceName(kind: route.kind, namespace: route.namespace, name: route.name)
        path = "spec.rules[\(table.rules[rule.place].rule)]"
        position = SourcePosition(table.rule(rule).origin)
    }

    init(_ match: MatchIndex, of table: RoutingTable) {
        let place = table.matches[match.place]
        let rule = RuleName(place.rule, of: table)
        resource = rule.resource
        path = "\(rule.path).matches[\(place.match)]"
        let origins = table.rule(place.rule).matchOrigins
        position = Int(place.match) < origins.count ? SourcePosition(origins[Int(place.match)]) : rule.position
    }

    /// `HTTPRoute shop/cart spec.rules[0] (a.yaml:3:1)`
    var described: String { "\(resource) \(path)" + (position.map { " (\($0))" } ?? "") }
}

extension SourcePosition {
    init?(_ origin: Origin) {
        guard origin.line > 0 else { return nil }
        self.init(file: origin.file, line: origin.line, column: origin.column)
    }
}
