/// What a ServerHello chose (RFC 5246, section 7.4.1.3; RFC 8446, section 4.1.3).
struct ServerHello {
    var random: [UInt8] = []
    var suite: UInt16 = 0
    var version: UInt16

    /// The random bytes of a HelloRetryRequest, after which another hello comes (RFC 8446, section 4.1.3).
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2,
        0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    var isRetry: Bool { random == Self.retryRandom }

    /// Reads the body of a ServerHello; nil where it contradicts itself.
    init?(_ body: Span<UInt8>) {
        var fields = VectorReader(0..<body.count)
        guard let legacy = fields.number16(body), fields.skip(32) else { return nil }
        version = legacy
        random.append(body.extracting(2..<34))
        guard fields.vector(body, lengthBytes: 1) != nil, let chosen = fields.number16(body), fields.skip(1) else {
            return nil
        }
        suite = chosen
        guard fields.remaining > 0 else { return }
        guard let extensions = fields.vector(body, lengthBytes: 2) else { return nil }
        var list = VectorReader(extensions)
        while list.remaining > 0 {
            guard let type = list.number16(body), let value = list.vector(body, lengthBytes: 2) else { return nil }
            // supported_versions
            if type == 43, value.count == 2 { version = body.big16(value.lowerBound) }
        }
    }
}
