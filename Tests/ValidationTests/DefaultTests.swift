import GatewayAPI
import Manifests
import Testing
import Validation

@Suite struct DefaultTests {
    @Test func aRouteWithoutRulesTakesEveryPath() throws {
        let inventory = validate(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {}\n")
        let stored = try #require(inventory.httpRoutes.first)
        #expect(stored.value.metadata.namespace == "default")
        #expect(stored.value.metadata.generation == 1)
        #expect(stored.value.rules.count == 1)
        #expect(stored.value.rules.first?.matches.first?.path.type == .pathPrefix)
        #expect(
            json(stored.node["spec"])
                == #"{"rules":[{"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]}"#)
        #expect(json(stored.node["metadata"]) == #"{"name":"a","namespace":"default","generation":1}"#)
    }

    @Test func matchesThatAreEmptyStayEmpty() throws {
        let inventory = validate(route("rules:\n- matches: []\n"))
        #expect(try #require(inventory.httpRoutes.first).value.rules.first?.matches.isEmpty == true)
    }

    @Test func referencesAndWeightsHaveDefaults() throws {
        let inventory = validate(
            route("parentRefs: [{name: edge}]\nrules:\n- backendRefs: [{name: cart, port: 80}]\n"))
        let spec = try #require(inventory.httpRoutes.first).node["spec"]
        #expect(
            json(spec?["parentRefs"]?[0])
                == #"{"name":"edge","group":"gateway.networking.k8s.io","kind":"Gateway"}"#)
        #expect(
            json(spec?["rules"]?[0]["backendRefs"]?[0])
                == #"{"name":"cart","port":80,"group":"","kind":"Service","weight":1}"#)
    }

    @Test func filtersAndMatchesHaveDefaults() throws {
        let inventory = validate(
            route(
                """
                rules:
                - matches: [{headers: [{name: a, value: b}], queryParams: [{name: c, value: d}]}]
                  filters:
                  - {type: RequestRedirect, requestRedirect: {hostname: example.com}}
                  - {type: CORS, cors: {allowOrigins: ["*"]}}
                  - {type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}, fraction: {numerator: 5}}}
                """))
        #expect(summary(inventory) == [])
        let rule = try #require(inventory.httpRoutes.first).node["spec"]?["rules"]?[0]
        #expect(rule?["matches"]?[0]["headers"]?[0]["type"]?.string == "Exact")
        #expect(rule?["matches"]?[0]["queryParams"]?[0]["type"]?.string == "Exact")
        #expect(rule?["filters"]?[0]["requestRedirect"]?["statusCode"]?.integer == 302)
        #expect(rule?["filters"]?[1]["cors"]?["maxAge"]?.integer == 5)
        #expect(rule?["filters"]?[2]["requestMirror"]?["fraction"]?["denominator"]?.integer == 100)
    }

    @Test func listenersHaveDefaults() throws {
        let inventory = validate(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: c
              listeners:
              - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}
            """)
        #expect(summary(inventory) == [])
        let stored = try #require(inventory.gateways.first)
        #expect(stored.value.listeners.first?.tls?.mode == .terminate)
        #expect(stored.value.listeners.first?.allowedRoutes.namespaces.from == .same)
        #expect(
            json(stored.node["spec"]?["listeners"]?[0])
                == #"{"name":"https","port":443,"protocol":"HTTPS","tls":{"certificateRefs":[{"name":"cert","group":"","#
                + #""kind":"Secret"}],"mode":"Terminate"},"allowedRoutes":{"namespaces":{"from":"Same"}}}"#)
    }

    @Test func coreKindsHaveDefaults() throws {
        let inventory = validate(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: cart}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: web, namespace: ignored}
            """)
        #expect(summary(inventory) == [])
        let port = try #require(inventory.services.first).value.ports.first
        #expect(port?.protocolType == "TCP")
        #expect(port?.targetPort == .number(80))
        let namespace = try #require(inventory.namespaces.first)
        #expect(namespace.value.metadata.labels == ["kubernetes.io/metadata.name": "web"])
        #expect(namespace.value.metadata.namespace == nil)
        #expect(namespace.node["metadata"]?["namespace"] == nil)
        #expect(namespace.node.at("metadata", "labels")?.count == 1)
    }

    @Test func aNullIsAFieldLeftOut() throws {
        let inventory = validate(route("hostnames: null\nrules: ~\n"))
        let stored = try #require(inventory.httpRoutes.first)
        #expect(stored.node["spec"]?["hostnames"] == nil)
        #expect(stored.value.rules.count == 1)
    }
}
