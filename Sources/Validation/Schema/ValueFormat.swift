import Manifests

/// The forms of `format` that the API server checks. Others say nothing to it.
///
/// Source: Kubernetes, apiextensions-apiserver, "supported formats".
enum ValueFormat: String, Sendable, CaseIterable {
    case int32, int64, float, double
    case ipv4, ipv6, cidr, mac, hostname, uri, email
    case uuid, uuid3, uuid4, uuid5
    case byte, password, date, duration
    case dateTime = "date-time"
    case datetime
    case hexColor = "hexcolor"
    case rgbColor = "rgbcolor"
    case shortName = "k8s-short-name"
    case longName = "k8s-long-name"

    /// Formats that the API server checks and weir does not.
    static let unchecked: Set<String> = ["bsonobjectid", "isbn", "isbn10", "isbn13", "creditcard", "ssn"]

    /// What a string of this format is, in the words of a message.
    var words: String {
        switch self {
        case .ipv4: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .cidr: "an address range such as 10.0.0.0/8"
        case .mac: "a MAC address"
        case .hostname: "a host name"
        case .uri: "an absolute URI or a path"
        case .email: "an e-mail address"
        case .uuid, .uuid3, .uuid4, .uuid5: "a UUID"
        case .byte: "base64"
        case .date: "a date such as 2025-01-31"
        case .duration: "a duration such as 1h30m"
        case .dateTime, .datetime: "a time such as 2025-01-31T12:00:00Z (RFC 3339)"
        case .hexColor: "a colour such as #ff8800"
        case .rgbColor: "a colour such as rgb(255,136,0)"
        case .shortName: "a DNS label"
        case .longName: "a DNS name"
        case .int32, .int64, .float, .double, .password: "a value of format \(rawValue)"
        }
    }

    /// The whole numbers of an integer format.
    var range: ClosedRange<Int64>? {
        switch self {
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        default: nil
        }
    }

    /// Whether a string has the form.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .int32, .int64, .float, .double, .password: true
        case .ipv4: IPAddress(text, isLoose: true) != nil && text.utf8.contains(0x2E)
        case .ipv6: IPAddress(text, isLoose: true) != nil && text.utf8.contains(0x3A)
        case .cidr: IPAddress.isRange(text)
        case .mac: Self.isMAC(text)
        case .hostname: Self.isHostname(text)
        case .uri: Self.isURI(text)
        case .email: Self.isEmail(text)
        case .uuid: Self.isUUID(text, version: nil)
        case .uuid3: Self.isUUID(text, version: UInt8(ascii: "3"))
        case .uuid4: Self.isUUID(text, version: UInt8(ascii: "4"))
        case .uuid5: Self.isUUID(text, version: UInt8(ascii: "5"))
        case .byte: Base64Text.isValid(text)
        case .date: Timestamp.isDate(text)
        case .duration: CELDuration.parseFormat(text) != nil
        case .dateTime, .datetime: Timestamp.nanoseconds(text) != nil
        case .hexColor: Self.isHexColor(text)
        case .rgbColor: Self.isRGBColor(text)
        case .shortName: text.utf8.count <= 63 && Pattern.isLabel(text)
        case .longName: text.utf8.count <= 253 && Pattern.isSubdomain(text)
        }
    }

    private static func isMAC(_ text: String) -> Bool {
        let utf8 = Array(text.utf8)
        let groups = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        if [6, 8, 20].contains(groups.count), Set(utf8.filter { $0 == 0x3A || $0 == 0x2D }).count == 1 {
            return groups.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isHexDigit) }
        }
        let quads = text.split(separator: ".", omittingEmptySubsequences: false)
        return [3, 4, 10].contains(quads.count)
            && quads.allSatisfy { $0.utf8.count == 4 && $0.utf8.allSatisfy(\.isHexDigit) }
    }

    private static func isHostname(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count <= 255 else { return false }
        return labels.allSatisfy { label in
            guard (1...63).contains(label.count), let first = label.first, let last = label.last else { return false }
            return first.isAlphanumeric && last.isAlphanumeric && label.allSatisfy { $0.isAlphanumeric || $0 == 0x2D }
        }
    }

    private static func isURI(_ text: String) -> Bool {
        guard !text.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return false }
        if text.hasPrefix("/") { return true }
        guard let colon = text.utf8.firstIndex(of: 0x3A), let first = text.utf8.first, first.isLetter else {
            return false
        }
        return text.utf8[..<colon].allSatisfy { $0.isAlphanumeric || "+-.".utf8.contains($0) }
    }

    private static func isEmail(_ text: String) -> Bool {
        guard let at = text.utf8.lastIndex(of: 0x40), at > text.utf8.startIndex else { return false }
        let domain = text.utf8[text.utf8.index(after: at)...]
        return !domain.isEmpty && !text.utf8.contains { $0 <= 0x20 }
    }

    /// With or without dashes, as the API server takes it.
    private static func isUUID(_ text: String, version: UInt8?) -> Bool {
        var digits: [UInt8] = []
        for (place, byte) in text.utf8.enumerated() {
            if byte == 0x2D, [8, 12, 16, 20].contains(digits.count), place > 0 { continue }
            guard byte.isHexDigit else { return false }
            digits.append(byte)
        }
        guard digits.count == 32 else { return false }
        guard let version else { return true }
        let variant = digits[16] | 0x20
        return digits[12] == version && (version == UInt8(ascii: "3") || "89ab".utf8.contains(variant))
    }

    private static func isHexColor(_ text: String) -> Bool {
        let digits = text.hasPrefix("#") ? text.utf8.dropFirst() : text.utf8[...]
        return (digits.count == 3 || digits.count == 6) && digits.allSatisfy(\.isHexDigit)
    }

    private static func isRGBColor(_ text: String) -> Bool {
        guard text.hasPrefix("rgb("), text.hasSuffix(")") else { return false }
        let parts = text.dropFirst(4).dropLast().split(separator: ",", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { UInt8($0.filter { $0 != " " }) != nil }
    }
}

/// Base64 as the API server takes it for format `byte`.
enum Base64Text {
    static func isValid(_ text: String) -> Bool { !text.isEmpty && Base64.decode(text.utf8) != nil }
}
