import Capture

/// Writes captures in memory, packet by packet.
struct CaptureBuilder {
    private(set) var bytes: [UInt8] = []
    private let bigEndian: Bool
    var nanoseconds: Int64 = 1_700_000_000_000_000_000

    init(linkType: UInt32 = 1, bigEndian: Bool = false, magic: UInt32 = 0xA1B2_3C4D) {
        self.bigEndian = bigEndian
        bytes = number32(magic) + number16(2) + number16(4) + number32(0) + number32(0) + number32(262_144)
        bytes += number32(linkType)
    }

    func number32(_ value: UInt32) -> [UInt8] {
        let ordered = big32(value)
        return bigEndian ? ordered : ordered.reversed()
    }

    func number16(_ value: UInt16) -> [UInt8] {
        let ordered = big16(value)
        return bigEndian ? ordered : ordered.reversed()
    }

    /// Adds a packet, a millisecond after the one before.
    mutating func add(_ packet: [UInt8], cutTo length: Int? = nil) {
        nanoseconds += 1_000_000
        let captured = packet.prefix(length ?? packet.count)
        bytes += number32(UInt32(nanoseconds / 1_000_000_000)) + number32(UInt32(nanoseconds % 1_000_000_000))
        bytes += number32(UInt32(captured.count)) + number32(UInt32(packet.count)) + captured
    }
}

func big32(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) } }
func big16(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

/// One end of the connections in the tests.
struct Host {
    var address: UInt32
    var port: UInt16

    static let client = Host(address: 0x0A00_0007, port: 51022)
    static let server = Host(address: 0x0A00_0001, port: 80)
}

struct Flags {
    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let rst: UInt8 = 4
    static let ack: UInt8 = 16
}

func tcp(
    _ source: Host, _ destination: Host, sequence: UInt32, acknowledgement: UInt32 = 0, flags: UInt8 = Flags.ack,
    _ payload: some Collection<UInt8> = []
) -> [UInt8] {
    big16(source.port) + big16(destination.port) + big32(sequence) + big32(acknowledgement) + [0x50, flags]
        + big16(64_240) + big16(0) + big16(0) + payload
}

func ipv4(_ source: Host, _ destination: Host, protocol number: UInt8 = 6, fragment: UInt16 = 0, _ payload: [UInt8])
    -> [UInt8]
{
    [0x45, 0] + big16(UInt16(20 + payload.count)) + big16(7) + big16(fragment) + [64, number] + big16(0)
        + big32(source.address) + big32(destination.address) + payload
}

func ethernet(type: UInt16 = 0x0800, _ payload: [UInt8]) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + big16(type) + payload
}

/// A conversation over one TCP connection that loses nothing, as its packets.
struct Conversation {
    var client = Host.client
    var server = Host.server
    private(set) var clientSequence: UInt32
    private(set) var serverSequence: UInt32
    private(set) var packets: [[UInt8]] = []

    init(clientSequence: UInt32 = 1000, serverSequence: UInt32 = 5000) {
        self.clientSequence = clientSequence
        self.serverSequence = serverSequence
    }

    mutating func handshake() {
        send(fromClient: true, flags: Flags.syn)
        send(fromClient: false, flags: Flags.syn | Flags.ack)
        send(fromClient: true)
    }

    mutating func send(
        fromClient: Bool, flags: UInt8 = Flags.ack, _ payload: some Collection<UInt8> = [] as [UInt8]
    ) {
        let (source, destination) = fromClient ? (client, server) : (server, client)
        let segment = tcp(
            source, destination, sequence: fromClient ? clientSequence : serverSequence,
            acknowledgement: flags & Flags.ack == 0 ? 0 : fromClient ? serverSequence : clientSequence, flags: flags,
            payload)
        packets.append(ethernet(ipv4(source, destination, segment)))
        let count = UInt32(payload.count) + (flags & (Flags.syn | Flags.fin) == 0 ? 0 : 1)
        if fromClient { clientSequence &+= count } else { serverSequence &+= count }
    }

    mutating func request(_ text: String) { send(fromClient: true, text.utf8) }
    mutating func respond(_ text: String) { send(fromClient: false, text.utf8) }

    mutating func close() {
        send(fromClient: true, flags: Flags.fin | Flags.ack)
        send(fromClient: false, flags: Flags.fin | Flags.ack)
        send(fromClient: true)
    }

    /// The conversation as a capture.
    var capture: [UInt8] {
        var builder = CaptureBuilder()
        for packet in packets { builder.add(packet) }
        return builder.bytes
    }
}

/// What a capture was read as: one line for each exchange, the statistics, and the error that ended it.
struct Reading {
    var exchanges: [String] = []
    var values: [Exchange] = []
    var statistics = CaptureStatistics()
    var failure: InputError?

    init(
        _ bytes: [UInt8], filter: String? = nil, limits: CaptureLimits = CaptureLimits(), keyLog: KeyLog? = nil,
        merging others: [[UInt8]] = []
    ) {
        do throws(InputError) {
            var reader = try CaptureReader(
                ByteStream(bytes, name: "test.pcap"), filter: filter, limits: limits, keyLog: keyLog)
            defer { statistics = reader.statistics }
            for other in others { try reader.merge(ByteStream(other, name: "other.pcap")) }
            var exchange = Exchange()
            while try reader.next(into: &exchange) {
                values.append(exchange)
                exchanges.append(Self.line(exchange))
            }
        } catch {
            failure = error
        }
    }

    static func line(_ exchange: Exchange) -> String {
        func text(_ range: Range<Int>?) -> String { String(decoding: exchange.text[range ?? 0..<0], as: UTF8.self) }
        func count(_ value: Int64?) -> String { value.map { "\($0)" } ?? "?" }
        let protocols = exchange.applicationProtocols.map { text($0) }.joined(separator: ",")
        let sizes = "\(count(exchange.requestBodyBytes)) -> \(count(exchange.responseBodyBytes))"
        switch exchange.kind {
        case .http: break
        case .tls: return "TLS \(text(exchange.serverName)) \(protocols)"
        case .tcp: return "TCP \(sizes)"
        case .udp: return "UDP \(sizes)" + (exchange.isTLS ? " \(text(exchange.serverName)) \(protocols)" : "")
        }
        return "\(text(exchange.method)) \(text(exchange.target)) \(count(exchange.requestBodyBytes))"
            + " -> \(exchange.status.map { "\($0)" } ?? "?") \(count(exchange.responseBodyBytes))"
    }
}
