import Crypto
import FoundationEssentials

/// The hash function of a cipher suite, and what is derived with it.
enum KeyDerivation {
    case sha256, sha384

    /// HKDF-Expand-Label with an empty context (RFC 8446, section 7.1).
    func expandLabel(_ secret: [UInt8], _ label: StaticString, _ count: Int) -> [UInt8] {
        var info: [UInt8] = [UInt8(count >> 8), UInt8(count & 0xFF), UInt8(6 + label.utf8CodeUnitCount)]
        info += "tls13 ".utf8
        label.withUTF8Buffer { info += $0 }
        info.append(0)
        let key: SymmetricKey
        switch self {
        case .sha256: key = HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: count)
        case .sha384: key = HKDF<SHA384>.expand(pseudoRandomKey: secret, info: info, outputByteCount: count)
        }
        return key.withUnsafeBytes { Array($0) }
    }

    /// HKDF-Extract (RFC 5869, section 2.2).
    func extract(_ inputKey: [UInt8], salt: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(HKDF<SHA256>.extract(inputKeyMaterial: SymmetricKey(data: inputKey), salt: salt))
        case .sha384: Array(HKDF<SHA384>.extract(inputKeyMaterial: SymmetricKey(data: inputKey), salt: salt))
        }
    }

    /// The pseudorandom function of TLS 1.2 (RFC 5246, section 5).
    func pseudorandom(_ secret: [UInt8], _ label: StaticString, _ seed: [UInt8], _ count: Int) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        var labelled: [UInt8] = []
        label.withUTF8Buffer { labelled += $0 }
        labelled += seed
        var output: [UInt8] = []
        var chain = labelled
        while output.count < count {
            chain = authenticate(chain, key)
            output += authenticate(chain + labelled, key)
        }
        return Array(output.prefix(count))
    }

    private func authenticate(_ bytes: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
        }
    }
}
