internal import Routing

/// A port of a gateway as Envoy's `Listener` with everything behind it.
struct EnvoyListener {
    let table: RoutingTable
    let port: RoutingTable.Port
    let endpoint: SocketEndpoint
    private(set) var notes: [ExportNote] = []
    private var usesCORS = false
    private var usesLua = false

    init(table: RoutingTable, port: RoutingTable.Port, endpoint: SocketEndpoint) {
        self.table = table
        self.port = port
        self.endpoint = endpoint
    }

    /// Nil where the port has nothing that can be exported.
    mutating func configuration() -> ConfigurationValue? {
        let all = table.listeners.indices.filter { RoutingTable.Port(table.listeners[$0]) == port }
        for place in all { noteLeftOut(table.listeners[place]) }
        let plain = all.filter {
            table.listeners[$0].scheme == .http && table.listeners[$0].entrance.meshService == nil
        }.map(ListenerIndex.init(place:))
        guard !plain.isEmpty else { return nil }
        let hosts = EnvoyDomains(table, listeners: plain).domains.map { virtualHost($0) }
        return Self.listener(
            name: "\(port.gateway):\(port.number)", address: ["address": endpoint.configuration],
            virtualHosts: hosts, filters: EnvoyFilters.chain(cors: usesCORS, lua: usesLua),
            normalises: !table.dialect.target.keepsPaths)
    }

    private mutating func noteLeftOut(_ listener: Listener) {
        let reason: String
        if let service = listener.entrance.meshService {
            // Every port of every Service is an entrance of the mesh; without routes of its own it leads to the Service itself.
            guard listener.routes.contains(where: { table.routes[$0.place].kind != "Service" }) else { return }
            reason = "routes of the mesh for Service \(service) are left out: a sidecar's configuration is another one"
        } else {
            switch listener.scheme {
            case .http: return
            case .https: reason = "an HTTPS listener is left out: the routing table holds no certificates"
            case .passthrough, .tls, .tcp, .udp:
                reason = "a listener for \(listener.scheme.rawValue) is left out: requests alone are exported"
            }
        }
        notes.append(
            ExportNote(
                subject: listener.entrance.meshService.map { "Service \($0) port \(listener.port)" }
                    ?? "Gateway \(listener.gateway) listener \(listener.name)",
                message: reason, origin: listener.origin))
    }

    private mutating func virtualHost(_ domain: EnvoyDomains.Domain) -> ConfigurationValue {
        let name = domain.pattern.description
        let listener = table.listeners[domain.listener.place]
        let routes = domain.entries.flatMap { self.routes($0, listener) }
        return ["name": .string(name), "domains": [.string(name)], "routes": .list(routes)]
    }

    /// The routes that stand for a match: none where it is never met, two where Host must be changed first.
    private mutating func routes(_ index: MatchIndex, _ listener: Listener) -> [ConfigurationValue] {
        let match = table.match(index)
        let place = table.matches[index.place]
        let rule = table.rule(place.rule)
        if let reason = EnvoyMatch.impossibility(match, table.dialect) {
            note(reason + ", so it has no route of Envoy's", index)
            return []
        }
        var members: [ConfigurationValue.Member]
        var strips = false
        if let redirect = rule.filters.redirect {
            let redirect = EnvoyRedirect(
                redirect: redirect, listener: listener, matched: match.path, dialect: table.dialect.filters)
            members = [.init(name: "redirect", value: redirect.action)]
            if table.dialect.filters.modifiesRedirects {
                members += HeaderEffect(rule.filters.responseModifiers, order: table.dialect.filters.modifierOrder)
                    .members("response")
            }
            strips = redirect.mustStripPort
        } else {
            var forward = EnvoyForward(table: table, rule: rule, matched: match.path)
            members = forward.members()
            for problem in forward.problems { note(problem, index) }
            if let cors = rule.filters.cors {
                usesCORS = true
                members.append(
                    .init(
                        name: "typed_per_filter_config",
                        value: .object([.init(name: EnvoyFilters.cors, value: EnvoyFilters.policy(cors))])))
            }
        }
        let route = route(index, match: EnvoyMatch.configuration(match), members)
        guard strips else { return [route] }
        usesLua = true
        members.append(.init(name: "typed_per_filter_config", value: EnvoyRedirect.portStripping))
        let conditions = EnvoyMatch.configuration(match, further: [EnvoyRedirect.namesPort])
        return [self.route(index, match: conditions, members), route]
    }

    private func route(
        _ index: MatchIndex, match: ConfigurationValue, _ members: [ConfigurationValue.Member]
    ) -> ConfigurationValue {
        .object(
            [
                .init(name: "name", value: .string(subject(index))),
                .init(name: "match", value: match),
            ] + members)
    }

    /// Such as `HTTPRoute shop/cart rule 0 match 1`.
    private func subject(_ index: MatchIndex) -> String {
        let place = table.matches[index.place]
        let rule = table.rules[place.rule.place]
        let route = table.routes[rule.route.place]
        return "\(route.kind) \(route.namespace)/\(route.name) rule \(rule.rule) match \(place.match)"
    }

    private mutating func note(_ message: String, _ index: MatchIndex) {
        let note = ExportNote(
            subject: subject(index), message: message, origin: table.rule(table.matches[index.place].rule).origin)
        if !notes.contains(note) { notes.append(note) }
    }

    /// A listener with one route table. Nothing of a request is changed but by its route.
    static func listener(
        name: String, address: ConfigurationValue, virtualHosts: [ConfigurationValue], filters: ConfigurationValue,
        normalises: Bool = false
    ) -> ConfigurationValue {
        let manager: ConfigurationValue = [
            "stat_prefix": .string(name), "normalize_path": .bool(normalises), "merge_slashes": .bool(normalises),
            "path_with_escaped_slashes_action": normalises ? "UNESCAPE_AND_REDIRECT" : "KEEP_UNCHANGED",
            "generate_request_id": false,
            "server_header_transformation": "PASS_THROUGH", "upgrade_configs": [["upgrade_type": "websocket"]],
            "route_config": [
                "name": .string(name), "ignore_port_in_host_matching": true,
                "virtual_hosts": .list(virtualHosts),
            ],
            "http_filters": filters,
        ]
        let filter: ConfigurationValue = [
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": .any(
                "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", manager),
        ]
        guard case .object(let place) = address else { return .absent }
        return .object(
            [.init(name: "name", value: .string(name))] + place
                + [.init(name: "filter_chains", value: [["filters": [filter]]])])
    }
}

extension Dialect.Target {
    /// Whether paths are matched and forwarded as they are sent. Envoy has one way to normalise, so this is all there is to say.
    fileprivate var keepsPaths: Bool { slashes == .kept && dotSegments == .kept && encoded == .kept }
}

extension [Filter] {
    fileprivate var redirect: Redirect? {
        for case .redirect(let redirect) in self { return redirect }
        return nil
    }

    fileprivate var cors: CORS? {
        for case .cors(let cors) in self { return cors }
        return nil
    }
}
