/// Reads the ClientHello of a QUIC connection from the client's Initial packets, whose keys anybody can derive (RFC 9001,
/// section 5.2; RFC 9369 for version 2). The hello may be cut up in any way over frames, packets and datagrams.
final class QUICHelloReader {
    enum Outcome {
        case needsMore
        case hello(ClientHello)
        /// Not QUIC, or none that can be read.
        case failed
    }

    /// More datagrams than a hello takes, retransmissions and a retry included.
    private static let datagramsMax = 32
    private static let helloBytesMax = 1 << 15

    private var keys: [InitialKeys] = []
    private var datagrams = 0
    /// The handshake bytes, and which of them are there.
    private var bytes: [UInt8] = []
    private var present: [Range<Int>] = []

    /// Takes in a datagram of the client.
    func read(_ datagram: Span<UInt8>) -> Outcome {
        datagrams += 1
        guard datagrams <= Self.datagramsMax else { return .failed }
        var index = 0
        while index < datagram.count, datagram[index] & 0x80 != 0 {
            guard let packet = InitialPacket(datagram, from: index) else {
                // Nothing of it is known: not QUIC.
                return datagrams == 1 && index == 0 ? .failed : .needsMore
            }
            if packet.isInitial { readInitial(datagram, packet) }
            index = packet.end
        }
        if datagrams == 1, index == 0 { return .failed }
        return hello()
    }

    private func readInitial(_ datagram: Span<UInt8>, _ packet: InitialPacket) {
        let connection = Array(datagram, packet.destination)
        // The keys hang on the first identifier; a Retry, or a beginning that is not in the capture, changes it.
        for known in keys {
            if let payload = known.open(datagram, packet) { return readFrames(payload.span) }
        }
        guard keys.count < 4 else { return }
        let fresh = InitialKeys(packet.version, connection)
        guard let payload = fresh.open(datagram, packet) else { return }
        keys.append(fresh)
        if keys.count > 1 {
            bytes = []
            present = []
        }
        readFrames(payload.span)
    }

    /// Reads the frames that an Initial packet may have (RFC 9000, section 12.4).
    private func readFrames(_ payload: Span<UInt8>) {
        var cursor = 0
        while cursor < payload.count {
            let type = payload[cursor]
            cursor += 1
            switch type {
            case 0, 1: continue
            case 2, 3:
                guard Self.skipAcknowledgement(payload, &cursor, hasCounts: type == 3) else { return }
            case 6:
                guard let offset = InitialPacket.number(payload, &cursor, payload.count),
                    let length = InitialPacket.number(payload, &cursor, payload.count),
                    length <= payload.count - cursor
                else { return }
                insert(payload.extracting(cursor..<cursor + length), at: offset)
                cursor += length
            default: return
            }
        }
    }

    /// Reads past an ACK frame (RFC 9000, section 19.3).
    private static func skipAcknowledgement(_ payload: Span<UInt8>, _ cursor: inout Int, hasCounts: Bool) -> Bool {
        var numbers: [3 of Int] = [0, 0, 0]
        for place in 0..<3 {
            guard let number = InitialPacket.number(payload, &cursor, payload.count) else { return false }
            numbers[place] = number
        }
        // The largest, the delay and the number of ranges; then the first range, each of the others, the counts of ECN.
        guard numbers[2] <= payload.count else { return false }
        for _ in 0..<1 + 2 * numbers[2] + (hasCounts ? 3 : 0) {
            guard InitialPacket.number(payload, &cursor, payload.count) != nil else { return false }
        }
        return true
    }

    private func insert(_ piece: Span<UInt8>, at offset: Int) {
        guard offset <= Self.helloBytesMax - piece.count, !piece.isEmpty, present.count < 256 else { return }
        let end = offset + piece.count
        if bytes.count < end { bytes += repeatElement(0, count: end - bytes.count) }
        for index in 0..<piece.count { bytes[offset + index] = piece[index] }
        var merged = offset..<end
        present.removeAll { other in
            guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else { return false }
            merged = min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
            return true
        }
        present.append(merged)
    }

    private func hello() -> Outcome {
        guard let first = present.first(where: { $0.lowerBound == 0 }), first.count >= 4 else { return .needsMore }
        let bytes = bytes
        guard bytes[0] == 1 else { return .failed }
        let length = 4 + Int(bytes.span.big32(0) & 0xFF_FFFF)
        guard length <= Self.helloBytesMax else { return .failed }
        guard first.count >= length else { return .needsMore }
        guard let hello = ClientHello(bytes.span.extracting(4..<length)) else { return .failed }
        return .hello(hello)
    }
}

extension Array where Element == UInt8 {
    /// A copy of borrowed bytes.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = []
        append(bytes.extracting(range))
    }
}
