import Crypto
import FoundationEssentials

/// What the records of one direction are opened with.
struct RecordKey {
    private let suite: CipherSuite
    private let key: SymmetricKey
    private let iv: [UInt8]
    private let isVersion13: Bool
    /// The secret that the key was derived from; empty in TLS 1.2.
    private let secret: [UInt8]

    /// The key of a traffic secret of TLS 1.3 (RFC 8446, section 7.3).
    init(_ suite: CipherSuite, secret: [UInt8]) {
        self.suite = suite
        self.secret = secret
        isVersion13 = true
        key = SymmetricKey(data: suite.derivation.expandLabel(secret, "key", suite.keyBytes))
        iv = suite.derivation.expandLabel(secret, "iv", 12)
    }

    /// A key of TLS 1.2 and its implicit nonce.
    init(_ suite: CipherSuite, key: [UInt8], iv: [UInt8]) {
        self.suite = suite
        self.key = SymmetricKey(data: key)
        self.iv = iv
        isVersion13 = false
        secret = []
    }

    /// The keys of both sides from the master secret of TLS 1.2, the client's first (RFC 5246, section 6.3).
    static func version12(_ suite: CipherSuite, master: [UInt8], client: [UInt8], server: [UInt8]) -> [RecordKey] {
        // RFC 5288, section 3; RFC 7905, section 2.
        let ivBytes = suite.cipher == .aesGCM ? 4 : 12
        let count = 2 * (suite.keyBytes + ivBytes)
        let block = suite.derivation.pseudorandom(master, "key expansion", server + client, count)
        let ivs = 2 * suite.keyBytes
        return (0...1).map { side in
            RecordKey(
                suite, key: Array(block[side * suite.keyBytes..<(side + 1) * suite.keyBytes]),
                iv: Array(block[ivs + side * ivBytes..<ivs + (side + 1) * ivBytes]))
        }
    }

    /// The key after a KeyUpdate (RFC 8446, section 7.2); nil in TLS 1.2, which has none.
    var updated: RecordKey? {
        guard isVersion13 else { return nil }
        return RecordKey(suite, secret: suite.derivation.expandLabel(secret, "traffic upd", secret.count))
    }

    /// How many bytes of a record are not content, as far as that is known beforehand.
    var overhead: Int { isVersion13 ? 17 : suite.cipher == .aesGCM ? 24 : 16 }

    /// Opens a record, header and all; nil where it does not authenticate.
    func open(_ record: Span<UInt8>, number: UInt64) -> (type: UInt8, content: [UInt8])? {
        guard record.count >= 5 + overhead else { return nil }
        let hasExplicitNonce = !isVersion13 && suite.cipher == .aesGCM
        let start = hasExplicitNonce ? 13 : 5
        let end = record.count - 16
        var nonce = iv
        var associated: [UInt8] = []
        if hasExplicitNonce {
            nonce.append(record.extracting(5..<13))
        } else {
            for place in 0..<8 { nonce[4 + place] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * place)) }
        }
        if isVersion13 {
            associated.append(record.extracting(0..<5))
        } else {
            for place in 0..<8 { associated.append(UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * place))) }
            associated.append(record.extracting(0..<3))
            associated += [UInt8((end - start) >> 8), UInt8((end - start) & 0xFF)]
        }
        guard var content = open(record, start..<end, nonce, associated) else { return nil }
        guard isVersion13 else { return (record[0], content) }
        // Padding of zeros, and before it the type (RFC 8446, section 5.2).
        while content.last == 0 { content.removeLast() }
        guard let type = content.popLast() else { return nil }
        return (type, content)
    }

    private func open(_ record: Span<UInt8>, _ range: Range<Int>, _ nonce: [UInt8], _ associated: [UInt8]) -> [UInt8]? {
        record.withUnsafeBufferPointer { bytes -> [UInt8]? in
            let ciphertext = UnsafeBufferPointer(rebasing: bytes[range])
            let tag = UnsafeBufferPointer(rebasing: bytes[range.upperBound..<range.upperBound + 16])
            switch suite.cipher {
            case .aesGCM:
                guard let nonce = try? AES.GCM.Nonce(data: nonce),
                    let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag),
                    let opened = try? AES.GCM.open(box, using: key, authenticating: associated)
                else { return nil }
                return Array(opened)
            case .chaCha20:
                guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                    let box = try? ChaChaPoly.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag),
                    let opened = try? ChaChaPoly.open(box, using: key, authenticating: associated)
                else { return nil }
                return Array(opened)
            }
        }
    }
}
