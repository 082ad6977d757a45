internal import Routing

/// A backend as Envoy's `Cluster`.
enum EnvoyCluster {
    /// The cluster that answers for backend references that lead nowhere.
    static let invalidName = "weir.invalid-backend"

    /// `namespace/name:port`, as the options name it; other kinds than Service with the kind before it.
    static func name(_ backend: Backend) -> String {
        let place = "\(backend.namespace)/\(backend.name)" + (backend.port.map { ":\($0)" } ?? "")
        return backend.kind == "Service" ? place : "\(backend.kind)/\(place)"
    }

    static func configuration(_ backend: Backend, options: EnvoyOptions) -> ConfigurationValue {
        let name = name(backend)
        guard backend.hasReadyEndpoints else { return cluster(name, isStatic: true, endpoint: nil) }
        let host = "\(backend.name).\(backend.namespace).svc.\(options.clusterDomain)"
        let endpoint = options.endpoints[name] ?? SocketEndpoint(host: host, port: backend.port ?? 80)
        return cluster(name, isStatic: endpoint.isAddress, endpoint: endpoint.configuration)
    }

    /// Its one endpoint is a listener inside the proxy, which answers everything with 500.
    static let invalid = cluster(
        invalidName, isStatic: true,
        endpoint: ["envoy_internal_address": ["server_listener_name": .string(invalidName)]])

    /// A cluster without endpoint answers with 503.
    private static func cluster(
        _ name: String, isStatic: Bool, endpoint: ConfigurationValue?
    ) -> ConfigurationValue {
        let endpoints = endpoint.map { ConfigurationValue.array([["endpoint": ["address": $0]]]) }
        return [
            "name": .string(name), "type": isStatic ? "STATIC" : "STRICT_DNS", "connect_timeout": "5s",
            "load_assignment": [
                "cluster_name": .string(name), "endpoints": endpoints.map { [["lb_endpoints": $0]] } ?? .absent,
            ],
        ]
    }
}
