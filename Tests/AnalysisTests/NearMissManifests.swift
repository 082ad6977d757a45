import ControlPlane
import GatewayAPI
import Manifests
import Replay
import Routing
import TestSupport
import Traffic
import Validation

@testable import Analysis

/// A cluster's manifests as values that a test can change, and as the text that a person would write. The alphabets are small,
/// so that rules overlap and requests nearly match.
struct NearMissManifests {
    struct Value: Equatable {
        var name: String
        var value: String
        var isExpression = false
    }

    struct Match: Equatable {
        var pathType = "PathPrefix"
        var path = "/"
        var headers: [Value] = []
        var parameters: [Value] = []
        var method: String?
    }

    struct BackendReference: Equatable {
        var namespace: String?
        var name: String
        var weight: Int?
    }

    struct Rule: Equatable {
        var matches: [Match] = []
        /// Lines of YAML, one filter each, in flow style.
        var filters: [String] = []
        var backends: [BackendReference] = []
        var timeout: String?
    }

    struct Route: Equatable {
        var namespace: String
        var name: String
        var created: String?
        var hostnames: [String] = []
        var rules: [Rule]
    }

    struct Listener: Equatable {
        var name: String
        var port: Int
        var hostname: String?
    }

    var listeners: [Listener] = []
    var routes: [Route] = []
    /// Namespaces whose routes may use the Services of `shared`.
    var grants: [String] = []

    static let hosts = ["a.test", "b.a.test", "c.b.a.test", "test", "other.example", "x.other.example", ""]
    static let hostnames = ["a.test", "*.a.test", "b.a.test", "*.test", "*.b.a.test", "other.example", "*.example"]
    static let segments = ["a", "b", "ab", "c"]
    static let expressions = ["/a.*", "/[ab]/.*", "/(a|ab)/b", ".*/c", "/.*", "/a/b?", "/[^/]+/b", "/a(/.*)?", ".*"]
    static let values = ["1", "2", "12"]
    static let valueExpressions = ["1", "1.*", ".*2", "[12]+", ".*", "[12]"]
    static let ages = ["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"]
    static let namespaces = ["red", "blue"]
}

extension NearMissManifests {
    static func random(_ generator: inout SeededGenerator) -> NearMissManifests {
        var manifests = NearMissManifests()
        var taken: Set<String> = []
        for number in 0..<Int.random(in: 1...3, using: &generator) {
            let hostname = generator.chance(45) ? nil : generator.pick(hostnames)
            let port = generator.chance(75) ? 80 : 8080
            guard taken.insert("\(port) \(hostname ?? "")").inserted else { continue }
            manifests.listeners.append(Listener(name: "l\(number)", port: port, hostname: hostname))
        }
        for number in 0..<Int.random(in: 1...6, using: &generator) {
            manifests.routes.append(route(number, &generator))
        }
        manifests.grants = namespaces.filter { _ in generator.chance(60) }
        return manifests
    }

    static func route(_ number: Int, _ generator: inout SeededGenerator) -> Route {
        Route(
            namespace: generator.pick(namespaces), name: "r\(number)",
            created: generator.chance(20) ? nil : generator.pick(ages),
            hostnames: (0..<Int.random(in: 0...2, using: &generator)).map { _ in generator.pick(hostnames) }.uniqued,
            rules: (0..<Int.random(in: 1...3, using: &generator)).map { _ in rule(&generator) })
    }

    static func rule(_ generator: inout SeededGenerator) -> Rule {
        var rule = Rule()
        for _ in 0..<Int.random(in: 0...3, using: &generator) { rule.matches.append(match(&generator)) }
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            rule.backends.append(
                BackendReference(
                    namespace: generator.chance(20) ? "shared" : nil, name: generator.pick(["s", "t", "missing"]),
                    weight: generator.chance(40) ? Int.random(in: 0...3, using: &generator) : nil))
        }
        if generator.chance(20) { rule.filters.append(filter(rule, &generator)) }
        if generator.chance(15) { rule.timeout = generator.pick(["1s", "2s"]) }
        return rule
    }

    static func match(_ generator: inout SeededGenerator) -> Match {
        var match = Match()
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<3: (match.pathType, match.path) = ("Exact", path(&generator))
        case 3..<5: (match.pathType, match.path) = ("RegularExpression", generator.pick(expressions))
        default: match.path = path(&generator)
        }
        while generator.chance(25), match.headers.count < 3 {
            let name = ["x-a", "x-b", "x-c"][match.headers.count]
            match.headers.append(value(name, &generator))
        }
        while generator.chance(20), match.parameters.count < 2 {
            match.parameters.append(value(["p", "q"][match.parameters.count], &generator))
        }
        if generator.chance(25) { match.method = generator.pick(["GET", "POST", "PUT"]) }
        return match
    }

    static func value(_ name: String, _ generator: inout SeededGenerator) -> Value {
        let isExpression = generator.chance(30)
        return Value(
            name: name, value: generator.pick(isExpression ? valueExpressions : values), isExpression: isExpression)
    }

    static func path(_ generator: inout SeededGenerator) -> String {
        let segments = (0..<Int.random(in: 0...3, using: &generator)).map { _ in "/" + generator.pick(Self.segments) }
        let path = segments.joined()
        return path.isEmpty || generator.chance(20) ? path + "/" : path
    }

    private static func filter(_ rule: Rule, _ generator: inout SeededGenerator) -> String {
        let canReplacePrefix = !rule.matches.isEmpty && rule.matches.allSatisfy { $0.pathType == "PathPrefix" }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: '1'}]}}"
        case 1: return "{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: x-r, value: '1'}]}}"
        case 2 where rule.backends.isEmpty:
            return "{type: RequestRedirect, requestRedirect: {hostname: elsewhere.test, statusCode: 301}}"
        case 3 where canReplacePrefix:
            return "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}"
        default: return "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}}}"
        }
    }

    static func request(_ generator: inout SeededGenerator) -> Request {
        var headers: [HeaderField] = []
        for name in ["X-A", "x-b", "X-C"] where generator.chance(40) {
            headers.append(HeaderField(name, generator.pick(values + ["", "3"])))
        }
        var target = path(&generator)
        if generator.chance(10) { target += generator.pick(["/", "//", "/zzz", "?"]) }
        let parameters = ["p", "q"].filter { _ in generator.chance(40) }.map {
            "\($0)=\(generator.pick(values + [""]))"
        }
        if !parameters.isEmpty { target += "?" + parameters.joined(separator: "&") }
        return Request(
            method: generator.pick(["GET", "POST", "PUT", "DELETE"]), host: generator.pick(hosts), target: target,
            headers: headers)
    }
}

extension NearMissManifests {
    /// The manifests as a file; one object after the other, one field a line.
    var text: String {
        var lines = [
            "apiVersion: gateway.networking.k8s.io/v1", "kind: Gateway", "metadata: {name: edge, namespace: infra}",
            "spec:",
            "  gatewayClassName: c", "  listeners:",
        ]
        for listener in listeners {
            lines += ["  - name: \(listener.name)", "    port: \(listener.port)", "    protocol: HTTP"]
            if let hostname = listener.hostname { lines.append("    hostname: '\(hostname)'") }
            lines.append("    allowedRoutes: {namespaces: {from: All}}")
        }
        for route in routes { lines += ["---"] + Self.lines(route) }
        for namespace in grants {
            lines += [
                "---", "apiVersion: gateway.networking.k8s.io/v1", "kind: ReferenceGrant",
                "metadata: {name: from-\(namespace), namespace: shared}", "spec:",
                "  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: \(namespace)}]",
                "  to: [{group: '', kind: Service}]",
            ]
        }
        for namespace in Self.namespaces + ["shared"] {
            for name in ["s", "t"] {
                lines += [
                    "---", "apiVersion: v1", "kind: Service", "metadata: {name: \(name), namespace: \(namespace)}",
                    "spec: {ports: [{port: 80}]}",
                ]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ route: Route) -> [String] {
        var lines = [
            "apiVersion: gateway.networking.k8s.io/v1", "kind: HTTPRoute", "metadata:", "  name: \(route.name)",
            "  namespace: \(route.namespace)",
        ]
        if let created = route.created { lines.append("  creationTimestamp: '\(created)'") }
        lines += ["spec:", "  parentRefs: [{name: edge, namespace: infra}]"]
        if !route.hostnames.isEmpty { lines += ["  hostnames:"] + route.hostnames.map { "  - '\($0)'" } }
        lines.append("  rules:")
        for rule in route.rules {
            lines.append("  - matches:" + (rule.matches.isEmpty ? " []" : ""))
            for match in rule.matches { lines += Self.lines(match) }
            if !rule.filters.isEmpty { lines += ["    filters:"] + rule.filters.map { "    - \($0)" } }
            if let timeout = rule.timeout { lines += ["    timeouts:", "      request: \(timeout)"] }
            if rule.backends.isEmpty { continue }
            lines.append("    backendRefs:")
            for backend in rule.backends {
                lines += ["    - name: \(backend.name)", "      port: 80"]
                if let namespace = backend.namespace { lines.append("      namespace: \(namespace)") }
                if let weight = backend.weight { lines.append("      weight: \(weight)") }
            }
        }
        return lines
    }

    private static func lines(_ match: Match) -> [String] {
        var lines = ["    - path:", "        type: \(match.pathType)", "        value: '\(match.path)'"]
        if let method = match.method { lines.append("      method: \(method)") }
        for (key, values) in [("headers", match.headers), ("queryParams", match.parameters)] where !values.isEmpty {
            lines.append("      \(key):")
            for value in values {
                lines += ["      - name: \(value.name)", "        value: '\(value.value)'"]
                if value.isExpression { lines.append("        type: RegularExpression") }
            }
        }
        return lines
    }

    /// What a controller makes of the manifests.
    func cluster(dialect: Dialect = .specification) -> Cluster { Cluster(text, dialect: dialect) }
}

/// Manifests as a controller sees them.
struct Cluster {
    let inventory: Inventory
    let controlPlane: ControlPlane
    var table: RoutingTable { controlPlane.table }

    init(_ text: String, file: String = "cluster.yaml", dialect: Dialect = .specification) {
        inventory = Validation.validate(ManifestParser.parse(Array(text.utf8), file: file))
        controlPlane = ControlPlane(ResourceSet(inventory), dialect: dialect)
    }

    /// Decides one request at a port of the Gateway.
    func decide(_ record: RequestRecord) -> DecidedRequest {
        var decider = RequestDecider(table: table, addresses: [], takesAbsentHeadersAsNone: true)
        return decider.decide(record, at: 0)
    }
}

extension RequestRecord {
    /// A request without TLS to the Gateway.
    init(_ request: Request, port: UInt16) {
        let port = RoutingTable.Port(Listener(gateway: "infra/edge", name: "", port: port, routes: []))
        self.init(
            RequestWitness(method: request.method, target: request.target, headers: request.headers),
            host: request.host, at: port, .plain)
    }
}

extension [String] {
    fileprivate var uniqued: [String] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
