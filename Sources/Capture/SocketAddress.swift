/// An IPv4 or IPv6 address; an IPv4 address is held as the IPv6 address that maps it (RFC 4291, section 2.5.5.2).
public struct IPAddress: Hashable, Sendable {
    /// The first 64 bits.
    public var high: UInt64
    /// The last 64 bits.
    public var low: UInt64

    /// Makes an IPv6 address.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an IPv4 address.
    public init(ipv4 address: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address))
    }

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
}

/// An address and a port.
public struct SocketAddress: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16

    /// Makes one.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Appends `10.0.0.1:80` or `[2001:db8::1]:80`; IPv6 in the canonical form of RFC 5952.
    public func append(to text: inout [UInt8]) {
        if address.isIPv4 {
            for shift in stride(from: UInt64(24), through: 0, by: -8) {
                Self.append(decimal: UInt32(address.low >> shift & 0xFF), to: &text)
                text.append(UInt8(ascii: shift == 0 ? ":" : "."))
            }
        } else {
            text.append(UInt8(ascii: "["))
            address.appendGroups(to: &text)
            text.append(UInt8(ascii: "]"))
            text.append(UInt8(ascii: ":"))
        }
        Self.append(decimal: UInt32(port), to: &text)
    }

    private static func append(decimal value: UInt32, to text: inout [UInt8]) {
        // Divisors that the compiler knows cost a multiplication each.
        if value >= 10_000 { text.append(0x30 + UInt8(truncatingIfNeeded: value / 10_000 % 10)) }
        if value >= 1000 { text.append(0x30 + UInt8(truncatingIfNeeded: value / 1000 % 10)) }
        if value >= 100 { text.append(0x30 + UInt8(truncatingIfNeeded: value / 100 % 10)) }
        if value >= 10 { text.append(0x30 + UInt8(truncatingIfNeeded: value / 10 % 10)) }
        text.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `10.0.0.1:80` or `[2001:db8::1]:80`.
    public var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension IPAddress {
    private func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
    }

    /// The eight groups, the longest run of two or more zeros (the first of equals) as `::`.
    fileprivate func appendGroups(to text: inout [UInt8]) {
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || group(index) != 0 {
            if index - start > max(1, longest.count) { longest = start..<index }
            start = index + 1
        }
        var index = 0
        while index < 8 {
            if index == longest.lowerBound, !longest.isEmpty {
                text.append(contentsOf: "::".utf8)
                index = longest.upperBound
                continue
            }
            if index > 0, index != longest.upperBound || longest.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(contentsOf: String(group(index), radix: 16).utf8)
            index += 1
        }
    }
}
