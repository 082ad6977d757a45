import Foundation
import GatewayAPI
import Replay
import Routing
import Scenario
import TestSupport
import Testing
import Traffic

@testable import Expectations

@Suite("Invariants over all requests")
struct InvariantTests {
    private static let hosts = ["a.test", "b.a.test", "test", "other.example"]
    private static let paths = ["/", "/a", "/a/b", "/ab", "/a/b/c", "/b", "/b/a", "/c"]
    private static let methods = ["GET", "POST"]
    private static let values: [String?] = [nil, "1", "2"]

    /// A table over small alphabets, so that rules overlap.
    private static func table(_ generator: inout SeededGenerator) -> RoutingTable {
        let backends = ["red", "blue", "green"].map { Backend(namespace: $0, name: "s", port: 80) }
        let patterns = ["a.test", "*.a.test", "*.test"]
        var routes: [Route] = []
        for number in 0..<Int.random(in: 1...4, using: &generator) {
            let rules = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                Rule(
                    matches: (0..<Int.random(in: 1...2, using: &generator)).map { _ in
                        let path = generator.pick(Array(paths))
                        return Match(
                            path: generator.chance(50) ? .exact(path) : .prefix(path),
                            headers: generator.chance(30)
                                ? [FieldPredicate(name: "v", value: .exact(generator.pick(["1", "2"])))] : [],
                            method: generator.chance(30) ? generator.pick(methods) : nil)
                    },
                    backends: (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                        BackendReference(
                            backend: BackendIndex(place: Int.random(in: 0..<3, using: &generator)),
                            weight: UInt32.random(in: 0...2, using: &generator))
                    })
            }
            let hostnames = generator.chance(40) ? [] : [HostnamePattern(generator.pick(patterns))]
            routes.append(
                Route(
                    namespace: generator.pick(["red", "blue"]), name: "r\(number)", hostnames: hostnames, rules: rules))
        }
        let all = routes.indices.map(RouteIndex.init(place:))
        var listeners = [Listener(gateway: "infra/edge", name: "http", port: 80, routes: all)]
        if generator.chance(50) {
            listeners.append(
                Listener(
                    gateway: "infra/edge", name: "wild", port: 80, hostname: .wildcard(suffix: ".a.test"), routes: all))
        }
        return RoutingTable(listeners: listeners, routes: routes, backends: backends)
    }

    private static func region(_ generator: inout SeededGenerator) -> RequestRegion {
        var region = RequestRegion()
        if generator.chance(50) { region.paths = [.prefix(generator.pick(["/a", "/a/b", "/b"]))] }
        if generator.chance(20) { region.paths.append(.exact(generator.pick(paths))) }
        if generator.chance(40) { region.hosts = [HostnamePattern(generator.pick(["a.test", "*.a.test", "*.test"]))] }
        if generator.chance(30) { region.methods = [generator.pick(methods)] }
        if generator.chance(20) { region.headers = [FieldPredicate(name: "v", value: .exact("1"))] }
        return region
    }

    /// Whether a request is meant, read as plainly as can be.
    private static func holds(_ region: RequestRegion, _ record: RequestRecord) -> Bool {
        let (host, path) = (record.host ?? "", (record.path ?? "").split(separator: "?").first.map(String.init) ?? "/")
        let isHost = region.hosts.isEmpty || region.hosts.contains { $0.matches(host) }
        let isPath =
            region.paths.isEmpty
            || region.paths.contains { predicate in
                switch predicate {
                case .exact(let text): path == text
                case .prefix(let text): path == text || path.hasPrefix(text + "/")
                case .regularExpression: false
                }
            }
        let isMethod = region.methods.isEmpty || region.methods.contains(record.method ?? "")
        let header = record.headers?.first { $0.name.lowercased() == "v" }?.value
        return isHost && isPath && isMethod && (region.headers.isEmpty || header == "1")
    }

    private enum Ban {
        case neverBackend(String)
        case onlyNamespaces([String])
        case neverStatus(UInt16)

        var invariant: (always: [Claim], never: [Claim]) {
            switch self {
            case .neverBackend(let name):
                ([], BackendReferenceText("\(name)/*").map { [.backend($0)] } ?? [])
            case .onlyNamespaces(let names): ([.namespaces(names)], [])
            case .neverStatus(let status): ([], [.status(status)])
            }
        }

        func isBroken(_ plan: Plan, _ table: RoutingTable) -> Bool {
            let backends = plan.action == .forward ? plan.shares.filter { $0.share > 0 } : []
            let namespaces = backends.compactMap { $0.backend.map { table.backends[$0.place].namespace } }
            switch self {
            case .neverBackend(let name): return namespaces.contains(name)
            case .neverStatus(let status): return plan.status == status
            case .onlyNamespaces(let names):
                let own = plan.rule.map { [table.route(of: $0).namespace] } ?? []
                return !(namespaces + own).allSatisfy(names.contains)
            }
        }
    }

    @Test("what holds is broken by no request, and what does not is broken by the request that is shown")
    func agreesWithRequests() {
        var generator = SeededGenerator(seed: 31)
        var (held, broken) = (0, 0)
        for _ in 0..<250 {
            let table = Self.table(&generator)
            let cluster = TestedCluster(table, [])
            let region = Self.region(&generator)
            let rule = generator.pick([
                Ban.neverBackend("green"), .neverBackend("red"), .onlyNamespaces(["red"]),
                .onlyNamespaces(["red", "blue"]), .neverStatus(404), .neverStatus(500),
            ])
            let result = InvariantCheck.run(
                Invariant(
                    name: "x", region: region, always: rule.invariant.always, never: rule.invariant.never,
                    passesUnknown: false, position: SourcePosition(file: "x", line: 1, column: 1)),
                of: "x", cluster)
            #expect(result.notes.isEmpty, "\(result.notes)")
            for failure in result.failures {
                guard let record = failure.request?.record else { continue }
                #expect(Self.holds(region, record), "\(record.text) is not meant")
                let plan = cluster.decide(record).decided.answer?.plan
                #expect(plan.map { rule.isBroken($0, table) } == true, "\(record.text) does not break it")
            }
            let counterexample = Self.all.first { record in
                Self.holds(region, record)
                    && cluster.decide(record).decided.answer.map { rule.isBroken($0.plan, table) } == true
            }
            if let counterexample { #expect(!result.holds, "\(counterexample.text) breaks it") }
            if result.holds { held += 1 } else { broken += 1 }
        }
        #expect(held > 30 && broken > 50, "\(held) \(broken)")
    }

    private static let all: [RequestRecord] = hosts.flatMap { host in
        paths.flatMap { path in
            methods.flatMap { method in
                values.map { value in
                    var record = RequestRecord()
                    record.protocol = .http
                    record.port = 80
                    record.method = method
                    record.host = host
                    record.path = path
                    record.headers = value.map { [("v", $0)] } ?? []
                    record.headersComplete = true
                    return record
                }
            }
        }
    }

    private func check(_ spec: String) throws -> [CheckResult] {
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "test.yaml": Shop.test(spec)])
        return try TestSuite([folder.path("test.yaml")]).run()
    }

    @Test("a violation comes with a request, and says what is expected and what is")
    func violation() throws {
        let result = try #require(
            try check("invariants: [{name: a, where: {paths: [/*], hosts: [shop.test]}, always: {namespaces: [shop]}}]")
                .first)
        #expect(result.failures.count == 1)
        let failure = try #require(result.failures.first)
        #expect(failure.request?.text == "GET http://shop.test/admin")
        #expect(failure.findings == [CheckFinding(key: "namespaces", expected: "shop", actual: "ops")])
    }

    @Test("what cannot be worked out fails where it matters, unless the file lets it pass; it is told either way")
    func unknown() throws {
        let manifests =
            Shop.manifests + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: words, namespace: shop}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
                  hostnames: [words.test]
                  rules:
                  - matches: [{path: {type: RegularExpression, value: '/a\\b.*'}}]
                    backendRefs: [{name: images, port: 80}]
                """
        let spec = """
            invariants:
              - {name: matters, where: {hosts: [words.test]}, always: {namespaces: [ops]}}
              - {name: passes, where: {hosts: [words.test]}, always: {namespaces: [ops]}, unknown: pass}
              - {name: does not matter, where: {hosts: [words.test]}, always: {namespaces: [ops, shop]}}
            """
        let folder = try TestFolder(["gateway.yaml": manifests, "test.yaml": Shop.test(spec)])
        let results = try TestSuite([folder.path("test.yaml")]).run()
        #expect(results.map(\.holds) == [false, true, true])
        #expect(results.map(\.notes.isEmpty) == [false, false, true])
    }

    @Test("a misspelt name that must not be met is told of")
    func misspelt() throws {
        let spec = "invariants: [{name: a, never: {backend: shop/crat, route: \"ops/*\"}}]"
        let folder = try TestFolder(["gateway.yaml": Shop.manifests, "test.yaml": Shop.test(spec)])
        let warnings = try TestSuite([folder.path("test.yaml")]).warnings
        #expect(warnings.map(\.code) == ["unknown-name"])
    }

    @Test("an invariant about no request at all does not hold")
    func empty() throws {
        let result = try check("invariants: [{name: a, where: {gateways: [infra/other]}, never: {status: 404}}]")
        #expect(result.first?.holds == false)
    }

    @Test("a CORS preflight is a request too, and is answered otherwise")
    func preflight() {
        let cors = CORS(allowOrigins: ["https://*.test"])
        let route = Route(
            namespace: "red", name: "r",
            rules: [Rule(filters: [.cors(cors)], backends: [BackendReference(backend: BackendIndex(place: 0))])]
        )
        let table = RoutingTable(
            listeners: [Listener(gateway: "a/b", name: "http", port: 80, routes: [RouteIndex(place: 0)])],
            routes: [route], backends: [Backend(namespace: "red", name: "s", port: 80)])
        let result = InvariantCheck.run(
            Invariant(
                name: "x", region: RequestRegion(), always: [.action(.forward)], never: [], passesUnknown: false,
                position: SourcePosition(file: "x", line: 1, column: 1)), of: "x", TestedCluster(table, []))
        #expect(result.failures.count == 1)
        #expect(result.failures.first?.request?.record.method == "OPTIONS")
    }
}
