/// Writes HTTP/2 frames and header blocks.
enum HTTP2 {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4
    static let padded: UInt8 = 8
    static let priority: UInt8 = 0x20

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
        Array(big32(UInt32(payload.count)).dropFirst()) + [type, flags] + big32(stream) + payload
    }

    static let settings = frame(4, 0, 0)

    /// A header block of literals that change no table.
    static func block(_ fields: [(String, String)]) -> [UInt8] { fields.flatMap { literal($0, $1, mark: 0) } }

    static func literal(_ name: String, _ value: String, mark: UInt8) -> [UInt8] {
        [mark] + string(name) + string(value)
    }

    static func string(_ text: String) -> [UInt8] { integer(text.utf8.count, prefix: 7, mark: 0) + text.utf8 }

    static func integer(_ value: Int, prefix: Int, mark: UInt8) -> [UInt8] {
        let mask = (1 << prefix) - 1
        if value < mask { return [mark | UInt8(value)] }
        var bytes = [mark | UInt8(mask)]
        var rest = value - mask
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    static func request(_ path: String, _ more: [(String, String)] = []) -> [UInt8] {
        block([(":method", "GET"), (":scheme", "http"), (":authority", "a.example"), (":path", path)] + more)
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// An encoder of header blocks that chooses its representations by chance (RFC 7541), with a table of its own.
struct RandomHeaderEncoder {
    private var table: [(name: String, value: String)] = []
    private var limit = 4096

    mutating func encode(_ fields: [(name: String, value: String)], _ random: inout some RandomNumberGenerator)
        -> [UInt8]
    {
        var block: [UInt8] = []
        if Int.random(in: 0..<8, using: &random) == 0 {
            limit = Int.random(in: 0...4096, using: &random)
            block += HTTP2.integer(limit, prefix: 5, mark: 0x20)
            evict()
        }
        for field in fields {
            if let index = table.firstIndex(where: { $0 == field }), Bool.random(using: &random) {
                block += HTTP2.integer(62 + index, prefix: 7, mark: 0x80)
                continue
            }
            let isInserted = Int.random(in: 0..<3, using: &random) > 0
            let (prefix, mark): (Int, UInt8) = isInserted ? (6, 0x40) : (4, Bool.random(using: &random) ? 0x10 : 0)
            if let index = table.firstIndex(where: { $0.name == field.name }), Bool.random(using: &random) {
                block += HTTP2.integer(62 + index, prefix: prefix, mark: mark) + HTTP2.string(field.value)
            } else {
                block += HTTP2.literal(field.name, field.value, mark: mark)
            }
            if isInserted {
                table.insert(field, at: 0)
                evict()
            }
        }
        return block
    }

    private mutating func evict() {
        func size() -> Int { table.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 } }
        while size() > limit { table.removeLast() }
    }
}
