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

/// Finds the ports of a table at which a request may have arrived: by the Service that the record says was dialled in the
/// mesh, by its Gateway, else by its destination among the Gateways' addresses, else by the default Gateway, else by the
/// port alone.
struct GatewayLocator {
    struct Place {
        /// More than one where the record does not tell; none where nobody listens.
        var ports: [PortIndex]
        /// What would tell.
        var missing: [String]
    }

    private struct Key {
        var mesh: String?
        var from: String?
        var gateway: String?
        var destination: String?
        var port: UInt16?
        var isDatagram: Bool
    }

    private let table: RoutingTable
    private let gatewaysByAddress: [String: [String]]
    private let defaultGateway: String?
    /// Records that say the same of where they arrived are found a place for once.
    private var keys = ByteTable()
    private var places: [Place] = []
    /// For each of `places` its port, where there is one alone.
    private var singlePorts: [PortIndex?] = []
    private var scratch: [UInt8] = []
    private static let placesMax = 1 << 17

    init(table: RoutingTable, addresses: [GatewayAddresses], defaultGateway: String?) {
        self.table = table
        self.defaultGateway = defaultGateway
        var byAddress: [String: [String]] = [:]
        for entry in addresses {
            for address in entry.addresses { byAddress[address, default: []].append(entry.gateway) }
        }
        gatewaysByAddress = byAddress
    }

    mutating func place(_ record: RequestRecord) -> Place { places[index(record)] }

    /// The port at which a record arrived, where it tells.
    mutating func singlePort(_ record: RequestRecord) -> PortIndex? { singlePorts[index(record)] }

    private mutating func index(_ record: RequestRecord) -> Int {
        scratch.removeAll(keepingCapacity: true)
        append(.mesh, record)
        if record.range(of: .mesh) != nil { append(.from, record) }
        append(.gateway, record)
        if record.range(of: .gateway) == nil { append(.destination, record) }
        let port = record.port ?? 0
        scratch.append(UInt8(truncatingIfNeeded: port))
        scratch.append(UInt8(truncatingIfNeeded: port >> 8))
        scratch.append(record.protocol == .udp ? 1 : 0)
        if keys.count >= Self.placesMax {
            keys = ByteTable()
            places.removeAll()
            singlePorts.removeAll()
        }
        let index = Int(keys.intern(scratch))
        if index == places.count {
            let (mesh, gateway) = (record.mesh, record.gateway)
            let key = Key(
                mesh: mesh, from: mesh == nil ? nil : record.from, gateway: gateway,
                destination: gateway == nil ? record.destination : nil, port: record.port,
                isDatagram: record.protocol == .udp)
            let place = mesh == nil ? find(key) : findInMesh(key)
            places.append(place)
            singlePorts.append(place.ports.count == 1 ? place.ports[0] : nil)
        }
        return index
    }

    /// The field's length before its bytes; a length that no field has where it is unknown.
    private mutating func append(_ field: RequestRecord.Field, _ record: RequestRecord) {
        let range = record.range(of: field)
        let count = range.map { UInt32(truncatingIfNeeded: $0.count) } ?? .max
        for shift in 0..<4 { scratch.append(UInt8(truncatingIfNeeded: count >> UInt32(8 * shift))) }
        if let range { scratch.append(contentsOf: record.text[range]) }
    }

    private func find(_ key: Key) -> Place {
        let destination = key.destination.map(Self.split)
        let number = key.port ?? destination?.port
        let gateways =
            key.gateway.map { [$0] } ?? destination.flatMap { gatewaysByAddress[$0.address] }
            ?? defaultGateway.map { [$0] }
        let ports = table.ports.indices.filter { place in
            let port = table.ports[place]
            guard case .gateway(let name) = port.entrance, port.isDatagram == key.isDatagram else { return false }
            return (number == nil || port.number == number) && (gateways?.contains(name) ?? true)
        }
        var missing: [String] = []
        if ports.count > 1 {
            if number == nil { missing.append("port") }
            if gateways == nil || gateways?.count ?? 0 > 1 { missing.append("gateway") }
        }
        return Place(ports: ports.map(PortIndex.init(place:)), missing: missing)
    }

    /// The entrance for the client's namespace, where the Service has one, else the one for all others.
    private func findInMesh(_ key: Key) -> Place {
        let number = key.port ?? key.destination.flatMap { Self.split($0).port }
        let ports = table.ports.indices.filter { place in
            let port = table.ports[place]
            return port.entrance.meshService == key.mesh && port.isDatagram == key.isDatagram
                && (number == nil || port.number == number)
        }
        func clients(_ place: Int) -> String? {
            if case .mesh(_, let clients) = table.ports[place].entrance { clients } else { nil }
        }
        // Each of the Service's ports has an entrance for all clients; those for some stand beside it.
        let own = ports.filter { key.from != nil && clients($0) == key.from }
        let ownNumbers = own.map { table.ports[$0].number }
        let common = ports.filter { place in
            key.from == nil || (clients(place) == nil && !ownNumbers.contains(table.ports[place].number))
        }
        let found = (own + common).sorted()
        var missing: [String] = []
        if number == nil, Set(found.map { table.ports[$0].number }).count > 1 { missing.append("port") }
        if key.from == nil, found.contains(where: { clients($0) != nil }) { missing.append("from") }
        return Place(ports: found.map(PortIndex.init(place:)), missing: missing)
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
