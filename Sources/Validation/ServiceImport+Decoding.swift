import GatewayAPI
import Manifests

extension ServiceImport {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> ServiceImport {
        let metadata = ObjectMetadata.decode(&object, traits)
        let clusters = decodeClusters(&object)
        return object.requiredObject("spec") { spec in
            let type: ServiceImportType? = spec.choice("type")
            if !spec.has("type") { spec.reportMissing("type", "one of ClusterSetIP, Headless") }
            let ports = spec.list("ports", 0...Int.max) { port in
                let number = UInt16(port.requiredInteger("port", 1...65535))
                return ServicePort(
                    name: port.string("name"), port: number, targetPort: .number(number),
                    protocolType: ServicePort.protocolType(&port), appProtocol: port.string("appProtocol"),
                    position: port.position)
            }
            spec.requireUnique(ports, "ports", "a port name") { $0.name }
            spec.accept(
                "sessionAffinity", "sessionAffinityConfig", "ipFamilies", "internalTrafficPolicy",
                "trafficDistribution")
            return ServiceImport(
                metadata: metadata, type: type ?? .clusterSetIP, ports: ports,
                ips: spec.strings("ips", 0...Int.max).map(\.value), clusters: clusters)
        } ?? ServiceImport(metadata: metadata)
    }

    /// Wrong values in a status do not matter.
    private static func decodeClusters(_ object: inout ObjectDecoder) -> [String] {
        guard let status = object.value("status") else { return [] }
        let arena = object.context.arena
        guard let list = arena.member(status, "clusters")?.value, arena.kind(list) == .sequence else { return [] }
        return (0..<arena.count(list)).compactMap { place in
            arena.member(arena.element(list, place), "cluster").map { arena.text($0.value) }
        }
    }
}
