import GatewayAPI
import Manifests
import Testing
import Validation

/// The kinds of routes beside HTTPRoute.
@Suite struct RouteKindTests {
    private func grpc(_ spec: String) -> Inventory {
        validate(object("gateway.networking.k8s.io/v1", "GRPCRoute", "a", spec))
    }

    private func forwarding(_ kind: String, _ version: String, _ spec: String) -> Inventory {
        validate(object("gateway.networking.k8s.io/\(version)", kind, "a", spec))
    }

    @Test func aGRPCRouteIsReadWithItsDefaults() throws {
        let inventory = grpc(
            """
            parentRefs: [{name: edge, sectionName: grpc, port: 443}]
            hostnames: ["*.example.com"]
            rules:
            - name: add
              matches:
              - method: {service: shop.v1.Cart, method: AddItem}
                headers: [{name: version, value: " 2 "}]
              filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]
              backendRefs:
              - name: cart
                port: 50051
                filters: [{type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 1}, percent: 5}}]
              sessionPersistence: {type: Header}
            """)
        #expect(summary(inventory) == [])
        let stored = try #require(inventory.grpcRoutes.first)
        let rule = try #require(stored.value.rules.first)
        #expect(stored.value.parentRefs.first?.port == 443)
        #expect(stored.value.hostnames.map(\.value) == ["*.example.com"])
        #expect(rule.name?.value == "add")
        #expect(rule.matches.first?.method?.type == .exact)
        #expect(rule.matches.first?.method?.service?.value == "shop.v1.Cart")
        #expect(rule.matches.first?.method?.method?.position.description == "a.yaml:12:47")
        #expect(rule.matches.first?.headers.first?.value == " 2 ")
        #expect(rule.filters.map(\.type) == ["RequestHeaderModifier"])
        #expect(rule.sessionPersistence?.type == .header)
        #expect(rule.backendReferences.map(\.name) == ["cart", "copy"])
        #expect(stored.node["spec"]?["rules"]?[0]["matches"]?[0]["method"]?["type"]?.string == "Exact")
    }

    @Test func aGRPCRouteWithoutRulesOrMatchesGetsNone() throws {
        let bare = try #require(grpc("hostnames: [a.example]\n").grpcRoutes.first)
        #expect(bare.value.rules.isEmpty)
        #expect(bare.node["spec"]?["rules"] == nil)
        #expect(try #require(grpc("rules: [{}]\n").grpcRoutes.first).value.rules.first?.matches.isEmpty == true)
    }

    @Test(
        arguments: [
            ("rules: [{matches: [{method: {}}]}]", "missing-field spec.rules[0].matches[0].method"),
            (
                "rules: [{matches: [{method: {service: a/b}}]}]",
                "invalid-format spec.rules[0].matches[0].method"
            ),
            (
                "rules: [{matches: [{method: {service: a..b}}]}]",
                "invalid-format spec.rules[0].matches[0].method"
            ),
            ("rules: [{matches: [{method: {method: 1a}}]}]", "invalid-format spec.rules[0].matches[0].method"),
            ("rules: [{matches: [{method: {method: a.b}}]}]", "invalid-format spec.rules[0].matches[0].method"),
            (
                "rules: [{matches: [{method: {type: Prefix, method: a}}]}]",
                "unsupported-value spec.rules[0].matches[0].method.type"
            ),
            ("rules: [{matches: [{path: {value: /}}]}]", "unknown-field spec.rules[0].matches[0].path"),
            (
                "rules: [{matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}]}]",
                "duplicate-item spec.rules[0].matches[0].headers[1]"
            ),
            ("rules: [{filters: [{type: URLRewrite}]}]", "unsupported-value spec.rules[0].filters[0].type"),
            ("rules: [{filters: [{type: ExtensionRef}]}]", "missing-field spec.rules[0].filters[0]"),
            ("rules: [{filters: [{type: RequestMirror, cors: {}}]}]", "unknown-field spec.rules[0].filters[0].cors"),
            ("rules: [{backendRefs: [{name: a}]}]", "missing-field spec.rules[0].backendRefs[0]"),
            (
                "rules: [{backendRefs: [{name: a, port: 1, weight: -1}]}]",
                "out-of-range spec.rules[0].backendRefs[0].weight"
            ),
            ("rules: [{timeouts: {request: 1s}}]", "unknown-field spec.rules[0].timeouts"),
            ("rules: [{name: a}, {name: a}]", "duplicate-item spec.rules"),
            ("parentRefs: [{name: a, port: 1}, {name: a}]", "conflicting-fields spec.parentRefs"),
            ("hostnames: [1.example.]", "invalid-format spec.hostnames[0]"),
            ("useDefaultGateways: Some", "unsupported-value spec.useDefaultGateways"),
        ])
    func whatIsWrongInAGRPCRouteIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(grpc(spec)).contains("7 \(expected)"), "\(summary(grpc(spec)))")
    }

    @Test(arguments: ["a", "_a.B1", ".shop.v1.Cart"]) func namesOfServices(_ name: String) {
        #expect(summary(grpc("rules: [{matches: [{method: {service: \(name)}}]}]")) == [])
    }

    @Test func anExpressionForAMethodIsTakenAsItStands() {
        #expect(summary(grpc("rules: [{matches: [{method: {type: RegularExpression, service: 'a/.*'}}]}]")) == [])
    }

    @Test func matchesOfAllRulesAreCountedTogether() {
        let rule = "- matches: [" + [String](repeating: "{}", count: 43).joined(separator: ", ") + "]\n"
        #expect(summary(grpc("rules:\n" + rule + rule + rule)) == ["8 item-count spec.rules"])
        #expect(summary(grpc("rules:\n" + rule + rule)) == [])
    }

    @Test(arguments: ["v1", "v1alpha2", "v1alpha3"]) func aTLSRouteIsServedInThreeVersions(_ version: String) throws {
        let inventory = forwarding(
            "TLSRoute", version,
            "hostnames: [a.example, 1.2.3.4.5]\nrules: [{name: all, backendRefs: [{name: b, port: 443, weight: 0}]}]")
        #expect(summary(inventory) == [])
        let route = try #require(inventory.tlsRoutes.first).value
        #expect(route.hostnames.map(\.value) == ["a.example", "1.2.3.4.5"])
        #expect(route.rules.first?.name?.value == "all")
        #expect(route.rules.first?.backendRefs.first?.weight == 0)
        #expect(route.rules.first?.backendRefs.first?.backend.port == 443)
    }

    @Test(arguments: [("TCPRoute", "v1"), ("TCPRoute", "v1alpha2"), ("UDPRoute", "v1"), ("UDPRoute", "v1alpha2")])
    func routesOfConnectionsAreReadWithTheirDefaults(_ kind: String, _ version: String) throws {
        let inventory = forwarding(
            kind, version, "parentRefs: [{name: edge, port: 53}]\nrules: [{backendRefs: [{name: b, port: 53}]}]")
        #expect(summary(inventory) == [])
        let rules = inventory.tcpRoutes.map(\.value.rules) + inventory.udpRoutes.map(\.value.rules)
        #expect(rules.map { $0.flatMap(\.backendRefs).map(\.weight) } == [[1]])
        #expect(inventory.tcpRoutes.count == (kind == "TCPRoute" ? 1 : 0))
        let node = (inventory.tcpRoutes.map(\.node) + inventory.udpRoutes.map(\.node)).first
        #expect(
            json(node?["spec"]?["rules"])
                == #"[{"backendRefs":[{"name":"b","port":53,"group":"","kind":"Service","weight":1}]}]"#)
    }

    private static let backend = "rules: [{backendRefs: [{name: b, port: 1}]}]"

    @Test(
        arguments: [
            ("TLSRoute", "v1", backend, "7 missing-field spec.hostnames"),
            ("TLSRoute", "v1alpha3", "hostnames: []\n\(backend)", "7 item-count spec.hostnames"),
            ("TLSRoute", "v1", "hostnames: [10.0.0.1]\n\(backend)", "7 invalid-format spec.hostnames"),
            ("TLSRoute", "v1", "hostnames: [a.b]\nrules: []", "8 item-count spec.rules"),
            ("TLSRoute", "v1beta1", "hostnames: [a.b]\n\(backend)", "1 version-not-served apiVersion"),
            ("TCPRoute", "v1", "parentRefs: []", "7 missing-field spec.rules"),
            ("TCPRoute", "v1", "rules: [{}]", "7 missing-field spec.rules[0].backendRefs"),
            ("TCPRoute", "v1", "rules: [{backendRefs: []}]", "7 item-count spec.rules[0].backendRefs"),
            ("TCPRoute", "v1", "hostnames: [a.b]\n\(backend)", "7 unknown-field spec.hostnames"),
            ("TCPRoute", "v1alpha3", backend, "1 version-not-served apiVersion"),
            (
                "UDPRoute", "v1", "rules: [{backendRefs: [{name: b, port: 1, filters: []}]}]",
                "7 unknown-field spec.rules[0].backendRefs[0].filters"
            ),
        ])
    func whatIsWrongInOtherRoutesIsRefused(_ kind: String, _ version: String, _ spec: String, _ expected: String) {
        #expect(summary(forwarding(kind, version, spec)) == [expected])
    }

    @Test func onlyTheVersionsBeforeV1TakeSeveralRulesAndNoHostnames() {
        let rule = "{name: a, backendRefs: [{name: b, port: 1}]}"
        let two = "rules: [\(rule), \(rule.replacing("name: a", with: "name: c"))]"
        #expect(summary(forwarding("TCPRoute", "v1", two)) == ["7 item-count spec.rules"])
        for kind in ["TLSRoute", "TCPRoute", "UDPRoute"] {
            #expect(summary(forwarding(kind, "v1alpha2", two)) == [])
            #expect(
                summary(forwarding(kind, "v1alpha2", "rules: [\(rule), \(rule)]")) == ["7 duplicate-item spec.rules"]
            )
        }
    }
}
