public import JSON
public import Routing

/// Why a table cannot be exported as the options ask.
public struct ExportError: Error, Equatable, Sendable {
    /// What is wrong, and what to do about it.
    public var message: String
}

/// A routing table as the static configuration (a bootstrap of the v3 API) of an Envoy that does the same.
///
/// It is read from the table's canonical list, never from the index, so that the two can be run against each other.
public struct EnvoyExport: Sendable {
    private let bootstrap: ConfigurationValue
    /// What the configuration does not say, or not quite. It stands in the configuration as well, at `node.metadata`.
    public let notes: [ExportNote]

    /// Exports `table`.
    public init(_ table: RoutingTable, options: EnvoyOptions = EnvoyOptions()) throws(ExportError) {
        guard [.specification, .envoy].contains(table.dialect) else {
            throw ExportError(message: "Envoy cannot do what the dialect \(table.dialect.name) says")
        }
        var listeners: [ConfigurationValue] = []
        var notes: [ExportNote] = []
        var taken: [SocketEndpoint: RoutingTable.Port] = [:]
        for port in table.ports {
            let endpoint = Self.endpoint(port, options)
            var listener = EnvoyListener(table: table, port: port, endpoint: endpoint)
            let configuration = listener.configuration()
            notes += listener.notes
            guard let configuration else { continue }
            if let other = taken.updateValue(port, forKey: endpoint) {
                let text = "\(endpoint.host):\(endpoint.port)"
                throw ExportError(
                    message:
                        "Gateways \(other.gateway) and \(port.gateway) would both listen on \(text); give one a place of its own (\(port.gateway):\(port.number)=HOST:PORT)"
                )
            }
            listeners.append(configuration)
        }
        let hasInvalid = table.routes.contains { $0.rules.contains(where: Self.sharesWithInvalid) }
        var clusters = table.backends.map { EnvoyCluster.configuration($0, options: options) }
        if hasInvalid {
            clusters.append(EnvoyCluster.invalid)
            listeners.append(Self.invalidBackend)
        }
        self.notes = notes
        bootstrap = [
            "node": ["id": "weir", "cluster": "weir", "metadata": ["weir": Self.metadata(table, notes)]],
            // One condition of a header is asked of all its values joined, and not of each: RFC 9110, section 5.2.
            "layered_runtime": table.dialect.conditions.repeatedHeader == .anyValue
                ? .absent
                : [
                    "layers": [
                        [
                            "name": "weir",
                            "static_layer": ["envoy.reloadable_features.match_headers_individually": false],
                        ]
                    ]
                ],
            "bootstrap_extensions": hasInvalid
                ? [
                    [
                        "name": "envoy.bootstrap.internal_listener",
                        "typed_config": .any("envoy.extensions.bootstrap.internal_listener.v3.InternalListener"),
                    ]
                ] : .absent,
            "static_resources": ["listeners": .list(listeners), "clusters": .list(clusters)],
        ]
    }

    /// Writes the bootstrap as one JSON object.
    public func write(to writer: inout JSONWriter) { bootstrap.write(to: &writer) }

    /// Whether a rule divides its requests between backends that exist and such that do not.
    private static func sharesWithInvalid(_ rule: Rule) -> Bool {
        let counting = rule.backends.filter { $0.weight > 0 }
        return counting.contains { $0.backend == nil } && counting.contains { $0.backend != nil }
    }

    private static func endpoint(_ port: RoutingTable.Port, _ options: EnvoyOptions) -> SocketEndpoint {
        options.listeners["\(port.gateway):\(port.number)"] ?? SocketEndpoint(host: "0.0.0.0", port: port.number)
    }

    private static func metadata(_ table: RoutingTable, _ notes: [ExportNote]) -> ConfigurationValue {
        [
            "dialect": .string(table.dialect.name),
            "notes": .list(notes.map { ["subject": .string($0.subject), "message": .string($0.message)] }),
        ]
    }

    /// What `EnvoyCluster.invalid` leads to.
    private static let invalidBackend = EnvoyListener.listener(
        name: EnvoyCluster.invalidName, address: ["internal_listener": [:]],
        virtualHosts: [
            [
                "name": "*", "domains": ["*"],
                "routes": [["match": ["prefix": "/"], "direct_response": ["status": 500]]],
            ]
        ],
        filters: EnvoyFilters.chain(cors: false, lua: false))
}
