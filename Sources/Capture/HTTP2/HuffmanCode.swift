/// The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: codes of one length are in the order of their
/// symbols, and go on where the shorter ones ended, so that the lengths say all.
struct HuffmanCode: Sendable {
    static let standard = HuffmanCode()

    /// Codes of up to so many bits are looked up at once.
    private static let quickBits = 9
    private static let longest = 30
    private static let endOfString = 256

    /// By the next nine bits: the length above the symbol; 0 where the code is longer.
    private var quick = [UInt16](repeating: 0, count: 1 << quickBits)
    private var symbols: [UInt16] = []
    /// By length: the first code, where its symbol stands in `symbols`, and how many there are.
    private var first = [UInt32](repeating: 0, count: longest + 1)
    private var offset = [Int](repeating: 0, count: longest + 1)
    private var counts = [UInt32](repeating: 0, count: longest + 1)

    private init() {
        var code: UInt32 = 0
        for length in 1...Self.longest {
            code <<= 1
            first[length] = code
            offset[length] = symbols.count
            for symbol in Self.lengths.indices where Int(Self.lengths[symbol]) == length {
                symbols.append(UInt16(symbol))
                if length <= Self.quickBits {
                    let shift = Self.quickBits - length
                    for tail in 0..<(1 << shift) {
                        quick[Int(code) << shift | tail] = UInt16(length) << 9 | UInt16(symbol)
                    }
                }
                code += 1
            }
            counts[length] = code - first[length]
        }
    }

    /// Appends what a range of bytes stands for; false where it is not of the code.
    func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8]) -> Bool {
        var index = range.lowerBound
        var window: UInt64 = 0
        var bits = 0
        while true {
            while bits <= 48, index < range.upperBound {
                window = window << 8 | UInt64(bytes[index])
                bits += 8
                index += 1
            }
            guard bits > 0 else { return true }
            // The next 30 bits; ones where there are no more, as the padding is.
            let missing = Self.longest - bits
            let aligned =
                missing > 0
                ? window << UInt64(missing) | ((1 << UInt64(missing)) - 1) : window >> UInt64(-missing)
            let next = UInt32(truncatingIfNeeded: aligned) & 0x3FFF_FFFF
            guard let (symbol, length) = symbol(next) else { return false }
            if length > bits {
                // The padding: less than a byte, the beginning of the code of the end (section 5.2).
                return bits < 8 && next == 0x3FFF_FFFF
            }
            guard symbol != Self.endOfString else { return false }
            text.append(UInt8(truncatingIfNeeded: symbol))
            bits -= length
        }
    }

    private func symbol(_ next: UInt32) -> (symbol: Int, length: Int)? {
        let entry = quick[Int(next >> UInt32(Self.longest - Self.quickBits))]
        if entry != 0 { return (Int(entry & 0x1FF), Int(entry >> 9)) }
        for length in Self.quickBits + 1...Self.longest {
            let place = (next >> UInt32(Self.longest - length)) &- first[length]
            if place < counts[length] { return (Int(symbols[offset[length] + Int(place)]), length) }
        }
        return nil
    }

    /// The length of each symbol's code, in bits.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
        7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
        23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
        21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]
}
