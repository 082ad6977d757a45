import Testing

@testable import Routing

@Suite("Where dialects part ways on gRPC and on TLS that is passed through")
struct GRPCDialectTests {
    private static func match(service: String?, method: String?, _ path: PathPredicate) -> Match {
        var match = Match(path: path)
        match.grpcMethod = GRPCMethod(service: service, method: method, isExpression: false)
        return match
    }

    /// Rule 0 asks for `s.Foo/Get`, rule 1 for `s.Foo`, rule 2 for the method `List`.
    private static func table(_ dialect: Dialect) throws -> RoutingTable {
        let rules = [
            Rule(matches: [match(service: "s.Foo", method: "Get", .exact("/s.Foo/Get"))]),
            Rule(matches: [match(service: "s.Foo", method: nil, .prefix("/s.Foo/"))]),
            Rule(matches: [
                match(service: nil, method: "List", .regularExpression(try RegularExpression("/[^/]+/List")))
            ]),
        ]
        return RoutingTable(
            dialect: dialect,
            listeners: [
                Listener(
                    entrance: .gateway("n/g"), name: "l", port: 80, scheme: .http, hostname: .any,
                    routes: [RouteIndex(place: 0)])
            ],
            routes: [Route(kind: "GRPCRoute", namespace: "n", name: "r", hostnames: [], rules: rules)], backends: [])
    }

    /// The rule that a call gets; nil for none.
    private static func rule(_ path: String, _ dialect: Dialect) throws -> Int? {
        let table = try table(dialect)
        let request = Request(method: "POST", host: "a.test", target: path)
        let decided = table.decidePartial(
            PartialRequest(method: request.method, host: request.host, target: request.target),
            port: PortIndex(place: 0))
        let match = try #require(decided.possible.first).match
        return match.map { Int(table.rules[table.matches[$0.place].rule.place].rule) }
    }

    @Test(
        "rows 59 to 61: a service alone, a method alone and both",
        arguments: [
            ("/s.Foo/Get", 0, 0, 1), ("/s.Foo/Other", 1, 1, 1), ("/s.Bar/List", 2, 2, 2), ("/s.Foo/List", 1, 1, 1),
            ("/x/s.Foo/Get", nil, nil, 1), ("/s.Foo", 1, 1, nil), ("/s.Foo/Get/more", 1, 1, 1),
            ("/s.Bar/Nope", nil, nil, nil),
        ] as [(String, Int?, Int?, Int?)])
    func methods(_ path: String, _ specification: Int?, _ envoy: Int?, _ traefik: Int?) throws {
        #expect(try Self.rule(path, .specification) == specification)
        #expect(try Self.rule(path, .envoy) == envoy)
        #expect(try Self.rule(path, .traefik) == traefik)
    }

    @Test("row 64: a call that no route takes is answered in gRPC, by Traefik with a plain 404")
    func noMatch() throws {
        for (dialect, expected) in [(Dialect.specification, UInt8?.some(12)), (.envoy, 12), (.traefik, nil)] {
            let plan = try Self.table(dialect).plan(
                Decision(.noRoute), for: Request(method: "POST", host: "a.test", target: "/s.Bar/Nope"),
                in: .grpc)
            #expect(plan.status == 404)
            #expect(plan.grpcStatus == expected, "\(dialect.name)")
        }
    }

    @Test("row 10: a server name that no route has is cut, by Traefik answered with 404")
    func serverName() throws {
        for (dialect, action) in [(Dialect.specification, Plan.Action.reset), (.envoy, .reset), (.traefik, .respond)] {
            let plan = try Self.table(dialect).plan(
                Decision(.noListener), for: Request(method: "GET", host: "x.test", target: "/"),
                in: .connection)
            #expect(plan.action == action, "\(dialect.name)")
        }
    }
}
