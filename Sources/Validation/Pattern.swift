/// The forms of strings that the Gateway API and Kubernetes ask for, each as a predicate that takes linear time.
enum Pattern {
    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
    static func isLabel(_ text: String) -> Bool { isLabel(text.utf8) }

    /// Labels joined by dots; RFC 1123 in lowercase.
    static func isSubdomain(_ text: String) -> Bool { isSubdomain(text.utf8[...]) }

    /// A DNS name, with or without `*.` before it.
    static func isHostname(_ text: String) -> Bool {
        isSubdomain(text.hasPrefix("*.") ? text.utf8.dropFirst(2) : text.utf8[...])
    }

    /// `[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?`
    static func isKind(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return first.isLetter && last.isAlphanumeric && text.utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x2D }
    }

    /// A token of HTTP. Source: RFC 9110, section 5.6.2.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    /// Visible ASCII with single blanks or tabs between: `[!-~]+([\t ]?[!-~]+)*`.
    static func isHeaderValue(_ text: String) -> Bool {
        var isBlankBefore = true
        for byte in text.utf8 {
            let isBlank = byte == 0x20 || byte == 0x09
            guard isBlank || (0x21...0x7E).contains(byte), !(isBlank && isBlankBefore) else { return false }
            isBlankBefore = isBlank
        }
        return !isBlankBefore
    }

    /// A domain, a slash, and a path.
    static func isDomainPath(_ text: String) -> Bool {
        guard let slash = text.utf8.firstIndex(of: 0x2F) else { return false }
        let path = text.utf8[text.utf8.index(after: slash)...]
        return isSubdomain(text.utf8[..<slash]) && isPathText(path)
    }

    /// What a path of type Exact or PathPrefix may hold: `pchar` and `/` of RFC 3986 with whole percent escapes.
    static func isPath(_ text: String) -> Bool {
        var escape = 0
        for byte in text.utf8 {
            if escape > 0 {
                guard byte.isHexDigit else { return false }
                escape -= 1
            } else if byte == 0x25 {
                escape = 2
            } else {
                guard byte.isAlphanumeric || "-/._~!$&'()*+,;=:@".utf8.contains(byte) else { return false }
            }
        }
        return escape == 0 && !text.isEmpty
    }

    /// A protocol's name, or a text that ends in a domain, a slash and a name: the published pattern anchors no more.
    static func isProtocol(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard let last = utf8.last, last.isAlphanumeric else { return false }
        if let first = utf8.first, first.isAlphanumeric, utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D }) {
            return true
        }
        guard let slash = utf8.lastIndex(of: 0x2F), slash > utf8.startIndex else { return false }
        let before = utf8[utf8.index(before: slash)]
        return (before.isDigit || before.isLowercase) && utf8[utf8.index(after: slash)...].allSatisfy(\.isAlphanumeric)
    }

    /// A known type, or a text that ends in a domain and a path: the published pattern is anchored in parts.
    static func isAddressType(_ text: String) -> Bool {
        if text.hasPrefix("Hostname") || text.contains("IPAddress") || text.contains("NamedAddress") { return true }
        var place = text.utf8.startIndex
        while let slash = text.utf8[place...].firstIndex(of: 0x2F) {
            let after = text.utf8.index(after: slash)
            if slash > text.utf8.startIndex {
                let before = text.utf8[text.utf8.index(before: slash)]
                if before.isDigit || before.isLowercase, isPathText(text.utf8[after...]) { return true }
            }
            place = after
        }
        return false
    }

    /// `*`, or scheme, host (with `*.` before it, or `*` alone) and port.
    static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        let scheme = ["https://", "http://"].first(where: text.hasPrefix)
        guard let scheme else { return false }
        var host = text.utf8.dropFirst(scheme.utf8.count)
        if let colon = host.firstIndex(of: 0x3A) {
            let port = host[host.index(after: colon)...]
            guard (1...5).contains(port.count), port.allSatisfy(\.isDigit) else { return false }
            host = host[..<colon]
        }
        if host.elementsEqual("*".utf8) { return true }
        if host.starts(with: "*.".utf8) { host = host.dropFirst(2) }
        return !host.isEmpty
            && host.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.allSatisfy { $0.isAlphanumeric || $0 == 0x2D }
            }
    }

    /// A name of at most 63 characters, with or without a domain and a slash before it.
    static func isQualifiedName(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, (1...63).contains(name.count), isNamePart(name) else {
            return false
        }
        return parts.count == 1 || (parts[0].count <= 253 && isSubdomain(parts[0]))
    }

    /// Empty, or `[A-Za-z0-9]` with `-_.` inside.
    static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isNamePart(text.utf8[...]) }

    private static func isNamePart(_ utf8: Substring.UTF8View) -> Bool {
        guard let first = utf8.first, let last = utf8.last else { return false }
        return first.isAlphanumeric && last.isAlphanumeric
            && utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
    }

    private static func isPathText(_ utf8: Substring.UTF8View) -> Bool {
        !utf8.isEmpty && utf8.allSatisfy { $0.isAlphanumeric || "/-._~%!$&'()*+,;=:".utf8.contains($0) }
    }

    private static func isSubdomain(_ utf8: Substring.UTF8View) -> Bool {
        !utf8.isEmpty && utf8.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    private static func isLabel(_ utf8: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = utf8.first, let last = utf8.last, first != 0x2D, last != 0x2D else { return false }
        return utf8.allSatisfy { $0.isLowercase || $0.isDigit || $0 == 0x2D }
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isLowercase: Bool { self &- 0x61 < 26 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
}
