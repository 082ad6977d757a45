/// The forms of names that routes and policies below and beside HTTP ask for.
extension Pattern {
    /// `[A-Za-z_][A-Za-z_0-9]*`: a name of protocol buffers.
    static func isIdentifier(_ text: String) -> Bool { isIdentifier(text.utf8[...]) }

    /// Identifiers joined by dots, with or without one before them.
    static func isServiceName(_ text: String) -> Bool {
        (text.hasPrefix(".") ? text.utf8.dropFirst() : text.utf8[...])
            .split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { isIdentifier($0) }
    }

    /// Four decimal numbers up to 255 without zeros before them. Source: Kubernetes' CEL library, `isIP`.
    static func isIPv4Address(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(\.isDigit) && (part.count == 1 || part.first != 0x30)
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// A scheme, `://` and anything: the published pattern is not anchored at its end.
    static func isURI(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: 0x3A), colon > text.utf8.startIndex else { return false }
        return !text.utf8[..<colon].contains { "/?#".utf8.contains($0) } && text.utf8[colon...].starts(with: "://".utf8)
    }

    /// `System`, or a name with a domain before it.
    static func isWellKnownCertificates(_ text: String) -> Bool {
        text == "System" || (text.utf8.contains(0x2F) && isQualifiedName(text))
    }

    /// A file's name in a Secret or a ConfigMap; none that leads to another folder.
    static func isDataKey(_ text: String) -> Bool {
        text != "." && !text.hasPrefix("..") && text.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
    }

    private static func isIdentifier(_ utf8: Substring.UTF8View) -> Bool {
        guard let first = utf8.first, !first.isDigit else { return false }
        return utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x5F }
    }
}
