public import GatewayAPI
public import Routing

/// An address at which a backend answers, as proxies write it into their logs.
public struct BackendEndpoint: Hashable, Sendable {
    /// An IP address, or a DNS name.
    public var address: String
    /// Nil for all ports.
    public var port: UInt16?
    /// Who answers there.
    public var backend: BackendIndex
}

extension BackendEndpoint {
    /// Where the backends of a table are found: the endpoints of their EndpointSlices, ready or not (what was recorded may have
    /// been ready then), and the Services' own addresses.
    public static func all(of resources: ResourceSet, in table: RoutingTable) -> [BackendEndpoint] {
        let services = Dictionary(resources.services.map { ($0.key, $0.metadata.name.isEmpty ? nil : $0) }) { $1 }
        var slices: [String: [EndpointSlice]] = [:]
        for slice in resources.endpointSlices {
            let namespace = slice.metadata.namespace ?? ""
            if let name = slice.serviceName?.value { slices["Service \(namespace)/\(name)", default: []].append(slice) }
            if let name = slice.serviceImportName?.value {
                slices["ServiceImport \(namespace)/\(name)", default: []].append(slice)
            }
        }
        let imports = Dictionary(resources.serviceImports.map { ($0.key, $0) }) { $1 }
        return table.backends.enumerated().flatMap { place, backend in
            let key = "\(backend.namespace)/\(backend.name)"
            let index = BackendIndex(place: place)
            let service = backend.kind == Service.kind ? services[key] ?? nil : nil
            let ports = service?.ports ?? (backend.kind == ServiceImport.kind ? imports[key]?.ports : nil) ?? []
            let names = ports.filter { $0.port == backend.port }.map { $0.name ?? "" }
            var found = (slices["\(backend.kind) \(key)"] ?? []).flatMap { endpoints(of: $0, names, index) }
            if let address = service?.clusterIP, address != "None", let port = backend.port {
                found.append(BackendEndpoint(address: address, port: port, backend: index))
            }
            return found
        }
    }

    private static func endpoints(
        of slice: EndpointSlice, _ names: [String], _ backend: BackendIndex
    ) -> [BackendEndpoint] {
        let addresses = slice.endpoints.flatMap(\.addresses)
        // "If empty, the EndpointSlice has no defined ports": then all of the addresses' ports are meant.
        let ports = slice.ports.isEmpty ? [nil] : slice.ports.filter { names.contains($0.name ?? "") }.map(\.port)
        return ports.flatMap { port in
            addresses.map { BackendEndpoint(address: $0, port: port, backend: backend) }
        }
    }
}
