extension JSONWriter {
    /// Writes a string given as UTF-8; bytes that are no UTF-8 become U+FFFD.
    public mutating func string(_ utf8: Span<UInt8>) {
        separate()
        if !quotePlain(utf8) {
            quote(utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }.utf8)
        }
        needsComma = true
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

    /// Writes a string of ASCII in which nothing has to be escaped, at once; false, and nothing written, where it is
    /// another.
    mutating func quotePlain(_ utf8: Span<UInt8>) -> Bool {
        // Without an early end, so that the loop takes many bytes at a time.
        var special: UInt8 = 0
        for index in utf8.indices {
            let byte = utf8[index]
            special |= byte &- 0x20 >= 0x5F ? 1 : 0
            special |= byte == UInt8(ascii: "\"") ? 1 : 0
            special |= byte == UInt8(ascii: "\\") ? 1 : 0
        }
        guard special == 0 else { return false }
        bytes.append(UInt8(ascii: "\""))
        utf8.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        return true
    }
}
