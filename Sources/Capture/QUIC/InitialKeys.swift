import Crypto
import CryptoExtras
import FoundationEssentials

/// The keys of the client's Initial packets, which hang on the version and the connection's identifier alone (RFC 9001,
/// section 5.2; RFC 9369, section 3.3).
struct InitialKeys {
    private let key: SymmetricKey
    private let iv: [UInt8]
    private let headerKey: SymmetricKey

    private static let salt1: [UInt8] = [
        0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB,
        0x7F,
        0x0A,
    ]
    private static let salt2: [UInt8] = [
        0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD,
        0x2E,
        0xD9,
    ]
    private static let saltDraft: [UInt8] = [
        0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43, 0x90,
        0xA8,
        0x99,
    ]

    init(_ version: InitialPacket.Version, _ connection: [UInt8]) {
        let salt =
            switch version {
            case .version1: Self.salt1
            case .version2: Self.salt2
            case .draft29: Self.saltDraft
            }
        let hash = KeyDerivation.sha256
        let initial = hash.extract(connection, salt: salt)
        let secret = hash.expandLabel(initial, "client in", 32)
        let isSecond = version == .version2
        key = SymmetricKey(data: hash.expandLabel(secret, isSecond ? "quicv2 key" : "quic key", 16))
        iv = hash.expandLabel(secret, isSecond ? "quicv2 iv" : "quic iv", 12)
        headerKey = SymmetricKey(data: hash.expandLabel(secret, isSecond ? "quicv2 hp" : "quic hp", 16))
    }

    /// Opens a packet; nil where it does not authenticate.
    func open(_ datagram: Span<UInt8>, _ packet: InitialPacket) -> [UInt8]? {
        // The sample for the header (RFC 9001, section 5.4.2).
        guard packet.end - packet.numberStart >= 20 else { return nil }
        var mask = Array(datagram, packet.numberStart + 4..<packet.numberStart + 20)
        guard (try? AES.permute(&mask, key: headerKey)) != nil else { return nil }
        let first = datagram[packet.start] ^ mask[0] & 0x0F
        let numberBytes = Int(first & 3) + 1
        var header = Array(datagram, packet.start..<packet.numberStart + numberBytes)
        header[0] = first
        var nonce = iv
        for place in 0..<numberBytes {
            let index = header.count - numberBytes + place
            header[index] ^= mask[1 + place]
            nonce[12 - numberBytes + place] ^= header[index]
        }
        let payload = Array(datagram, packet.numberStart + numberBytes..<packet.end)
        guard payload.count >= 16, let nonce = try? AES.GCM.Nonce(data: nonce),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: payload.dropLast(16), tag: payload.suffix(16)),
            let opened = try? AES.GCM.open(box, using: key, authenticating: header)
        else { return nil }
        return Array(opened)
    }
}
