import Routing
import Traffic

extension RequestRecord {
    /// A whole request as a person would write it: `GET http://store.example.com:8080/cart (version: two)`.
    var text: String {
        let own = port ?? 80
        let service = mesh.map { " in the mesh, to \($0)" + (from.map { " from namespace \($0)" } ?? "") } ?? ""
        if let name = self.protocol, [.tls, .tcp, .udp].contains(name) {
            return "\(name.name) to port \(own)" + (sni.map { " for \($0)" } ?? "") + service
        }
        let isTLS = sni != nil || self.protocol == .https
        let authority = host ?? ""
        let hasPort = authority.split(separator: "]").last?.contains(":") ?? false
        let suffix = hasPort || own == (isTLS ? 443 : 80) ? "" : ":\(own)"
        let fields = (headers ?? []).map { " (\($0.name): \($0.value))" }.joined()
        return "\(method ?? "GET") \(isTLS ? "https" : "http")://\(authority)\(suffix)\(path ?? "/")\(fields)\(service)"
    }
}

extension RoutingTable {
    /// `HTTPRoute store/cart rule 0 (split)`
    func name(of index: RuleIndex) -> String {
        let (place, route) = (rules[index.place], route(of: index))
        let name = rule(index).name.map { " (\($0))" } ?? ""
        return "\(route.kind) \(route.namespace)/\(route.name) rule \(place.rule)\(name)"
    }

    /// `HTTPRoute store/cart rule 0 (split) match 1`
    func name(of index: MatchIndex) -> String {
        "\(name(of: matches[index.place].rule)) match \(matches[index.place].match)"
    }
}
