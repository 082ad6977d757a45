import GatewayAPI
import Manifests
import Testing
import Validation

/// ListenerSets, and what a Gateway says of them, of TLS and of its infrastructure.
@Suite struct ListenerKindTests {
    private static let version = "gateway.networking.k8s.io/v1"

    private func gateway(_ fields: String) -> Inventory {
        validate(
            object(
                Self.version, "Gateway", "edge",
                fields + "\ngatewayClassName: c\nlisteners: [{name: http, port: 80, protocol: HTTP}]\n"))
    }

    private func set(_ spec: String) -> Inventory { validate(object(Self.version, "ListenerSet", "extra", spec)) }

    @Test func aListenerSetIsReadWithItsDefaults() throws {
        let inventory = set(
            "parentRef: {name: edge, namespace: infra}\nlisteners: [{name: http, port: 80, protocol: HTTP}]\n")
        #expect(summary(inventory) == [])
        let value = try #require(inventory.listenerSets.first).value
        #expect(value.parentRef.group == APIGroup.gateway)
        #expect(value.parentRef.kind == "Gateway")
        #expect(value.parentRef.namespace == "infra")
        #expect(value.listeners.first?.allowedRoutes.namespaces.from == .same)
        #expect(value.resourceName.description == "ListenerSet web/extra")
        #expect(!value.isExperimental)
    }

    private static let retired = object(
        "gateway.networking.x-k8s.io/v1alpha1", "XListenerSet", "extra",
        "parentRef: {name: edge}\nlisteners: [{name: http, port: 80, protocol: HTTP}]\n")

    @Test func anXListenerSetIsOfAKindThatIsNoMore() throws {
        let inventory = validate(Self.retired)
        #expect(summary(inventory) == ["2 unknown-kind kind"])
        #expect(inventory.diagnostics.first?.hint == "its successor is ListenerSet of gateway.networking.k8s.io/v1")
    }

    @Test func whereTheDefinitionOfXListenerSetIsGivenItIsReadAndSaidToBeRetired() throws {
        let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: xlistenersets.gateway.networking.x-k8s.io}
            spec:
              group: gateway.networking.x-k8s.io
              names: {kind: XListenerSet, plural: xlistenersets}
              scope: Namespaced
              versions:
              - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
            ---

            """
        let inventory = validate(definition + Self.retired)
        #expect(inventory.diagnostics.map(\.code) == ["retired-kind"])
        let value = try #require(inventory.listenerSets.first).value
        #expect(value.objectGroup == "gateway.networking.x-k8s.io")
        #expect(value.resourceName.description == "XListenerSet web/extra")
    }

    private static let listeners = "\nlisteners: [{name: a, port: 80, protocol: HTTP}]"

    @Test(
        arguments: [
            ("listeners: [{name: a, port: 80, protocol: HTTP}]", "7 missing-field spec.parentRef"),
            ("parentRef: {name: g}", "7 missing-field spec.listeners"),
            ("parentRef: {name: g}\nlisteners: []", "8 item-count spec.listeners"),
            ("parentRef: {name: g, sectionName: a}\(listeners)", "7 unknown-field spec.parentRef.sectionName"),
            ("parentRef: {name: g}\nlisteners: [{name: a, protocol: HTTP}]", "8 missing-field spec.listeners[0].port"),
            (
                "parentRef: {name: g}\nlisteners: [{name: a, port: 1, protocol: TLS}]",
                "8 missing-field spec.listeners"
            ),
            (
                "parentRef: {name: g}\nlisteners: [{name: a, port: 1, protocol: UDP, hostname: a.b}]",
                "8 conflicting-fields spec.listeners"
            ),
        ])
    func whatIsWrongInAListenerSetIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(set(spec)) == [expected])
    }

    @Test func clientCertificatesAreAskedForByPort() throws {
        let inventory = gateway(
            """
            tls:
              backend: {clientCertificateRef: {name: client}}
              frontend:
                default: {validation: {caCertificateRefs: [{group: "", kind: ConfigMap, name: ca, namespace: pki}]}}
                perPort:
                - {port: 8443, tls: {validation: {mode: AllowInsecureFallback, caCertificateRefs: [{group: "", kind: ConfigMap, name: b}]}}}
                - {port: 9443, tls: {}}
            """)
        #expect(summary(inventory) == [])
        let stored = try #require(inventory.gateways.first)
        let tls = try #require(stored.value.tls)
        #expect(tls.backend?.clientCertificateRef?.kind == "Secret")
        #expect(tls.frontend?.validation(port: 443)?.caCertificateRefs.first?.namespace == "pki")
        #expect(tls.frontend?.validation(port: 443)?.mode == .allowValidOnly)
        #expect(tls.frontend?.validation(port: 8443)?.mode == .allowInsecureFallback)
        #expect(tls.frontend?.validation(port: 9443) == nil)
        #expect(
            stored.node.at("spec", "tls", "frontend")?["default"]?["validation"]?["mode"]?.string == "AllowValidOnly")
    }

    @Test func aGatewayLetsNoListenerSetInUnlessItSaysSo() throws {
        #expect(try #require(gateway("addresses: []").gateways.first).value.allowedListeners == nil)
        let none = try #require(gateway("allowedListeners: {}").gateways.first)
        #expect(none.value.allowedListeners?.namespaces.from == FromNamespaces.none)
        #expect(json(none.node["spec"]?["allowedListeners"]) == #"{"namespaces":{"from":"None"}}"#)
        let all = gateway("allowedListeners: {namespaces: {from: All}}\ndefaultScope: All")
        #expect(all.gateways.first?.value.allowedListeners?.namespaces.from == .all)
        #expect(all.gateways.first?.value.defaultScope == .all)
    }

    @Test func infrastructureNamesParameters() {
        let inventory = gateway(
            "infrastructure: {labels: {a: b}, parametersRef: {group: example.com, kind: Settings, name: s}}")
        #expect(inventory.gateways.first?.value.infrastructure?.labels == ["a": "b"])
        #expect(inventory.gateways.first?.value.infrastructure?.parametersRef?.kind == "Settings")
    }

    @Test(
        arguments: [
            ("tls: {frontend: {}}", "missing-field spec.tls.frontend.default"),
            (
                "tls: {frontend: {default: {validation: {}}}}",
                "missing-field spec.tls.frontend.default.validation.caCertificateRefs"
            ),
            (
                "tls: {backend: {clientCertificateRef: {}}}",
                "missing-field spec.tls.backend.clientCertificateRef.name"
            ),
            ("tls: {frontend: {default: {}, perPort: [{port: 1}]}}", "missing-field spec.tls.frontend.perPort[0].tls"),
            ("tls: {backend: {clientCertificateRef: {}}}", "missing-field spec.tls.backend.clientCertificateRef.name"),
            ("allowedListeners: {namespaces: {from: Some}}", "unsupported-value spec.allowedListeners.namespaces.from"),
            (
                "infrastructure: {parametersRef: {kind: a, name: b}}",
                "missing-field spec.infrastructure.parametersRef.group"
            ),
            ("defaultScope: Most", "unsupported-value spec.defaultScope"),
        ])
    func whatIsWrongInAGatewayIsRefused(_ fields: String, _ expected: String) {
        #expect(summary(gateway(fields)) == ["7 \(expected)"])
    }
}
