/// An address of IPv4 or IPv6.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    var isIPv4: Bool { bytes.count == 4 }

    /// Reads an address as Go's `net/netip` does: no zone, no zeros before a number of IPv4, and no IPv4 address in IPv6's
    /// clothes (`::ffff:1.2.3.4`), which Kubernetes refuses.
    init?(_ text: String) { self.init(text, isLoose: false) }

    /// Reads an address as Go's `net.ParseIP` once did where `isLoose`, which lets IPv4 in IPv6's clothes and zeros before a
    /// number pass: the formats `ipv4` and `ipv6` still read so.
    init?(_ text: String, isLoose: Bool) {
        let utf8 = Array(text.utf8)
        guard utf8.count <= (isLoose ? 255 : 45) else { return nil }
        if utf8.contains(0x3A) {
            guard let bytes = Self.ipv6(utf8, isLoose), isLoose || !Self.isMapped(bytes) else { return nil }
            self.bytes = bytes
        } else {
            guard let bytes = Self.ipv4(utf8[...], isLoose) else { return nil }
            self.bytes = bytes
        }
    }

    private static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }

    private static func ipv4(_ utf8: ArraySlice<UInt8>, _ isLoose: Bool) -> [UInt8]? {
        let parts = utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            let digits = isLoose ? part.drop { $0 == 0x30 } : part
            guard !part.isEmpty, digits.count <= 3, part.allSatisfy(\.isDigit),
                isLoose || part.count == 1 || part.first != 0x30
            else { return nil }
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard value <= 255 else { return nil }
            bytes.append(UInt8(value))
        }
        return bytes
    }

    private static func ipv6(_ utf8: [UInt8], _ isLoose: Bool) -> [UInt8]? {
        var before: [UInt8] = []
        var after: [UInt8] = []
        var hasGap = false
        var index = 0
        if utf8.starts(with: "::".utf8) {
            hasGap = true
            index = 2
        }
        while index < utf8.count {
            var end = index
            while end < utf8.count, utf8[end] != 0x3A { end += 1 }
            let part = utf8[index..<end]
            var bytes: [UInt8]
            if part.contains(0x2E) {
                guard end == utf8.count, let tail = ipv4(part, isLoose) else { return nil }
                bytes = tail
            } else {
                guard !part.isEmpty, isLoose || part.count <= 4, part.allSatisfy(\.isHexDigit),
                    let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                bytes = [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
            }
            if hasGap { after += bytes } else { before += bytes }
            index = end
            guard index < utf8.count else { break }
            index += 1
            if index < utf8.count, utf8[index] == 0x3A {
                guard !hasGap else { return nil }
                hasGap = true
                index += 1
            } else if index == utf8.count {
                return nil
            }
        }
        let count = before.count + after.count
        guard hasGap ? count <= 14 : count == 16 else { return nil }
        return before + [UInt8](repeating: 0, count: 16 - count) + after
    }

    /// An address, a slash and how many bits of it count.
    static func range(_ text: String) -> (IPAddress, Int)? {
        guard let slash = text.utf8.lastIndex(of: 0x2F), let address = IPAddress(String(text[..<slash])) else {
            return nil
        }
        let digits = text.utf8[text.utf8.index(after: slash)...]
        guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit), digits.count == 1 || digits.first != 0x30,
            let prefix = Int(String(digits) ?? ""), prefix <= address.bytes.count * 8
        else { return nil }
        return (address, prefix)
    }

    static func isRange(_ text: String) -> Bool { range(text) != nil }

    /// The address with all bits after the first `prefix` set to 0.
    func masked(_ prefix: Int) -> IPAddress {
        IPAddress(
            bytes: bytes.indices.map { place in
                let kept = min(8, max(0, prefix - place * 8))
                return kept == 0 ? 0 : bytes[place] & (0xFF << UInt8(8 - kept))
            })
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }
}

extension IPAddress: CustomStringConvertible {
    /// The usual form; of IPv6 that of RFC 5952.
    var description: String {
        guard !isIPv4 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ groups: ArraySlice<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
