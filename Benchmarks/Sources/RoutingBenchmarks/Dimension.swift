import Routing

/// What there are many of in a table.
enum Dimension: String, CaseIterable {
    case exactHosts, wildcardHosts, exactPaths, prefixes, nestedPrefixes, headerValues, queryValues, methods, mixture
    case pathExpressions, headerExpressions
    /// Against the index: all on one path, each asking for a header of its own.
    case nameSets
    /// Against the index: wildcards nested as deep as a hostname can be.
    case deepWildcards

    var isExpression: Bool { self == .pathExpressions || self == .headerExpressions }

    /// The largest table that makes sense.
    var sizeMax: Int { self == .deepWildcards ? 120 : isExpression || self == .nameSets ? 10_000 : 100_000 }

    /// One listener with `size` matches, 16 to a rule and one rule to a route.
    func table(_ size: Int) throws -> ([Listener], [Route]) {
        var routes: [Route] = []
        if self == .exactHosts || self == .wildcardHosts || self == .deepWildcards {
            for place in 0..<size {
                routes.append(
                    Route(
                        namespace: "n", name: "r\(place)", hostnames: [HostnamePattern(host(place))],
                        rules: [Rule(matches: [Match(path: .prefix("/"))])]))
            }
        } else {
            for start in stride(from: 0, to: size, by: 16) {
                let matches = try (start..<min(size, start + 16)).map { try match($0) }
                routes.append(
                    Route(
                        namespace: "n", name: "r\(start)", hostnames: [HostnamePattern("shop.example.com")],
                        rules: [Rule(matches: matches)]))
            }
        }
        return (
            [Listener(gateway: "n/g", name: "l", port: 80, routes: routes.indices.map { RouteIndex(raw: UInt32($0)) })],
            routes
        )
    }

    private func host(_ place: Int) -> String {
        switch self {
        case .wildcardHosts: "*.t\(place).example.com"
        case .deepWildcards: "*." + String(repeating: "a.", count: place) + "b"
        default: "t\(place).example.com"
        }
    }

    private func match(_ place: Int) throws -> Match {
        switch self {
        case .exactHosts, .wildcardHosts, .deepWildcards: Match()
        case .nameSets:
            Match(path: .prefix("/api"), headers: [FieldPredicate(name: "x-h\(place)", value: .exact("1"))])
        case .exactPaths: Match(path: .exact("/api/v1/things/\(place)"))
        case .prefixes: Match(path: .prefix("/api/v1/things/\(place)"))
        case .nestedPrefixes: Match(path: .prefix("/a/\(place % 10)/\(place / 10 % 10)/\(place / 100)"))
        case .headerValues:
            Match(path: .prefix("/api"), headers: [FieldPredicate(name: "x-tenant", value: .exact("t\(place)"))])
        case .queryValues:
            Match(path: .prefix("/api"), queryParameters: [FieldPredicate(name: "tenant", value: .exact("t\(place)"))])
        case .methods: Match(path: .exact("/api/\(place / 4)"), method: ["GET", "POST", "PUT", "DELETE"][place % 4])
        case .mixture: mixed(place)
        case .pathExpressions: Match(path: .regularExpression(try RegularExpression("/api/[a-z]+/\(place)/.*")))
        case .headerExpressions:
            Match(
                path: .prefix("/api"),
                headers: [
                    FieldPredicate(
                        name: "x-tenant", value: .regularExpression(try RegularExpression("t[ab]\(place)x*")))
                ])
        }
    }

    private func mixed(_ place: Int) -> Match {
        let path = "/team\(place % 97)/service\(place)"
        switch place % 4 {
        case 0: return Match(path: .prefix(path))
        case 1: return Match(path: .exact(path))
        case 2: return Match(path: .prefix(path), headers: [FieldPredicate(name: "version", value: .exact("two"))])
        default: return Match(path: .prefix(path), method: "GET")
        }
    }

    /// A request that the match at `place` decides.
    func request(_ place: Int, _ size: Int) -> Request {
        var request = Request(
            host: "shop.example.com", target: "/",
            headers: [HeaderField("accept", "*/*"), HeaderField("user-agent", "bench/1")])
        switch self {
        case .exactHosts: request.host = "t\(place).example.com"
        case .wildcardHosts: request.host = "a.b.t\(place).example.com"
        case .deepWildcards: request.host = String(repeating: "a.", count: place + 1) + "b"
        case .nameSets:
            request.target = "/api/x"
            request.headers.append(HeaderField("x-h\(place)", "1"))
        case .exactPaths: request.target = "/api/v1/things/\(place)"
        case .prefixes: request.target = "/api/v1/things/\(place)/details?full=1"
        case .nestedPrefixes: request.target = "/a/\(place % 10)/\(place / 10 % 10)/\(place / 100)/x/y"
        case .headerValues: request.target = "/api/x"; request.headers.append(HeaderField("X-Tenant", "t\(place)"))
        case .queryValues: request.target = "/api/x?a=1&tenant=t\(place)"
        case .methods:
            request.target = "/api/\(place / 4)"; request.method = ["GET", "POST", "PUT", "DELETE"][place % 4]
        case .mixture:
            request.target = "/team\(place % 97)/service\(place)"; request.headers.append(HeaderField("version", "two"))
        case .pathExpressions: request.target = "/api/things/\(place)/x"
        case .headerExpressions:
            request.target = "/api/x"; request.headers.append(HeaderField("x-tenant", "ta\(place)xx"))
        }
        return request
    }
}
