import GatewayAPI
import Manifests
import Testing
import Validation

/// Policies for backends, and the kinds of the experimental channel.
@Suite struct PolicyKindTests {
    private static let standard = "gateway.networking.k8s.io/"
    private static let experimental = "gateway.networking.x-k8s.io/v1alpha1"
    private static let target = "targetRefs: [{group: \"\", kind: Service, name: cart}]\n"

    private func tls(_ spec: String, version: String = "v1") -> Inventory {
        validate(object(Self.standard + version, "BackendTLSPolicy", "a", spec))
    }

    private func traffic(_ spec: String) -> Inventory {
        validate(object(Self.experimental, "XBackendTrafficPolicy", "a", Self.target + spec))
    }

    @Test(arguments: ["v1", "v1alpha3"]) func aBackendTLSPolicyIsRead(_ version: String) throws {
        let inventory = tls(
            """
            targetRefs: [{group: "", kind: Service, name: cart, sectionName: https}]
            validation:
              hostname: cart.example
              caCertificateRefs: [{group: "", kind: ConfigMap, name: ca}]
              subjectAltNames: [{type: URI, uri: "spiffe://a/b"}, {type: Hostname, hostname: "*.a"}]
            options: {a: b}
            """, version: version)
        #expect(summary(inventory) == [])
        let policy = try #require(inventory.backendTLSPolicies.first).value
        #expect(policy.targetRefs.first?.sectionName == "https")
        #expect(policy.validation.hostname.value == "cart.example")
        #expect(policy.validation.caCertificateRefs.map(\.name) == ["ca"])
        #expect(policy.validation.subjectAltNames.map(\.name) == [.uri("spiffe://a/b"), .hostname("*.a")])
        #expect(policy.options == ["a": "b"])
    }

    private static let system = "validation: {hostname: a.b, wellKnownCACertificates: System}"

    private static let wrong: [(String, String)] = [
        (system, "7 missing-field spec.targetRefs"),
        ("targetRefs: []\n\(system)", "7 item-count spec.targetRefs"),
        (target, "7 missing-field spec.validation"),
        ("\(target)validation: {hostname: a.b}", "8 missing-field spec.validation"),
        ("\(target)validation: {wellKnownCACertificates: System}", "8 missing-field spec.validation.hostname"),
        (
            "\(target)validation: {hostname: '*.b', wellKnownCACertificates: System}",
            "8 invalid-format spec.validation.hostname"
        ),
        (
            "\(target)validation: {hostname: a.b, wellKnownCACertificates: Mine}",
            "8 invalid-format spec.validation.wellKnownCACertificates"
        ),
        (
            "\(target)validation: {hostname: a.b, wellKnownCACertificates: System, caCertificateRefs: [{group: '', kind: ConfigMap, name: a}]}",
            "8 conflicting-fields spec.validation"
        ),
        (
            "\(target)validation: {hostname: a.b, wellKnownCACertificates: System, subjectAltNames: [{type: URI}]}",
            "8 missing-field spec.validation.subjectAltNames[0]"
        ),
        (
            "\(target)validation: {hostname: a.b, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri: a, hostname: a}]}",
            "8 invalid-format spec.validation.subjectAltNames[0].uri"
        ),
        (
            "targetRefs: [{group: '', kind: Service, name: a}, {group: '', kind: Service, name: a}]\n\(system)",
            "7 duplicate-item spec.targetRefs"
        ),
        (
            "targetRefs: [{group: '', kind: Service, name: a}, {group: '', kind: Service, name: a, sectionName: b}]\n\(system)",
            "7 conflicting-fields spec.targetRefs"
        ),
    ]

    @Test(arguments: wrong) func whatIsWrongInABackendTLSPolicyIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(tls(spec)).contains(expected), "\(summary(tls(spec)))")
    }

    @Test func sectionsOfOneTargetAndWellKnownAuthoritiesAreTaken() throws {
        let inventory = tls(
            "targetRefs: [{group: '', kind: Service, name: a, sectionName: b}, {group: '', kind: Service, name: a, sectionName: c}]\n"
                + "validation: {hostname: a.b, wellKnownCACertificates: example.com/roots}")
        #expect(summary(inventory) == [])
        let validation = try #require(inventory.backendTLSPolicies.first).value.validation
        #expect(validation.wellKnownCACertificates?.value == "example.com/roots")
    }

    @Test func aRetryConstraintHasDefaults() throws {
        let inventory = traffic("retryConstraint: {}\n")
        #expect(summary(inventory) == [])
        let stored = try #require(inventory.xBackendTrafficPolicies.first)
        let constraint = try #require(stored.value.retryConstraint)
        #expect(constraint.percent == 20)
        #expect(constraint.interval == 10_000_000_000)
        #expect(constraint.minRetryCount == 10)
        #expect(constraint.minRetryInterval == 1_000_000_000)
        #expect(
            json(stored.node["spec"]?["retryConstraint"])
                == #"{"budget":{"percent":20,"interval":"10s"},"minRetryRate":{"count":10,"interval":"1s"}}"#)
    }

    @Test func partsOfARetryConstraintStayAsTheyAre() throws {
        let inventory = traffic(
            "retryConstraint: {budget: {percent: 5}, minRetryRate: {count: 3}}\nsessionPersistence: {sessionName: s}")
        #expect(summary(inventory) == [])
        let policy = try #require(inventory.xBackendTrafficPolicies.first).value
        #expect(policy.retryConstraint?.percent == 5)
        #expect(policy.retryConstraint?.interval == 10_000_000_000)
        #expect(policy.retryConstraint?.minRetryCount == 3)
        #expect(policy.retryConstraint?.minRetryInterval == nil)
        #expect(policy.sessionPersistence?.sessionName == "s")
    }

    @Test(
        arguments: [
            ("retryConstraint: {budget: {percent: 101}}", "out-of-range spec.retryConstraint.budget.percent"),
            ("retryConstraint: {budget: {interval: 999ms}}", "out-of-range spec.retryConstraint.budget.interval"),
            ("retryConstraint: {budget: {interval: 1h1ms}}", "out-of-range spec.retryConstraint.budget.interval"),
            (
                "retryConstraint: {minRetryRate: {interval: 0s}}",
                "out-of-range spec.retryConstraint.minRetryRate.interval"
            ),
            ("retryConstraint: {minRetryRate: {count: 0}}", "out-of-range spec.retryConstraint.minRetryRate.count"),
            ("retries: {}", "unknown-field spec.retries"),
        ])
    func whatIsWrongInATrafficPolicyIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(traffic(spec)) == ["8 \(expected)"])
    }

    @Test func aMeshHasNoNamespace() throws {
        let inventory = validate(object(Self.experimental, "XMesh", "mesh", "controllerName: example.com/mesh"))
        #expect(summary(inventory) == [])
        let mesh = try #require(inventory.xMeshes.first).value
        #expect(mesh.metadata.namespace == nil)
        #expect(mesh.controllerName.value == "example.com/mesh")
        #expect(
            summary(validate(object(Self.experimental, "XMesh", "mesh", "description: a")))
                == ["7 missing-field spec.controllerName"])
    }

    @Test func aBackendOutsideOfTheCluster() throws {
        let inventory = validate(
            object(
                Self.experimental, "XBackend", "shop",
                "type: ExternalHostname\nexternalHostname: {hostname: shop.example}\nport: {port: 443}\nprotocol: HTTP2\n"
                    + "tls: {mode: ServerOnly, validation: {hostname: shop.example, wellKnownCACertificates: System}}"))
        #expect(summary(inventory) == [])
        let backend = try #require(inventory.xBackends.first).value
        #expect(backend.hostname.value == "shop.example")
        #expect(backend.port == 443)
        #expect(backend.protocolType == .http2)
        #expect(backend.tls?.mode == .serverOnly)
        #expect(backend.tls?.validation?.wellKnownCACertificates?.value == "System")
    }

    @Test(
        arguments: [
            ("port: {port: 1}\ntype: ExternalHostname", "7 missing-field spec"),
            (
                "port: {port: 1}\ntype: ExternalHostname\nexternalHostname: {hostname: a.svc.cluster.local}",
                "9 invalid-format spec.externalHostname.hostname"
            ),
            (
                "port: {port: 1}\ntype: ExternalHostname\nexternalHostname: {hostname: a}\ntls: {mode: ClientAndServer}",
                "10 missing-field spec.tls"
            ),
            (
                "port: {port: 1}\ntype: ExternalHostname\nexternalHostname: {hostname: a}\ntls: {mode: None, clientCertificateRef: {name: a}}",
                "10 conflicting-fields spec.tls"
            ),
        ])
    func whatIsWrongInABackendIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(validate(object(Self.experimental, "XBackend", "a", spec))) == [expected])
    }
}
