import Export
import Foundation
import JSON
import Routing

/// An exported configuration, read back.
struct Exported {
    let bootstrap: [String: Any]
    let notes: [ExportNote]

    init(_ table: RoutingTable, options: EnvoyOptions = EnvoyOptions()) throws {
        let export = try EnvoyExport(table, options: options)
        var writer = JSONWriter()
        export.write(to: &writer)
        bootstrap = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any] ?? [:]
        notes = export.notes
    }

    /// The virtual hosts of the first listener, by domain.
    var virtualHosts: [String: [String: Any]] {
        let listener = list(bootstrap, "static_resources", "listeners").first ?? [:]
        let filter = list(list(listener, "filter_chains").first ?? [:], "filters").first ?? [:]
        let hosts = list(filter, "typed_config", "route_config", "virtual_hosts")
        return Dictionary(hosts.map { (($0["domains"] as? [String])?.first ?? "", $0) }, uniquingKeysWith: { $1 })
    }

    /// The routes of a domain of the first listener.
    func routes(_ domain: String = "*") -> [[String: Any]] { list(virtualHosts[domain] ?? [:], "routes") }

    var clusters: [[String: Any]] { list(bootstrap, "static_resources", "clusters") }
}

/// The list at a path of members; empty where there is none.
func list(_ value: [String: Any], _ path: String...) -> [[String: Any]] {
    at(value, path) as? [[String: Any]] ?? []
}

/// The value at a path of members.
func at(_ value: [String: Any], _ path: [String]) -> Any? {
    var value: Any? = value
    for name in path { value = (value as? [String: Any])?[name] }
    return value
}

/// Part of a configuration as compact JSON with sorted members, to be compared with a literal.
func text(_ value: Any?) -> String {
    guard let value,
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    else { return "null" }
    return String(decoding: data, as: UTF8.self)
}

/// A table of one Gateway with one listener, which all routes attach to.
func table(
    port: UInt16 = 80, backends: [Backend] = [Backend(namespace: "shop", name: "a", port: 80)], _ routes: Route...
) -> RoutingTable {
    RoutingTable(
        listeners: [
            Listener(
                gateway: "infra/edge", name: "http", port: port, routes: routes.indices.map { RouteIndex(place: $0) })
        ], routes: routes, backends: backends)
}

/// A route of the namespace `shop`.
func route(named name: String = "r", hostnames: [String] = [], _ rules: Rule...) -> Route {
    Route(namespace: "shop", name: name, hostnames: hostnames.map { HostnamePattern($0) }, rules: rules)
}

/// A rule to the first backend.
func rule(
    _ path: PathPredicate = .everything, filters: [Filter] = [],
    backends: [BackendReference] = [BackendReference(backend: BackendIndex(raw: 0))]
) -> Rule {
    Rule(matches: [Match(path: path)], filters: filters, backends: backends)
}
