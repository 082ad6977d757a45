extension JSONWriter {
    /// Writes a string given as UTF-8, run by run; bytes that are no UTF-8 become U+FFFD.
    public mutating func string(_ utf8: Span<UInt8>) {
        var run = 0
        while run < utf8.count, Self.isPlain(utf8[run]) { run += 1 }
        if run == utf8.count {
            separate()
            bytes.append(UInt8(ascii: "\""))
            utf8.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            bytes.append(UInt8(ascii: "\""))
            needsComma = true
        } else {
            utf8.withUnsafeBufferPointer { string(String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int64) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        var divisor: UInt64 = 1
        while magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(magnitude / divisor % 10))
            divisor /= 10
        }
        needsComma = true
    }

    /// Whether a byte stands for itself in a string, and is ASCII.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
