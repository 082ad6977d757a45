import GatewayAPI
import Manifests

extension EndpointSlice {
    static let traits = KindTraits()
    /// Names the Service whose endpoints a slice holds.
    private static let serviceLabel = "kubernetes.io/service-name"
    /// Names the ServiceImport whose endpoints a slice holds. Source: KEP-1645.
    private static let serviceImportLabel = "multicluster.kubernetes.io/service-name"

    static func decode(_ object: inout ObjectDecoder) -> EndpointSlice {
        let metadata = ObjectMetadata.decode(&object, traits)
        let type: AddressType? = object.choice("addressType")
        if !object.has("addressType") { object.reportMissing("addressType", "one of IPv4, IPv6, FQDN") }
        let slice = EndpointSlice(
            metadata: metadata, serviceName: label(serviceLabel, object, metadata),
            serviceImportName: label(serviceImportLabel, object, metadata), addressType: type ?? .ipv4,
            endpoints: object.list("endpoints", 0...1000, Endpoint.decode),
            ports: object.list("ports", 0...20_000) { port in
                EndpointPort(
                    name: port.string("name").flatMap { $0.isEmpty ? nil : $0 },
                    port: port.port("port"), protocolType: ServicePort.protocolType(&port),
                    appProtocol: port.string("appProtocol"), position: port.position)
            })
        object.requireUnique(slice.ports, "ports", "a port name") { $0.name ?? "" }
        return slice
    }

    private static func label(
        _ key: String, _ object: ObjectDecoder, _ metadata: ObjectMetadata
    ) -> Located<String>? {
        guard let name = metadata.labels[key] else { return nil }
        let arena = object.context.arena
        let label = arena.member(object.index, "metadata").flatMap { arena.member($0.value, "labels") }
            .flatMap { arena.member($0.value, key) }
        return Located(value: name, position: label.map { arena.position($0.value) } ?? metadata.position)
    }
}

extension Endpoint {
    static func decode(_ fields: inout ObjectDecoder) -> Endpoint {
        var endpoint = Endpoint(
            addresses: fields.strings("addresses", 1...100).map(\.value), hostname: fields.string("hostname"),
            nodeName: fields.string("nodeName"), zone: fields.string("zone"), position: fields.position)
        if !fields.has("addresses") { fields.reportMissing("addresses", "a list of addresses") }
        _ = fields.object("conditions") { conditions in
            endpoint.ready = conditions.boolean("ready") ?? true
            endpoint.serving = conditions.boolean("serving") ?? endpoint.ready
            endpoint.terminating = conditions.boolean("terminating") ?? false
        }
        fields.accept("hints", "targetRef", "deprecatedTopology")
        return endpoint
    }
}
