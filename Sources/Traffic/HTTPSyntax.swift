/// What may stand in the parts of an HTTP request.
public enum HTTPSyntax {
    /// Whether a text can be a method or the name of a header field (RFC 9110, section 5.6.2).
    public static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// Whether a text can be the value of a header field: no control characters but tabs, and no white space around it
    /// (RFC 9110, section 5.5).
    public static func isFieldValue(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        func isBlank(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return false }
        return !isBlank(bytes.first) && !isBlank(bytes.last)
    }
}
