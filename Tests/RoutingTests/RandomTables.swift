import Routing
import TestSupport

/// Small alphabets, so that rules overlap and requests nearly match.
struct RandomTables {
    var generator: SeededGenerator

    static let hosts = ["a.test", "b.a.test", "c.b.a.test", "test", "other.example", "x.other.example"]
    static let hostnames = ["a.test", "*.a.test", "b.a.test", "*.test", "*.b.a.test", "other.example", "*.example"]
    static let segments = ["a", "b", "ab", "c"]
    static let methods = ["GET", "POST", "PUT"]
    static let values = ["1", "2", "12", ""]

    mutating func path() -> String {
        let count = Int.random(in: 0...4, using: &generator)
        var path = (0..<count).map { _ in "/" + generator.pick(Self.segments) }.joined()
        if path.isEmpty || generator.chance(25) { path += "/" }
        if generator.chance(4) { path += "/" }
        return path
    }

    mutating func value() throws -> ValuePredicate {
        if generator.chance(25) {
            return .regularExpression(try RegularExpression(generator.pick(["1", "1.*", ".*2", "[12]+", ".*"])))
        }
        return .exact(generator.pick(["1", "2", "12"]))
    }

    mutating func match() throws -> Match {
        var path = path()
        while path.contains("//") { path = self.path() }
        let predicate: PathPredicate
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<3: predicate = .exact(path)
        case 3..<5:
            predicate = .regularExpression(
                try RegularExpression(generator.pick(["/a.*", "/[ab]/.*", "/(a|ab)/b", ".*/c", "/.*", "/a/b?", path])))
        default: predicate = .prefix(path)
        }
        var headers: [FieldPredicate] = []
        while generator.chance(25) {
            headers.append(FieldPredicate(name: generator.pick(["x-a", "X-A", "x-b", "x-c"]), value: try value()))
        }
        var parameters: [FieldPredicate] = []
        while generator.chance(20) {
            parameters.append(FieldPredicate(name: generator.pick(["p", "P", "q"]), value: try value()))
        }
        return Match(
            path: predicate, headers: headers, queryParameters: parameters,
            method: generator.chance(25) ? generator.pick(Self.methods) : nil)
    }

    mutating func routes() throws -> [Route] {
        var routes: [Route] = []
        for number in 0..<Int.random(in: 1...6, using: &generator) {
            var rules: [Rule] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                rules.append(Rule(matches: try (0..<Int.random(in: 1...4, using: &generator)).map { _ in try match() }))
            }
            let hostnames = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                HostnamePattern(generator.pick(Self.hostnames))
            }
            routes.append(
                Route(
                    namespace: generator.pick(["n", "n-m"]), name: "r\(number)",
                    created: generator.chance(20) ? nil : Int64.random(in: 0...2, using: &generator),
                    hostnames: hostnames, rules: rules))
        }
        return routes
    }

    mutating func listeners(_ routes: [Route]) -> [Listener] {
        var listeners: [Listener] = []
        var taken: Set<String> = []
        for number in 0..<Int.random(in: 1...4, using: &generator) {
            let hostname = generator.chance(40) ? HostnamePattern.any : HostnamePattern(generator.pick(Self.hostnames))
            let gateway = generator.pick(["infra/one", "infra/two"])
            guard taken.insert("\(gateway) \(hostname)").inserted else { continue }
            // What a control plane would attach: routes of which some hostname intersects.
            let attached = routes.indices.filter { place in
                let own = routes[place].hostnames
                return (own.isEmpty || own.contains { $0.intersects(hostname) }) && generator.chance(80)
            }
            listeners.append(
                Listener(
                    gateway: gateway, name: "l\(number)", port: 80, hostname: hostname,
                    routes: attached.map { RouteIndex(raw: UInt32($0)) }))
        }
        return listeners
    }

    mutating func request() -> Request {
        var headers: [HeaderField] = []
        while generator.chance(60) {
            headers.append(HeaderField(generator.pick(["X-A", "x-b", "X-C", "other"]), generator.pick(Self.values)))
        }
        var target = path()
        if generator.chance(60) {
            var parameters: [String] = []
            repeat {
                let name = generator.pick(["p", "P", "q", "r", ""])
                parameters.append(generator.chance(85) ? "\(name)=\(generator.pick(Self.values))" : name)
            } while generator.chance(40)
            target += "?" + parameters.joined(separator: "&")
        }
        var host = generator.pick(Self.hosts)
        if generator.chance(15) { host = host.uppercased() }
        if generator.chance(15) { host += ":80" }
        if generator.chance(3) { host = "" }
        return Request(method: generator.pick(Self.methods), host: host, target: target, headers: headers)
    }
}
