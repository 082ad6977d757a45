import Certificates
import TestSupport
import Testing

@Suite("Certificates in PEM")
struct CertificateChainTests {
    private func chain(_ texts: String...) throws -> CertificateChain {
        try CertificateChain(pem: Array(texts.joined(separator: "\n").utf8))
    }

    @Test("a certificate is for its DNS names and URIs, and not for its common name")
    func names() throws {
        #expect(try chain(Samples.leaf).names == [.dns("cart.store.svc"), .uri("spiffe://store/cart")])
        #expect(try chain(Samples.authority).names == [])
    }

    @Test(
        "the asterisk stands for one label",
        arguments: [
            ("a.example.com", true), ("A.Example.COM", true), ("a.b.example.com", false), ("example.com", false),
            (".example.com", false), ("a.example.org", false), ("", false),
        ])
    func wildcard(_ hostname: String, _ expected: Bool) {
        #expect(SubjectName.dns("*.example.com").isFor(hostname: hostname) == expected)
    }

    @Test("a URI is for no hostname, and a name without an asterisk for itself alone")
    func exactNames() {
        #expect(!SubjectName.uri("a.example.com").isFor(hostname: "a.example.com"))
        #expect(SubjectName.dns("a.example.com").isFor(hostname: "a.example.com"))
        #expect(!SubjectName.dns("a.example.com").isFor(hostname: "b.example.com"))
        #expect(!SubjectName.dns("*").isFor(hostname: "a"))
    }

    @Test("an authority vouches for what it signed, and for nothing else")
    func signatures() throws {
        let authority = try chain(Samples.authority)
        let other = try chain(Samples.otherAuthority)
        #expect(try chain(Samples.leaf).isVouchedFor(by: authority))
        #expect(try !chain(Samples.leaf).isVouchedFor(by: other))
        #expect(try chain(Samples.leaf).isVouchedFor(by: chain(Samples.otherAuthority, Samples.authority)))
    }

    @Test("an authority in between must be shown, or be trusted itself")
    func intermediates() throws {
        let authority = try chain(Samples.authority)
        #expect(try !chain(Samples.deep).isVouchedFor(by: authority))
        #expect(try chain(Samples.deep, Samples.intermediate).isVouchedFor(by: authority))
        #expect(try chain(Samples.deep, Samples.otherAuthority, Samples.intermediate).isVouchedFor(by: authority))
        #expect(try chain(Samples.deep).isVouchedFor(by: chain(Samples.intermediate)))
    }

    @Test("a certificate that is no authority's signs nothing, and one that is trusted by itself is trusted")
    func leaves() throws {
        #expect(try !chain(Samples.wildcard).isVouchedFor(by: chain(Samples.leaf)))
        #expect(try chain(Samples.leaf).isVouchedFor(by: chain(Samples.leaf)))
    }

    @Test("text without a certificate is refused, and so is one that is cut off")
    func malformed() {
        for text in [
            "", "hello", String(Samples.leaf.dropLast(60)), "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        ] {
            #expect(throws: CertificateError.self) { try chain(text) }
        }
    }

    @Test("whatever is changed in a certificate, it is read or refused", arguments: 0..<4 as Range<UInt64>)
    func mutations(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let authority = try chain(Samples.authority)
        let original = Array((Samples.leaf + "\n" + Samples.intermediate).utf8)
        var vouched = 0
        for _ in 0..<300 {
            let bytes = generator.mutate(original, telling: Array("ABab01+/=-\n".utf8))
            guard let chain = try? CertificateChain(pem: bytes) else { continue }
            _ = chain.names
            if chain.isVouchedFor(by: authority) { vouched += 1 }
        }
        // Changes to the second certificate leave the first one's signature as it is.
        #expect(vouched < 300, "seed \(seed)")
    }
}
