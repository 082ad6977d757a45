internal import GatewayAPI
internal import Manifests

/// Whether a Secret can serve as a listener's certificate: type `kubernetes.io/tls` with a certificate and a key in PEM
/// (RFC 7468). What the certificate says (names, dates, signer) is not looked at here.
struct CertificateCheck {
    /// What is wrong, or nil.
    static func problem(_ secret: Secret) -> String? {
        if secret.type != Secret.tlsType { return "the Secret has type \(secret.type), not \(Secret.tlsType)" }
        guard let certificate = secret.data["tls.crt"] else { return "the Secret has no tls.crt" }
        guard let key = secret.data["tls.key"] else { return "the Secret has no tls.key" }
        if !holds("CERTIFICATE", certificate) { return "tls.crt holds no PEM certificate" }
        if !["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].contains(where: { holds($0, key) }) {
            return "tls.key holds no PEM private key"
        }
        return nil
    }

    /// Whether a PEM block of that label is there whose content is an ASN.1 sequence of just its length.
    private static func holds(_ label: String, _ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let begin = text.firstRange(of: "-----BEGIN \(label)-----"),
            let end = text[begin.upperBound...].firstRange(of: "-----END \(label)-----")
        else { return false }
        guard let content = Base64.decode(text[begin.upperBound..<end.lowerBound].utf8) else { return false }
        return isSequence(content)
    }

    /// DER: tag 0x30, then a length in the short or the long form. ITU-T X.690, section 8.1.3.
    private static func isSequence(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2, bytes[0] == 0x30 else { return false }
        if bytes[1] < 0x80 { return bytes.count == 2 + Int(bytes[1]) }
        let lengthBytes = Int(bytes[1] & 0x7F)
        guard (1...4).contains(lengthBytes), bytes.count >= 2 + lengthBytes else { return false }
        let length = bytes[2..<2 + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
        return bytes.count == 2 + lengthBytes + length
    }
}
