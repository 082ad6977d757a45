internal import SwiftASN1
internal import X509

/// Why a text holds no certificates.
public struct CertificateError: Error, Equatable, Sendable {
    /// In words, without a full stop.
    public var message: String
}

/// Certificates in PEM (RFC 7468): what a server shows, its own first, or the authorities that somebody trusts.
///
/// Dates are not looked at: the same input must give the same output on every day.
public struct CertificateChain: Sendable {
    /// At least one.
    let certificates: [Certificate]

    /// Reads every block `CERTIFICATE` of a text; all of them must be well formed, and there must be one.
    public init(pem bytes: [UInt8]) throws(CertificateError) {
        var certificates: [Certificate] = []
        do {
            for document in try PEMDocument.parseMultiple(pemString: String(decoding: bytes, as: UTF8.self)) {
                guard document.discriminator == Certificate.defaultPEMDiscriminator else { continue }
                certificates.append(try Certificate(pemDocument: document))
            }
        } catch {
            throw CertificateError(message: "it is not well formed")
        }
        if certificates.isEmpty { throw CertificateError(message: "it holds no PEM certificate") }
        self.certificates = certificates
    }

    /// The names that the first certificate is for, as they are written: DNS names and URIs of its subjectAltName. The
    /// common name counts nothing (RFC 9525, section 2).
    public var names: [SubjectName] {
        guard let leaf = certificates.first, let names = try? leaf.extensions.subjectAlternativeNames else { return [] }
        return names.compactMap { name in
            switch name {
            case .dnsName(let text): .dns(text)
            case .uniformResourceIdentifier(let text): .uri(text)
            default: nil
            }
        }
    }

    /// Whether one of `authorities` signed the first certificate, if need be by way of others of this chain.
    public func isVouchedFor(by authorities: CertificateChain) -> Bool {
        guard var current = certificates.first else { return false }
        // Every step takes another certificate of the chain, so that one that signs itself does not go on for ever.
        var remaining = Array(certificates.dropFirst())
        while true {
            if authorities.certificates.contains(where: { $0 == current || $0.signed(current) }) { return true }
            guard let next = remaining.firstIndex(where: { $0.signed(current) }) else { return false }
            current = remaining.remove(at: next)
        }
    }
}

/// A name in a certificate.
public enum SubjectName: Hashable, Sendable {
    /// A DNS name, whose first label may be an asterisk.
    case dns(String)
    /// A URI such as a SPIFFE identity.
    case uri(String)

    /// Whether a certificate with this name is one for `hostname`: RFC 9525, section 6.3. The asterisk stands for one label.
    public func isFor(hostname: String) -> Bool {
        guard case .dns(let text) = self else { return false }
        let (name, hostname) = (text.lowercased(), hostname.lowercased())
        guard name.hasPrefix("*.") else { return name == hostname }
        guard let dot = hostname.firstIndex(of: "."), dot != hostname.startIndex else { return false }
        return hostname[dot...] == name.dropFirst()
    }
}

extension Certificate {
    /// Whether this certificate is an authority's that signed `other`. One without basic constraints (X.509 version 1) may
    /// sign too: trust in it was put by hand.
    fileprivate func signed(_ other: Certificate) -> Bool {
        if case .notCertificateAuthority? = try? extensions.basicConstraints { return false }
        return subject == other.issuer && publicKey.isValidSignature(other.signature, for: other)
    }
}
