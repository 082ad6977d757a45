/// An interface of a pcapng section.
struct CaptureInterface {
    var linkType: LinkType
    /// The most bytes of a packet that were captured; `Int.max` where there was no limit.
    var snapLength: Int
    var clock = CaptureClock()

    /// Reads the body of an Interface Description Block, which has at least 8 bytes.
    init(_ body: Span<UInt8>, bigEndian: Bool) throws(PacketOptionError) {
        linkType = LinkType(rawValue: UInt32(body.number16(0, bigEndian: bigEndian)))
        let limit = Int(body.number32(4, bigEndian: bigEndian))
        snapLength = limit == 0 ? .max : limit
        var clock = CaptureClock()
        try forEachPacketOption(body, from: 8, bigEndian: bigEndian) { code, value in
            // if_tsresol and if_tsoffset
            if code == 9, value.count == 1 {
                clock.isBinary = value[0] & 0x80 != 0
                clock.exponent = Int(value[0] & 0x7F)
            } else if code == 14, value.count == 8 {
                let first = UInt64(value.number32(0, bigEndian: bigEndian))
                let second = UInt64(value.number32(4, bigEndian: bigEndian))
                clock.offsetSeconds = Int64(bitPattern: bigEndian ? first << 32 | second : second << 32 | first)
            }
        }
        self.clock = clock
    }
}

/// How an interface counts time.
struct CaptureClock: Equatable {
    /// Whether a second has 2^exponent ticks, else 10^exponent.
    var isBinary = false
    var exponent = 6
    var offsetSeconds: Int64 = 0

    /// Ticks as nanoseconds since 1970, what is finer cut off; nil where that does not fit.
    func nanoseconds(_ ticks: UInt64) -> Int64? {
        guard let sinceOffset = isBinary ? binary(ticks) : decimal(ticks) else { return nil }
        let (offset, overflow) = offsetSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = sinceOffset.addingReportingOverflow(offset)
        return overflow || carry ? nil : sum
    }

    private func decimal(_ ticks: UInt64) -> Int64? {
        var value = ticks
        for _ in 0..<max(0, 9 - exponent) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        for _ in 0..<max(0, exponent - 9) where value != 0 { value /= 10 }
        return Int64(exactly: value)
    }

    private func binary(_ ticks: UInt64) -> Int64? {
        let seconds = exponent < 64 ? ticks >> UInt64(exponent) : 0
        let rest = exponent < 64 ? ticks & ((1 << UInt64(exponent)) - 1) : ticks
        let product = rest.multipliedFullWidth(by: 1_000_000_000)
        let wide = UInt128(product.high) << 64 | UInt128(product.low)
        let fraction = Int64(truncatingIfNeeded: wide >> UInt128(exponent))
        guard let whole = Int64(exactly: seconds) else { return nil }
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(fraction)
        return overflow || carry ? nil : sum
    }
}

/// What is wrong with the options of a block, and where in the block's body.
struct PacketOptionError: Error {
    var offset: Int
    var message: String
}

/// Calls `body` with the code and the value of each option of a pcapng block.
func forEachPacketOption(
    _ bytes: Span<UInt8>, from start: Int, bigEndian: Bool, _ body: (UInt16, Span<UInt8>) -> Void
) throws(PacketOptionError) {
    var index = start
    while index + 4 <= bytes.count {
        let code = bytes.number16(index, bigEndian: bigEndian)
        let length = Int(bytes.number16(index + 2, bigEndian: bigEndian))
        if code == 0 { return }
        guard index + 4 + length <= bytes.count else {
            throw PacketOptionError(
                offset: index,
                message: "found an option of \(length) bytes where \(bytes.count - index - 4) are left in the block")
        }
        body(code, bytes.extracting(index + 4..<index + 4 + length))
        index += 4 + (length + 3) & ~3
    }
}
