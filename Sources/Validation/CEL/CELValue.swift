import Manifests

/// A value of a rule: a place of the object that is checked, or something that the rule made.
enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    /// A string of the object.
    case text(NodeIndex)
    case bytes([UInt8])
    /// In nanoseconds.
    case duration(Int64)
    case timestamp(CELTimestamp)
    /// A mapping or a list of the object, with what its schema says of it.
    case node(NodeIndex, Unmanaged<Schema>)
    case list([CELValue])
    /// Keys differ.
    case map([(key: CELValue, value: CELValue)])
    /// Nil is `optional.none()`.
    indirect case optional(CELValue?)
    case type(String)
    case format(CELFormat)
    case pattern(RegularExpression)
    case address(IPAddress)
    case addressRange(IPAddress, prefix: Int)
    /// There is none; the evaluator says why.
    case error
}

/// A point in time.
struct CELTimestamp: Hashable, Comparable, Sendable {
    var seconds: Int64
    /// From 0 to 999,999,999.
    var nanoseconds: Int64

    static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Nil where it is further away than a duration reaches.
    func since(_ earlier: CELTimestamp) -> Int64? {
        let (seconds, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
        let (scaled, scaledOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, totalOverflow) = scaled.addingReportingOverflow(nanoseconds - earlier.nanoseconds)
        return overflow || scaledOverflow || totalOverflow ? nil : total
    }

    func adding(_ duration: Int64) -> CELTimestamp? {
        var (seconds, overflow) = seconds.addingReportingOverflow(duration / 1_000_000_000)
        var nanoseconds = nanoseconds + duration % 1_000_000_000
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds &-= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds &+= 1
        }
        // From year 1 to year 9999.
        let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
        guard !overflow, range.contains(seconds) else { return nil }
        return CELTimestamp(seconds: seconds, nanoseconds: nanoseconds)
    }
}

/// The formats that a rule can ask for by name.
enum CELFormat: String, Sendable, CaseIterable {
    case dns1123Label, dns1123Subdomain, dns1035Label, qualifiedName
    case dns1123LabelPrefix, dns1123SubdomainPrefix, dns1035LabelPrefix
    case labelValue, uri, uuid, byte, date, datetime

    func accepts(_ text: String) -> Bool {
        func prefix(_ accepts: (String) -> Bool) -> Bool {
            accepts(text.hasSuffix("-") ? String(text.dropLast()) + "a" : text)
        }
        switch self {
        case .dns1123Label: return text.utf8.count <= 63 && Pattern.isLabel(text)
        case .dns1123Subdomain: return text.utf8.count <= 253 && Pattern.isSubdomain(text)
        case .dns1035Label: return Self.isDNS1035(text)
        case .dns1123LabelPrefix: return prefix { $0.utf8.count <= 63 && Pattern.isLabel($0) }
        case .dns1123SubdomainPrefix: return prefix { $0.utf8.count <= 253 && Pattern.isSubdomain($0) }
        case .dns1035LabelPrefix: return prefix(Self.isDNS1035)
        case .qualifiedName: return Pattern.isQualifiedName(text)
        case .labelValue: return text.utf8.count <= 63 && Pattern.isLabelValue(text)
        case .uri: return ValueFormat.uri.accepts(text)
        case .uuid: return ValueFormat.uuid.accepts(text)
        case .byte: return ValueFormat.byte.accepts(text)
        case .date: return ValueFormat.date.accepts(text)
        case .datetime: return ValueFormat.datetime.accepts(text)
        }
    }

    private static func isDNS1035(_ text: String) -> Bool {
        text.utf8.count <= 63 && Pattern.isLabel(text) && text.utf8.first?.isLowercase ?? false
    }
}
