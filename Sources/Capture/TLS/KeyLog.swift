/// The secrets of TLS connections, by the client's random bytes: what browsers and libraries write where `SSLKEYLOGFILE`
/// says, and what pcapng files hold in Decryption Secrets Blocks (the format is NSS's; RFC 9850).
public final class KeyLog {
    enum Label: UInt8, CaseIterable {
        case master, clientEarly, clientHandshake, serverHandshake, client, server

        var name: StaticString {
            switch self {
            case .master: "CLIENT_RANDOM"
            case .clientEarly: "CLIENT_EARLY_TRAFFIC_SECRET"
            case .clientHandshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
            case .serverHandshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET"
            case .client: "CLIENT_TRAFFIC_SECRET_0"
            case .server: "SERVER_TRAFFIC_SECRET_0"
            }
        }
    }

    private struct Key: Hashable {
        var label: Label
        var random: [UInt8]
    }

    private static let lineBytesMax = 1 << 10

    private var secrets: [Key: [UInt8]] = [:]
    /// Whether the user gave it, and not a capture alone. The requests found with it then stand in the place of the hello.
    public let isGiven: Bool
    /// Whether there are no secrets.
    public var isEmpty: Bool { secrets.isEmpty }

    /// Without any secret.
    public init() { isGiven = false }

    /// Reads a file; throws where it cannot be read, and where no line of it is a secret.
    public init(path: String) throws(InputError) {
        isGiven = true
        var stream = try ByteStream(path: path)
        var lines = 0
        while try stream.fill(1) {
            while stream.firstIndex(of: 0x0A, from: stream.start) == nil, stream.available < Self.lineBytesMax {
                guard try stream.fill(stream.available + 1) else { break }
            }
            let end = stream.firstIndex(of: 0x0A, from: stream.start) ?? stream.end
            add(stream.buffer.span.extracting(stream.start..<end))
            stream.consume(min(stream.available, end + 1 - stream.start))
            lines += 1
        }
        guard lines == 0 || !secrets.isEmpty else {
            throw InputError(
                .malformed, file: path,
                message: "found no secret, expected lines such as CLIENT_RANDOM <64 digits> <96 digits>")
        }
    }

    /// Adds the secrets of lines; others (comments, labels of other uses) are passed over.
    func add(_ text: Span<UInt8>) {
        var start = 0
        while start < text.count {
            let end = text.firstIndex(of: 0x0A, from: start) ?? text.count
            addLine(text, text.trimmed(start..<(end > start && text[end - 1] == 0x0D ? end - 1 : end)))
            start = end + 1
        }
    }

    func secret(_ label: Label, _ random: [UInt8]) -> [UInt8]? { secrets[Key(label: label, random: random)] }

    private func addLine(_ text: Span<UInt8>, _ line: Range<Int>) {
        for label in Label.allCases {
            let name = label.name
            guard text.hasPrefix(name, at: line.lowerBound) else { continue }
            let first = line.lowerBound + name.utf8CodeUnitCount
            guard first + 66 < line.upperBound, text[first] == 0x20, text[first + 65] == 0x20,
                let random = Self.bytes(text, first + 1..<first + 65),
                let secret = Self.bytes(text, first + 66..<line.upperBound), (32...64).contains(secret.count)
            else { continue }
            secrets[Key(label: label, random: random)] = secret
            return
        }
    }

    private static func bytes(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard range.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for index in range {
            let digit: UInt8
            switch text[index] {
            case 0x30...0x39: digit = text[index] - 0x30
            case 0x41...0x46: digit = text[index] - 0x37
            case 0x61...0x66: digit = text[index] - 0x57
            default: return nil
            }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
