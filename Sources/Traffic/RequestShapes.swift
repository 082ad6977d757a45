/// Which header fields a decision can hang on.
public enum HeaderSelection: Sendable {
    /// All of them.
    case all
    /// Those of these names, in any case of letters; the others are left out.
    case named(Set<String>)
}

/// A distinct request: the index of it in a `RequestShapeTable`.
public struct RequestShape: Hashable, Sendable {
    /// From 0, in the order in which they were first met.
    public let index: UInt32
}

/// Gives equal numbers to records that no decision can tell apart, so that what is decided once for each distinct
/// request need not be decided again. Memory grows with what is distinct, not with the records.
///
/// A shape has all of a record but what tells one sending from another: `id`, `time`, `source`, `bodyBytes`, `weight`
/// and what was observed. Header fields that no table asks for, such as a request's own identifier, would make every
/// request distinct: `HeaderSelection.named` leaves them out.
public struct RequestShapeTable: Sendable {
    private static let fields: [RequestRecord.Field] = [
        .destination, .gateway, .mesh, .from, .sni, .method, .host, .path, .version,
    ]

    private let headers: HeaderSelection
    private let names: [[UInt8]]
    private var keys = ByteTable()
    private var scratch: [UInt8] = []

    /// An empty table.
    public init(headers: HeaderSelection = .all) {
        self.headers = headers
        if case .named(let names) = headers {
            self.names = names.map { Array($0.lowercased().utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        } else {
            names = []
        }
    }

    /// How many distinct requests there are.
    public var count: Int { keys.count }

    /// Bytes that the table takes, roughly.
    public var memoryBytes: Int { keys.memoryBytes }

    /// The shape of a record, a new one where none equal was met before.
    public mutating func intern(_ record: RequestRecord) -> RequestShape {
        scratch.removeAll(keepingCapacity: true)
        encode(record)
        return RequestShape(index: keys.intern(scratch))
    }

    /// Puts a shape into `record`, all else of it unknown. The record's memory is used again.
    public func read(_ shape: RequestShape, into record: inout RequestRecord) {
        record.removeAll()
        var decoder = ShapeDecoder(offset: keys.range(shape.index).lowerBound)
        let text = keys.text
        let bytes = text.span
        for field in Self.fields {
            if let range = decoder.text(bytes) { record.set(field, to: bytes.extracting(range)) }
        }
        record.port = decoder.number(bytes).map { UInt16(truncatingIfNeeded: $0) }
        record.protocol = decoder.number(bytes).flatMap { RequestProtocol(rawValue: UInt8(truncatingIfNeeded: $0)) }
        record.clientCertificate = decoder.number(bytes).flatMap {
            ClientCertificate(rawValue: UInt8(truncatingIfNeeded: $0))
        }
        record.headersComplete = decoder.number(bytes).map { $0 == 1 }
        record.queryComplete = decoder.number(bytes) == 1
        if let count = decoder.number(bytes) {
            record.isALPNKnown = true
            for _ in 0..<count {
                if let range = decoder.text(bytes) { record.alpnPieces.append(record.append(bytes.extracting(range))) }
            }
        }
        if let count = decoder.number(bytes) {
            record.beginHeaders()
            for _ in 0..<count {
                guard let name = decoder.text(bytes), let value = decoder.text(bytes) else { continue }
                record.appendHeader(name: bytes.extracting(name), value: bytes.extracting(value))
            }
        }
    }

    private mutating func encode(_ record: RequestRecord) {
        for field in Self.fields { encode(record.range(of: field), record.text) }
        encode(number: record.port.map { UInt32($0) })
        encode(number: record.protocol.map { UInt32($0.rawValue) })
        encode(number: record.clientCertificate.map { UInt32($0.rawValue) })
        encode(number: record.headersComplete.map { $0 ? 1 : 0 })
        encode(number: record.queryComplete ? 1 : 0)
        encode(number: record.isALPNKnown ? UInt32(record.alpnPieces.count) : nil)
        for piece in record.alpnPieces { encode(piece.unchecked, record.text) }
        encodeHeaders(record)
    }

    private mutating func encodeHeaders(_ record: RequestRecord) {
        guard record.areHeadersKnown else { return encode(number: nil) }
        let place = scratch.count
        encode(number: 0)
        var count: UInt32 = 0
        for field in record.headerFields where isSelected(field.name, record.text) {
            encode(field.name, record.text)
            encode(field.value, record.text)
            count += 1
        }
        for shift in 0..<4 { scratch[place + shift] = UInt8(truncatingIfNeeded: count >> UInt32(8 * shift)) }
    }

    private func isSelected(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard case .named = headers else { return true }
        return names.contains { name in
            name.count == range.count
                && zip(name, range).allSatisfy { wanted, index in
                    let byte = text[index]
                    return wanted == (byte &- 0x41 < 26 ? byte | 0x20 : byte)
                }
        }
    }

    private mutating func encode(_ range: Range<Int>?, _ text: [UInt8]) {
        guard let range else { return encode(number: nil) }
        encode(number: UInt32(range.count))
        scratch.append(contentsOf: text[range])
    }

    private mutating func encode(number: UInt32?) {
        let value = number ?? .max
        for shift in 0..<4 { scratch.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * shift))) }
    }
}

/// Reads what `RequestShapeTable` wrote.
private struct ShapeDecoder {
    var offset: Int

    mutating func number(_ bytes: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for shift in 0..<4 { value |= UInt32(bytes[offset + shift]) << UInt32(8 * shift) }
        offset += 4
        return value == .max ? nil : value
    }

    mutating func text(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard let count = number(bytes) else { return nil }
        offset += Int(count)
        return offset - Int(count)..<offset
    }
}
