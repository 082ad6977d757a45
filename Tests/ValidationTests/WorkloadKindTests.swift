import GatewayAPI
import Manifests
import Testing
import Validation

/// What routes and policies refer to: imported Services, ConfigMaps, and the pods of Deployments.
@Suite struct WorkloadKindTests {
    @Test func aServiceImportAndItsEndpoints() throws {
        let inventory = validate(
            object(
                "multicluster.x-k8s.io/v1alpha1", "ServiceImport", "cart",
                "type: ClusterSetIP\nips: [10.1.1.1]\nports: [{name: http, port: 80, appProtocol: kubernetes.io/h2c}]")
                    + """
                    status: {clusters: [{cluster: west}, {cluster: east}]}
                    ---
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: a, labels: {multicluster.kubernetes.io/service-name: cart}}
                    addressType: IPv4
                    endpoints: [{addresses: [10.0.0.1]}]
                    """)
        #expect(summary(inventory) == [])
        let service = try #require(inventory.serviceImports.first).value
        #expect(service.type == .clusterSetIP)
        #expect(service.ips == ["10.1.1.1"])
        #expect(service.clusters == ["west", "east"])
        #expect(service.ports.map(\.protocolType) == ["TCP"])
        #expect(service.ports.first?.appProtocol == "kubernetes.io/h2c")
        #expect(inventory.endpointSlices.first?.value.serviceImportName?.value == "cart")
        #expect(inventory.endpointSlices.first?.value.serviceName == nil)
    }

    @Test(
        arguments: [
            ("ports: []", "7 missing-field spec.type"), ("type: ClusterIP", "7 unsupported-value spec.type"),
            ("type: Headless\nports: [{name: a}]", "8 missing-field spec.ports[0].port"),
            ("type: Headless\nport: 1", "8 unknown-field spec.port"),
        ])
    func whatIsWrongInAServiceImportIsRefused(_ spec: String, _ expected: String) {
        let text = object("multicluster.x-k8s.io/v1alpha1", "ServiceImport", "cart", spec)
        #expect(summary(validate(text)) == [expected])
    }

    private func configMap(_ fields: String) -> Inventory {
        validate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca}\n" + fields)
    }

    @Test func aConfigMapHoldsTextsAndBytes() throws {
        let inventory = configMap("data: {ca.crt: text}\nbinaryData: {b: AAE=}\nimmutable: true\n")
        #expect(summary(inventory) == [])
        let map = try #require(inventory.configMaps.first).value
        #expect(map.data == ["ca.crt": "text"])
        #expect(map.binaryData == ["b": [0, 1]])
    }

    @Test(
        arguments: [
            ("data: {a: 1}", "4 wrong-type data.a"), ("data: {a/b: c}", "4 invalid-format data[\"a/b\"]"),
            ("binaryData: {a: '%'}", "4 invalid-format binaryData.a"),
            ("data: {a: b}\nbinaryData: {a: AA==}", "5 conflicting-fields binaryData"),
            ("stringData: {}", "4 unknown-field stringData"),
        ])
    func whatIsWrongInAConfigMapIsRefused(_ fields: String, _ expected: String) {
        #expect(summary(configMap(fields)) == [expected])
    }

    @Test func aDeploymentTellsWhatItsPodsMount() throws {
        let inventory = validate(
            object(
                "apps/v1", "Deployment", "cart",
                """
                strategy: {type: Recreate}
                selector: {matchLabels: {app: cart}}
                template:
                  metadata: {labels: {app: cart, version: v1}}
                  spec:
                    nodeSelector: {a: b}
                    containers:
                    - {name: web, image: cart, volumeMounts: [{name: tls, mountPath: /etc/tls, readOnly: true}]}
                    volumes:
                    - {name: tls, secret: {secretName: cert, items: [{key: tls.crt, path: crt}]}}
                    - {name: ca, configMap: {name: roots, optional: true}}
                    - {name: both, projected: {sources: [{secret: {name: s}}, {configMap: {name: c}}, {downwardAPI: {}}]}}
                    - {name: tmp, emptyDir: {}}
                """))
        #expect(summary(inventory) == [])
        let deployment = try #require(inventory.deployments.first).value
        #expect(deployment.replicas == 1)
        #expect(deployment.selector.matches(deployment.templateLabels))
        #expect(deployment.containers.first?.volumeMounts.first?.mountPath == "/etc/tls")
        #expect(deployment.volumes.map(\.name) == ["tls", "ca", "both", "tmp"])
        #expect(deployment.volumes.map { $0.sources.map(\.name) } == [["cert"], ["roots"], ["s", "c"], []])
        let secret = try #require(deployment.volumes.first?.sources.first)
        #expect(secret.kind == .secret)
        #expect(secret.path(of: "tls.crt") == "crt")
        #expect(secret.path(of: "tls.key") == nil)
        #expect(deployment.volumes[1].sources[0].path(of: "ca.crt") == "ca.crt")
        #expect(deployment.volumes[1].sources[0].isOptional)
    }

    private static let pod = "template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c}]}}"

    @Test(
        arguments: [
            (pod, "7 missing-field spec.selector"),
            ("selector: {matchLabels: {app: a}}", "7 missing-field spec.template"),
            ("selector: {matchLabels: {app: b}}\n" + pod, "7 conflicting-fields spec.selector"),
            ("selector: {matchLabels: {app: a}}\nreplicas: -1\n" + pod, "8 out-of-range spec.replicas"),
            ("selector: {}\ntemplate: {spec: {containers: []}}", "8 item-count spec.template.spec.containers"),
            (
                "selector: {}\ntemplate: {spec: {containers: [{name: c}], volumes: [{name: v, secret: {}}]}}",
                "8 missing-field spec.template.spec.volumes[0].secret.secretName"
            ),
        ])
    func whatIsWrongInADeploymentIsRefused(_ spec: String, _ expected: String) {
        #expect(summary(validate(object("apps/v1", "Deployment", "a", spec))) == [expected])
    }
}
