import GatewayAPI
import Manifests

/// What the specs of all kinds of routes have in common.
extension ObjectDecoder {
    mutating func parentRefs() -> [ParentReference] {
        let references = list("parentRefs", 0...32, ParentReference.decode)
        ParentReference.checkTogether(references, self)
        return references
    }

    mutating func hostnames() -> [Located<String>] { strings("hostnames", 0...16, .hostname) }

    mutating func defaultScope(_ key: String) -> GatewayDefaultScope? { choice(key) }

    func requireUniqueNames(_ rules: [some RouteRule]) {
        requireUnique(rules, "rules", "a rule name") { $0.name?.value }
    }

    /// The rules of a route together may have at most 128 matches, whatever each of them has.
    func checkMatches(_ count: Int) {
        guard count > 128 else { return }
        report(.itemCount, "found \(count) matches in all rules together, expected at most 128", field: "rules")
    }

    mutating func weight() -> Int32 { Int32(integer("weight", 0...1_000_000, default: 1)) }
}

extension BackendRef {
    static func decode(_ fields: inout ObjectDecoder) -> BackendRef {
        BackendRef(
            backend: BackendObjectReference.decode(&fields), weight: fields.weight(), position: fields.position)
    }
}

extension ForwardingRule {
    /// The rules of a TLSRoute, TCPRoute or UDPRoute: one in `v1`, several in the versions before it.
    static func decode(_ spec: inout ObjectDecoder, version: String) -> [ForwardingRule] {
        let rules = spec.requiredList("rules", 1...(version == "v1alpha2" ? 16 : 1)) { rule in
            ForwardingRule(
                name: rule.locatedString("name", .subdomain),
                backendRefs: rule.requiredList("backendRefs", 1...16, BackendRef.decode), position: rule.position)
        }
        spec.requireUniqueNames(rules)
        return rules
    }
}
