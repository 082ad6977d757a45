public import Routing
public import Traffic

/// One request for each distinct treatment in a trace: for each host, listener and match one, and for each host and reason of
/// what no rule answers. Of several the one with the shortest path is kept, so that the order of the trace does not count.
public struct DecisionSamples: Sendable {
    private struct Key: Hashable {
        var group: Int
        var host: UInt32
    }

    private let table: RoutingTable
    private let headerNames: Set<String>
    private var hosts = ByteTable()
    private var places: [Key: Int] = [:]
    private var records: [RequestRecord] = []
    private var lowered: [UInt8] = []

    /// Collects samples of what `table` decides.
    public init(table: RoutingTable) {
        self.table = table
        headerNames = table.headerNames
    }

    /// Takes a record with the group of its decision.
    public mutating func add(_ record: RequestRecord, group place: Int, _ group: DecisionGroup) {
        lowered.removeAll(keepingCapacity: true)
        for index in record.range(of: .host) ?? 0..<0 {
            let byte = record.text[index]
            lowered.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
        let key = Key(group: place, host: hosts.intern(lowered))
        guard let known = places[key] else {
            places[key] = records.count
            records.append(sample(record, group))
            return
        }
        guard Self.isPreferred(record, to: records[known]) else { return }
        let sample = sample(record, group)
        // Among those of one path the text decides.
        guard
            sample.sortKey.lexicographicallyPrecedes(records[known].sortKey)
                || !Self.isPreferred(records[known], to: record)
        else { return }
        records[known] = sample
    }

    /// The samples, sorted by what is asked.
    public var sorted: [RequestRecord] {
        records.sorted { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
    }

    /// Whether the path is shorter, or as long and not later in the alphabet.
    private static func isPreferred(_ one: RequestRecord, to other: RequestRecord) -> Bool {
        let (left, right) = (one.range(of: .path) ?? 0..<0, other.range(of: .path) ?? 0..<0)
        if left.count != right.count { return left.count < right.count }
        return !other.text[right].lexicographicallyPrecedes(one.text[left])
    }

    /// What of a record its decision hangs on: secrets and whatever else a client sends are not kept.
    private func sample(_ record: RequestRecord, _ group: DecisionGroup) -> RequestRecord {
        var sample = RequestRecord()
        for field in [RequestRecord.Field.mesh, .from, .sni, .method, .host, .path] { sample[field] = record[field] }
        sample.port = record.port
        if let port = group.port.map({ table.ports[$0.place] }) {
            sample.port = port.number
            if port.entrance.meshService == nil { sample.gateway = port.gateway }
        } else {
            sample.gateway = record.gateway
            sample.destination = record.destination
        }
        sample.protocol = record.protocol
        sample.clientCertificate = record.clientCertificate
        sample.headersComplete = record.headersComplete
        sample.queryComplete = record.queryComplete
        guard record.areHeadersKnown else { return sample }
        sample.beginHeaders()
        for field in record.headerFields {
            let name = String(decoding: record.text[field.name], as: UTF8.self)
            guard headerNames.contains(name.lowercased()) else { continue }
            sample.appendHeader(
                name: name.utf8Span.span, value: record.text.span.extracting(field.value))
        }
        return sample
    }
}

extension RequestRecord {
    /// By host, then path, then method, then whatever else tells requests apart.
    var sortKey: [UInt8] {
        var key: [UInt8] = []
        for field in [Field.host, .path, .method, .gateway, .mesh, .from, .sni, .destination] {
            if let range = range(of: field) { key += text[range] }
            key.append(0)
        }
        key += "\(port ?? 0) \(self.protocol.map { "\($0.name)" } ?? "")".utf8
        for field in headerFields {
            key.append(0)
            key += text[field.name]
            key.append(0)
            key += text[field.value]
        }
        return key
    }
}
