internal import Routing
internal import Traffic

/// A Gateway and where it is reached.
public struct GatewayAddresses: Hashable, Sendable {
    /// `namespace/name`
    public var gateway: String
    /// IP addresses or hostnames, without ports.
    public var addresses: [String]

    /// Names a Gateway's addresses.
    public init(gateway: String, addresses: [String]) {
        self.gateway = gateway
        self.addresses = addresses
    }
}

/// Finds the ports of a table at which a request may have arrived: by the record's `gateway`, else by its destination among
/// the Gateways' addresses, else by the default Gateway, else by the port alone.
struct GatewayLocator {
    struct Place {
        /// More than one where the record does not tell; none where nobody listens.
        var ports: [PortIndex]
        /// What would tell.
        var missing: [String]
    }

    private struct Key: Hashable {
        var gateway: String?
        var destination: String?
        var port: UInt16?
    }

    private let table: RoutingTable
    private let gatewaysByAddress: [String: [String]]
    private let defaultGateway: String?
    private var known: [Key: Place] = [:]

    init(table: RoutingTable, addresses: [GatewayAddresses], defaultGateway: String?) {
        self.table = table
        self.defaultGateway = defaultGateway
        var byAddress: [String: [String]] = [:]
        for entry in addresses {
            for address in entry.addresses { byAddress[address, default: []].append(entry.gateway) }
        }
        gatewaysByAddress = byAddress
    }

    mutating func place(_ record: RequestRecord) -> Place {
        let gateway = record.gateway
        let key = Key(gateway: gateway, destination: gateway == nil ? record.destination : nil, port: record.port)
        if let place = known[key] { return place }
        let place = find(key)
        known[key] = place
        return place
    }

    private func find(_ key: Key) -> Place {
        let destination = key.destination.map(Self.split)
        let number = key.port ?? destination?.port
        let gateways =
            key.gateway.map { [$0] } ?? destination.flatMap { gatewaysByAddress[$0.address] }
            ?? defaultGateway.map { [$0] }
        let ports = table.ports.indices.filter { place in
            let port = table.ports[place]
            return (number == nil || port.number == number) && (gateways?.contains(port.gateway) ?? true)
        }
        var missing: [String] = []
        if ports.count > 1 {
            if number == nil { missing.append("port") }
            if gateways == nil || gateways?.count ?? 0 > 1 { missing.append("gateway") }
        }
        return Place(ports: ports.map(PortIndex.init(place:)), missing: missing)
    }

    /// `192.0.2.1:80` or `[2001:db8::1]:80`.
    private static func split(_ text: String) -> (address: String, port: UInt16?) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return (text, nil)
        }
        let address = text[..<colon]
        return (address.hasPrefix("[") ? String(address.dropFirst().dropLast()) : String(address), port)
    }
}
