internal import GatewayAPI
internal import Routing

/// Finds what backend references refer to, and keeps the list of the table's backends.
struct BackendResolver {
    private let services: [String: Service]
    private let slices: [String: [EndpointSlice]]
    private let grants: ReferenceGrants
    private(set) var backends: [Backend] = []
    private var places: [String: BackendIndex] = [:]
    /// Services without an EndpointSlice in the input, which are taken to have ready endpoints.
    private(set) var servicesWithoutSlices: Set<String> = []

    init(_ resources: ResourceSet, grants: ReferenceGrants) {
        services = Dictionary(resources.services.map { ($0.key, $0) }) { _, last in last }
        slices = Dictionary(grouping: resources.endpointSlices) { slice in
            "\(slice.metadata.namespace ?? "")/\(slice.serviceName?.value ?? "")"
        }
        self.grants = grants
    }

    /// The backend that a reference of a route in `namespace` refers to. "A reference is not valid" where the kind is not
    /// known, the object does not exist, or no grant allows it: Gateway API v1.6, `HTTPBackendRef`.
    mutating func resolve(
        _ reference: BackendObjectReference, fromKind kind: String, in namespace: String, path: String
    ) -> Result<BackendIndex, ReferenceProblem> {
        func problem(_ reason: String, _ message: String) -> Result<BackendIndex, ReferenceProblem> {
            .failure(ReferenceProblem(reason: reason, message: message, position: reference.position, path: path))
        }
        let target = reference.namespace ?? namespace
        guard reference.group == APIGroup.core, reference.kind == Service.kind else {
            let group = reference.group.isEmpty ? "" : "\(reference.group)/"
            return problem("InvalidKind", "a backend of kind \(group)\(reference.kind) is not known; Service is")
        }
        guard
            grants.allow(
                from: kind, in: namespace, toGroup: reference.group, kind: reference.kind, name: reference.name,
                in: target)
        else {
            return problem(
                "RefNotPermitted",
                "no ReferenceGrant in namespace \(target) lets a \(kind) of namespace \(namespace) refer to Service \(reference.name)"
            )
        }
        guard let service = services["\(target)/\(reference.name)"] else {
            return problem("BackendNotFound", "there is no Service \(target)/\(reference.name)")
        }
        guard let number = reference.port else {
            return problem("BackendNotFound", "the reference to Service \(target)/\(reference.name) names no port")
        }
        guard let port = service.ports.first(where: { $0.port == number }) else {
            let known = service.ports.map { String($0.port) }.joined(separator: ", ")
            return problem(
                "BackendNotFound", "Service \(target)/\(reference.name) has no port \(number); it has \(known)")
        }
        return .success(index(service, port, target))
    }

    private mutating func index(_ service: Service, _ port: ServicePort, _ namespace: String) -> BackendIndex {
        let key = "\(namespace)/\(service.metadata.name):\(port.port)"
        if let place = places[key] { return place }
        let place = BackendIndex(place: backends.count)
        places[key] = place
        backends.append(
            Backend(
                namespace: namespace, name: service.metadata.name, port: port.port,
                hasReadyEndpoints: hasReadyEndpoints(service, port)))
        return place
    }

    /// Whether an endpoint of the port is ready. A Service without any EndpointSlice in the input is taken to have some,
    /// since manifests seldom hold what the cluster makes by itself; an ExternalName has no slices at all.
    private mutating func hasReadyEndpoints(_ service: Service, _ port: ServicePort) -> Bool {
        if service.type == .externalName { return true }
        guard let slices = slices[service.key] else {
            servicesWithoutSlices.insert(service.key)
            return true
        }
        return slices.contains { slice in
            let hasPort = slice.ports.isEmpty || slice.ports.contains { ($0.name ?? "") == (port.name ?? "") }
            return hasPort && slice.endpoints.contains { $0.ready && !$0.addresses.isEmpty }
        }
    }
}

extension Service {
    fileprivate var key: String { "\(metadata.namespace ?? "")/\(metadata.name)" }
}
