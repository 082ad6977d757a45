/// Writes JSON texts, compact, members in the order in which they are written: the same values give the same bytes.
///
/// Commas and colons are put by the writer. It trusts its caller to close what was opened.
public struct JSONWriter: Sendable {
    /// What was written so far, UTF-8.
    public internal(set) var bytes: [UInt8] = []
    var needsComma = false

    /// An empty text.
    public init() {}

    /// What was written so far, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets what was written, and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Ends a line of NDJSON.
    public mutating func endLine() {
        bytes.append(0x0A)
        needsComma = false
    }

    /// Writes an object whose members `members` writes.
    public mutating func object<Failure: Error>(_ members: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        try members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes an array whose elements `elements` writes.
    public mutating func array<Failure: Error>(_ elements: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        try elements(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a member's name; its value comes next. The name holds nothing that JSON escapes.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's name that is not known beforehand; its value comes next. (Disfavoured, so that a literal is taken as it
    /// stands.)
    @_disfavoredOverload
    public mutating func key(_ name: String) {
        separate()
        if !quotePlain(name.utf8Span.span) { quote(name.utf8) }
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ value: String) {
        separate()
        if !quotePlain(value.utf8Span.span) { quote(value.utf8) }
        needsComma = true
    }

    /// Writes a string given as UTF-8; bytes that are no UTF-8 become U+FFFD.
    public mutating func string(utf8: some Collection<UInt8>) {
        if utf8.allSatisfy({ $0 < 0x80 }) {
            separate()
            quote(utf8)
            needsComma = true
        } else {
            string(String(decoding: utf8, as: UTF8.self))
        }
    }

    /// Writes a whole number.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// Writes a number by the fewest digits that read back as the same double; null where it is not finite.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        var text = value.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// Writes nanoseconds as seconds, exactly: up to nine decimals, no exponent.
    public mutating func seconds(nanoseconds: Int64) {
        separate()
        if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        bytes.append(contentsOf: String(whole).utf8)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            var rest = fraction
            var unit: UInt64 = 100_000_000
            while rest != 0 {
                bytes.append(0x30 + UInt8(rest / unit))
                rest %= unit
                unit /= 10
            }
        }
        needsComma = true
    }

    /// Writes true or false.
    public mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    /// Writes null.
    public mutating func null() {
        raw("null")
    }

    /// Writes a value that is JSON already, such as a number as it stood in the input.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    mutating func quote(_ utf8: some Sequence<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = utf8.withContiguousStorageIfAvailable { text in
            guard text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
                return false
            }
            bytes.append(contentsOf: text)
            return true
        }
        if isPlain != true { escape(utf8) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ utf8: some Sequence<UInt8>) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 15))
            default: bytes.append(byte)
            }
        }
    }

    private func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }
}
