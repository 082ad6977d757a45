/// Reads the ClientHello at the beginning of a TLS connection (RFC 8446, section 4.1.2), whatever records and segments
/// it comes in.
struct ClientHelloReader {
    /// What was read so far.
    enum Outcome {
        case needsMore
        case hello(ClientHello)
        /// Not a ClientHello, or one that contradicts itself.
        case failed
    }

    /// More than any hello has, post-quantum key shares included.
    private static let bytesMax = 1 << 16

    /// All that was read so far, what follows the hello among it.
    private(set) var bytes: [UInt8] = []
    /// How many bytes it takes before it is worth looking again.
    private var needed = 0

    /// Whether a connection that begins with these bytes may begin with a ClientHello.
    static func mayBegin(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 3 else { return bytes.count > 0 && bytes[0] == 0x16 }
        return bytes[0] == 0x16 && bytes[1] == 3 || isVersion2(bytes)
    }

    /// The form that SSL 2.0 had and that clients long used to offer SSL 3.0 and TLS (RFC 5246, appendix E.2).
    private static func isVersion2(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 5 && bytes[0] & 0x80 != 0 && bytes[2] == 1
            && (bytes[3] == 3 || bytes[3] == 0 && bytes[4] == 2)
    }

    /// Takes in the next bytes of the connection.
    mutating func read(_ next: Span<UInt8>) -> Outcome {
        guard bytes.count + next.count <= Self.bytesMax else { return .failed }
        bytes.append(next)
        guard bytes.count >= needed else { return .needsMore }
        if Self.isVersion2(bytes.span) { return .hello(ClientHello()) }
        return readRecords()
    }

    private mutating func readRecords() -> Outcome {
        var handshake: [UInt8] = []
        var index = 0
        while index + 5 <= bytes.count {
            let length = Int(bytes.span.big16(index + 3))
            guard bytes[index] == 0x16, bytes[index + 1] == 3, length > 0, length <= 18_432 else { return .failed }
            guard index + 5 + length <= bytes.count else { break }
            handshake.append(bytes.span.extracting(index + 5..<index + 5 + length))
            index += 5 + length
            guard handshake[0] == 1 else { return .failed }
            guard handshake.count >= 4 else { continue }
            let total = 4 + Int(handshake.span.big32(0) & 0xFF_FFFF)
            guard total <= Self.bytesMax else { return .failed }
            guard handshake.count >= total else { continue }
            return ClientHello(handshake.span.extracting(4..<total)).map { .hello($0) } ?? .failed
        }
        needed = index + 5
        if index + 5 <= bytes.count { needed += Int(bytes.span.big16(index + 3)) }
        return .needsMore
    }
}

/// What a ClientHello says in the clear about whom the client wants.
struct ClientHello {
    /// The bytes that the ranges refer to.
    private(set) var text: [UInt8] = []
    /// The server name (RFC 6066, section 3); nil where the hello has none.
    private(set) var serverName: Range<Int>?
    /// The application protocols offered (RFC 7301), in order.
    private(set) var applicationProtocols: [Range<Int>] = []
    /// The 32 random bytes, which secrets are filed under; empty in the form of SSL 2.0.
    private(set) var random: [UInt8] = []

    /// A hello that says nothing.
    init() {}

    /// Reads the body of a ClientHello; nil where it contradicts itself.
    init?(_ body: Span<UInt8>) {
        var fields = VectorReader(0..<body.count)
        // The version and the random bytes, then the session, the cipher suites and the compression methods.
        guard fields.skip(34), fields.vector(body, lengthBytes: 1) != nil, fields.vector(body, lengthBytes: 2) != nil,
            fields.vector(body, lengthBytes: 1) != nil
        else { return nil }
        random.append(body.extracting(2..<34))
        // Before extensions there were none.
        guard fields.remaining > 0 else { return }
        guard let extensions = fields.vector(body, lengthBytes: 2) else { return nil }
        var list = VectorReader(extensions)
        while list.remaining > 0 {
            guard let type = list.number16(body), let value = list.vector(body, lengthBytes: 2) else { return nil }
            switch type {
            case 0 where serverName == nil: readServerName(body, value)
            case 16 where applicationProtocols.isEmpty: readProtocols(body, value)
            default: break
            }
        }
    }

    private mutating func readServerName(_ body: Span<UInt8>, _ value: Range<Int>) {
        var outer = VectorReader(value)
        guard let names = outer.vector(body, lengthBytes: 2) else { return }
        var list = VectorReader(names)
        while let type = list.number8(body), let name = list.vector(body, lengthBytes: 2) {
            // The only type there is: a host name.
            guard type == 0 else { continue }
            serverName = append(body.extracting(name))
            return
        }
    }

    private mutating func readProtocols(_ body: Span<UInt8>, _ value: Range<Int>) {
        var outer = VectorReader(value)
        guard let names = outer.vector(body, lengthBytes: 2) else { return }
        var list = VectorReader(names)
        while let name = list.vector(body, lengthBytes: 1) {
            applicationProtocols.append(append(body.extracting(name)))
        }
    }

    private mutating func append(_ bytes: Span<UInt8>) -> Range<Int> {
        let start = text.count
        text.append(bytes)
        return start..<text.count
    }
}

/// Reads the presentation language of TLS (RFC 8446, section 3): vectors with their length before them. The bytes are
/// passed to each call, always the same ones: the reader holds its place only.
struct VectorReader {
    private var index: Int
    private let end: Int

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - index }

    mutating func skip(_ count: Int) -> Bool {
        guard remaining >= count else { return false }
        index += count
        return true
    }

    mutating func number8(_ bytes: Span<UInt8>) -> UInt8? {
        guard skip(1) else { return nil }
        return bytes[index - 1]
    }

    mutating func number16(_ bytes: Span<UInt8>) -> UInt16? {
        guard skip(2) else { return nil }
        return bytes.big16(index - 2)
    }

    /// The range of a vector's content.
    mutating func vector(_ bytes: Span<UInt8>, lengthBytes: Int) -> Range<Int>? {
        guard skip(lengthBytes) else { return nil }
        let length = lengthBytes == 1 ? Int(bytes[index - 1]) : Int(bytes.big16(index - 2))
        guard skip(length) else { return nil }
        return index - length..<index
    }
}
