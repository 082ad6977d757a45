import GatewayAPI
import Manifests
import Testing
import Validation

@Suite struct InventoryTests {
    private func objects(_ text: String) -> [ManifestObject] {
        ManifestParser.parse(Array(text.utf8), file: "b.yaml").objects
    }

    private func service(_ port: Int, _ metadata: String = "") -> String {
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart\(metadata)}\nspec: {ports: [{port: \(port)}]}\n"
    }

    @Test func kindsThatAreNotUsedAreCounted() {
        let inventory = validate(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\n---\n"
                + "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: b}\n---\n"
                + "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: c}\n")
        #expect(
            inventory.unusedKinds.map { "\($0.group) \($0.kind) \($0.count) \($0.position.line)" } == [
                "apps StatefulSet 2 1", "networking.istio.io Gateway 1 9",
            ])
        #expect(inventory.objects.allSatisfy { $0.fate == .unusedKind })
        #expect(inventory.gateways.isEmpty)
    }

    @Test func theSameObjectTwiceIsAWarningAndTheLastOneStands() {
        let inventory = validate(service(80) + "---\n" + service(81))
        #expect(inventory.objects.map(\.fate) == [.superseded, .used])
        #expect(inventory.services.map { $0.value.ports.map(\.port) } == [[81]])
        #expect(summary(inventory) == ["6 duplicate-object "])
        #expect(inventory.diagnostics.first?.severity == .warning)
        #expect(!inventory.hasErrors)
    }

    @Test func applyingKeepsTheAgeAndCountsChangesOfTheSpec() throws {
        var inventory = validate(service(80, ", creationTimestamp: \"2025-03-01T10:00:00Z\", generation: 4"))
        let before = inventory
        inventory.apply(objects(service(80)))
        var metadata = try #require(inventory.services.first).value.metadata
        #expect(metadata.generation == 4)
        #expect(metadata.creationTimestamp == 1_740_823_200)
        inventory.apply(objects(service(81)))
        let stored = try #require(inventory.services.first)
        metadata = stored.value.metadata
        #expect(metadata.generation == 5)
        #expect(stored.node.at("metadata", "generation")?.integer == 5)
        #expect(stored.node.at("metadata", "creationTimestamp")?.string == "2025-03-01T10:00:00Z")
        #expect(inventory.services.count == 1)
        #expect(inventory.diagnostics.isEmpty)
        #expect(before.services.first?.value.ports.first?.port == 80)
    }

    @Test func aRefusedObjectReplacesNothing() {
        var inventory = validate(service(80))
        inventory.apply(objects(service(70000)))
        #expect(inventory.services.map { $0.value.ports.map(\.port) } == [[80]])
        #expect(inventory.hasErrors)
    }

    @Test func deletingTakesAwayAndTellsWhatWasNotThere() {
        var inventory = validate(service(80))
        #expect(inventory.delete(objects(service(99))).isEmpty)
        #expect(inventory.services.isEmpty)
        #expect(inventory.delete(objects(service(80))).map(\.code) == ["object-not-found"])
    }

    @Test func theClustersOfAServiceImportOutliveAnApply() throws {
        let service = object("multicluster.x-k8s.io/v1alpha1", "ServiceImport", "cart", "type: Headless")
        var inventory = validate(service + "status: {clusters: [{cluster: west}]}\n")
        inventory.apply(objects(service))
        let stored = try #require(inventory.serviceImports.first)
        #expect(stored.value.clusters == ["west"])
        #expect(stored.value.metadata.generation == 1)
        #expect(stored.node.at("status", "clusters")?.count == 1)
    }

    @Test func theAddressesOfAGatewayOutliveAnApply() throws {
        let gateway = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}]}

            """
        var inventory = validate(gateway + "status: {addresses: [{type: IPAddress, value: 192.0.2.7}]}\n")
        inventory.apply(objects(gateway))
        let stored = try #require(inventory.gateways.first)
        #expect(stored.value.statusAddresses.map(\.value) == ["192.0.2.7"])
        #expect(stored.value.metadata.generation == 1)
        #expect(stored.node.at("status", "addresses")?.count == 1)
    }

    @Test func theBytesOfASecretAreDecoded() throws {
        let inventory = validate(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\n"
                + "data: {tls.crt: aGk=, tls.key: bm8=}\nstringData: {tls.key: yes really}\n")
        #expect(summary(inventory) == [])
        let secret = try #require(inventory.secrets.first).value
        #expect(secret.data["tls.crt"] == Array("hi".utf8))
        #expect(secret.data["tls.key"] == Array("yes really".utf8))
        let broken = validate("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {k: \"?\"}\n")
        #expect(summary(broken) == ["4 invalid-format data.k"])
    }

    @Test func anEndpointSliceNamesItsServiceAndItsReadyEndpoints() throws {
        let inventory = validate(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: cart-1, labels: {kubernetes.io/service-name: cart}}
            addressType: IPv4
            endpoints:
            - {addresses: [10.0.0.1]}
            - {addresses: [10.0.0.2], conditions: {ready: false, terminating: true}}
            ports: [{name: "", port: 8080}]
            """)
        #expect(summary(inventory) == [])
        let slice = try #require(inventory.endpointSlices.first).value
        #expect(slice.serviceName?.value == "cart")
        #expect(slice.endpoints.map(\.ready) == [true, false])
        #expect(slice.endpoints.map(\.terminating) == [false, true])
        #expect(slice.ports.map(\.name) == [nil])
    }
}
