internal import GatewayAPI
internal import Routing

/// Finds what backend references refer to, and keeps the list of the table's backends.
struct BackendResolver {
    private let objects: ClusterObjects
    private let slices: [String: [EndpointSlice]]
    private let importSlices: [String: [EndpointSlice]]
    private let grants: ReferenceGrants
    private let policies: BackendTLSPolicies
    private(set) var backends: [Backend] = []
    /// For each of `backends`, the name of its port.
    private(set) var portNames: [String?] = []
    private var places: [String: BackendIndex] = [:]
    /// Services and the like without an EndpointSlice in the input, which are taken to have ready endpoints.
    private(set) var withoutSlices: Set<ResourceName> = []

    init(_ resources: ResourceSet, objects: ClusterObjects, grants: ReferenceGrants, policies: BackendTLSPolicies) {
        self.objects = objects
        func grouped(_ name: (EndpointSlice) -> String?) -> [String: [EndpointSlice]] {
            Dictionary(grouping: resources.endpointSlices.filter { name($0) != nil }) { slice in
                "\(slice.metadata.namespace ?? "")/\(name(slice) ?? "")"
            }
        }
        slices = grouped { $0.serviceName?.value }
        importSlices = grouped { $0.serviceImportName?.value }
        self.grants = grants
        self.policies = policies
    }

    /// The backend that a reference of a route in `namespace` refers to. "A reference is not valid" where the kind is not
    /// known, the object does not exist, or no grant allows it: Gateway API v1.6, `HTTPBackendRef`.
    mutating func resolve(
        _ reference: BackendObjectReference, fromKind kind: String, in namespace: String, dialled: Set<String> = [],
        path: String
    ) -> Result<BackendIndex, ReferenceProblem> {
        func problem(_ reason: String, _ message: String) -> Result<BackendIndex, ReferenceProblem> {
            .failure(ReferenceProblem(reason: reason, message: message, position: reference.position, path: path))
        }
        let target = reference.namespace ?? namespace
        let key = "\(target)/\(reference.name)"
        guard Self.isKnown(reference) else {
            let group = reference.group.isEmpty ? "" : "\(reference.group)/"
            return problem(
                "InvalidKind", "a backend of kind \(group)\(reference.kind) is not known; Service and ServiceImport are"
            )
        }
        let isAllowed = grants.allow(
            from: kind, in: namespace, toGroup: reference.group, kind: reference.kind, name: reference.name, in: target)
        guard isAllowed || (reference.kind == Service.kind && dialled.contains(key)) else {
            return problem(
                "RefNotPermitted",
                "no ReferenceGrant in namespace \(target) lets a \(kind) of namespace \(namespace) refer to \(reference.kind) \(reference.name)"
            )
        }
        if reference.kind == XBackend.kind {
            guard let backend = objects.xBackends[key] else {
                return problem("BackendNotFound", "there is no XBackend \(key)")
            }
            return .success(index(backend))
        }
        guard let ports = ports(reference.kind, key) else {
            return problem("BackendNotFound", "there is no \(reference.kind) \(key)")
        }
        guard let number = reference.port else {
            return problem("BackendNotFound", "the reference to \(reference.kind) \(key) names no port")
        }
        let named = ports.filter { $0.port == number }
        let isDatagram = kind == UDPRoute.kind
        guard let port = named.first(where: { ($0.protocolType == "UDP") == isDatagram }) ?? named.first else {
            let known = ports.map { String($0.port) }.joined(separator: ", ")
            return problem("BackendNotFound", "\(reference.kind) \(key) has no port \(number); it has \(known)")
        }
        if [HTTPRoute.kind, GRPCRoute.kind].contains(kind), let unknown = port.unknownProtocol {
            return problem(
                "UnsupportedProtocol",
                "port \(number) of \(reference.kind) \(key) speaks \(unknown), which is not known")
        }
        return .success(
            index(ResourceName(kind: reference.kind, namespace: target, name: reference.name), port))
    }

    /// The backend for a port of a Service that is there.
    mutating func index(_ service: Service, _ port: ServicePort) -> BackendIndex {
        index(service.resourceName, port)
    }

    private static func isKnown(_ reference: BackendObjectReference) -> Bool {
        switch (reference.group, reference.kind) {
        case (Service.group, Service.kind), (ServiceImport.group, ServiceImport.kind),
            (XBackend.group, XBackend.kind):
            true
        default: false
        }
    }

    private func ports(_ kind: String, _ key: String) -> [ServicePort]? {
        kind == Service.kind ? objects.services[key]?.ports : objects.serviceImports[key]?.ports
    }

    private mutating func index(_ name: ResourceName, _ port: ServicePort) -> BackendIndex {
        let key = "\(name.kind) \(name.namespace ?? "")/\(name.name):\(port.port)/\(port.protocolType)"
        if let place = places[key] { return place }
        let service = objects.services["\(name.namespace ?? "")/\(name.name)"]
        return add(
            Backend(
                kind: name.kind, namespace: name.namespace ?? "", name: name.name, port: port.port,
                hasReadyEndpoints: hasReadyEndpoints(name, port),
                tls: name.kind == Service.kind ? service.flatMap { policies.backendTLS($0, port: port.name) } : nil),
            portName: port.name, key: key)
    }

    private mutating func index(_ backend: XBackend) -> BackendIndex {
        let key = "XBackend \(backend.key)"
        if let place = places[key] { return place }
        return add(
            Backend(
                kind: XBackend.kind, namespace: backend.metadata.namespace ?? "", name: backend.metadata.name,
                port: backend.port),
            portName: backend.portName, key: key)
    }

    private mutating func add(_ backend: Backend, portName: String?, key: String) -> BackendIndex {
        let place = BackendIndex(place: backends.count)
        places[key] = place
        backends.append(backend)
        portNames.append(portName)
        return place
    }

    /// Whether an endpoint of the port is ready. A Service without any EndpointSlice in the input is taken to have some,
    /// since manifests seldom hold what the cluster makes by itself; an ExternalName has no slices at all.
    private mutating func hasReadyEndpoints(_ name: ResourceName, _ port: ServicePort) -> Bool {
        let key = "\(name.namespace ?? "")/\(name.name)"
        if name.kind == Service.kind, objects.services[key]?.type == .externalName { return true }
        guard let slices = name.kind == Service.kind ? slices[key] : importSlices[key] else {
            withoutSlices.insert(name)
            return true
        }
        return slices.contains { slice in
            let hasPort = slice.ports.isEmpty || slice.ports.contains { ($0.name ?? "") == (port.name ?? "") }
            return hasPort && slice.endpoints.contains { $0.ready && !$0.addresses.isEmpty }
        }
    }
}

extension ServicePort {
    /// An `appProtocol` with a domain that no implementation of the Gateway API has to know. Those of Kubernetes are in
    /// KEP-3726; names without a domain are IANA's service names, which say nothing about the proxy.
    fileprivate var unknownProtocol: String? {
        guard let appProtocol, appProtocol.contains("/") else { return nil }
        let known = ["kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"]
        return known.contains(appProtocol) ? nil : appProtocol
    }
}
