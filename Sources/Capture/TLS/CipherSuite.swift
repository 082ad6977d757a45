/// The cipher suites that are decrypted: all with AES-GCM or ChaCha20-Poly1305.
struct CipherSuite {
    enum Cipher { case aesGCM, chaCha20 }

    var cipher: Cipher
    var keyBytes: Int
    var derivation: KeyDerivation

    /// A suite by its number (the TLS Cipher Suites registry of IANA); nil where it is none of these.
    init?(_ number: UInt16) {
        switch number {
        // TLS 1.3; RFC 5288, 5289 and 8442 with AES-128-GCM.
        case 0x1301, 0x009C, 0x009E, 0x00A0, 0x00A2, 0x00A4, 0x00A6, 0x00A8, 0x00AA, 0x00AC, 0xC02B, 0xC02D, 0xC02F,
            0xC031, 0xD001:
            (cipher, keyBytes, derivation) = (.aesGCM, 16, .sha256)
        case 0x1302, 0x009D, 0x009F, 0x00A1, 0x00A3, 0x00A5, 0x00A7, 0x00A9, 0x00AB, 0x00AD, 0xC02C, 0xC02E, 0xC030,
            0xC032, 0xD002:
            (cipher, keyBytes, derivation) = (.aesGCM, 32, .sha384)
        // RFC 7905.
        case 0x1303, 0xCCA8...0xCCAE:
            (cipher, keyBytes, derivation) = (.chaCha20, 32, .sha256)
        default: return nil
        }
    }
}
