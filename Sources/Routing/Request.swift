/// A request as text, for whatever is not in a hurry.
public struct Request: Hashable, Sendable {
    /// Case included.
    public var method: String
    /// The Host header or `:authority`, with a port where there is one; empty where there is none.
    public var host: String
    /// The request target: path and query, or another of RFC 9112's forms.
    public var target: String
    /// In order; Host is not among them.
    public var headers: [HeaderField]

    /// Makes a request.
    public init(method: String = "GET", host: String, target: String, headers: [HeaderField] = []) {
        self.method = method
        self.host = host
        self.target = target
        self.headers = headers
    }

    /// All values of a header, joined with a comma; nil where it has none. RFC 9110, section 5.2.
    public func header(_ name: String) -> String? {
        var value: String?
        for field in headers where field.name.isSameHeaderName(as: name) {
            value = value.map { "\($0),\(field.value)" } ?? field.value
        }
        return value
    }
}

/// A request's target and authority, taken apart as RFC 9112, section 3.2, says.
public struct EffectiveURI: Hashable, Sendable {
    /// Lower case, no port; empty where the request names none.
    public var host: String
    /// Without the query; may be empty or `*`.
    public var path: String
    /// Without the question mark; nil where there is none.
    public var query: String?

    /// Reads the parts of a request. The authority of an absolute target replaces the Host header.
    public init(host: String, target: String) {
        let parts = TargetParts(target: Array(target.utf8).span, authority: Array(host.utf8).span)
        let bytes = Array(target.utf8)
        let authority = parts.authority.map { Array(bytes[$0]) } ?? Array(host.utf8)
        self.host = String(decoding: authority[hostRange(authority.span)], as: UTF8.self).lowercased()
        path = parts.lacksPath ? "/" : String(decoding: bytes[parts.path], as: UTF8.self)
        query = parts.query.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// Path and query, as an origin-form target.
    public var target: String { query.map { "\(path)?\($0)" } ?? path }
}

/// Where the parts of a request target stand in its bytes.
struct TargetParts {
    /// Nil where the target has none of its own: then the Host header's counts.
    var authority: Range<Int>?
    var path: Range<Int>
    var query: Range<Int>?

    /// Whether the target is a whole URI without a path: that is the same as the path `/`. RFC 9110, section 4.2.3.
    var lacksPath: Bool { authority != nil && path.isEmpty }

    /// Whether the target is a whole URI with an empty host, which "MUST be rejected as invalid". RFC 9110, section 4.2.1.
    var lacksHost: Bool { authority?.isEmpty ?? false }

    /// Whether the target is a whole URI whose port is no number. RFC 3986, section 3.2.3.
    private(set) var hasInvalidPort = false

    init(target: Span<UInt8>, authority: Span<UInt8>) {
        var start = 0
        if target.count > 0, target[0] != UInt8(ascii: "/"), let scheme = schemeEnd(target) {
            var end = scheme
            while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
            // User information is not part of the host. RFC 9110, section 4.2.4.
            var host = scheme
            for index in scheme..<end where target[index] == UInt8(ascii: "@") { host = index + 1 }
            self.authority = host..<end
            hasInvalidPort = Self.hasInvalidPort(target, host..<end)
            start = end
        }
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "?") { end += 1 }
        path = start..<end
        query = end < target.count ? end + 1..<target.count : nil
    }

    private static func hasInvalidPort(_ target: Span<UInt8>, _ authority: Range<Int>) -> Bool {
        var colon: Int?
        for index in authority {
            // Within the brackets of an IPv6 address a colon is part of the host.
            if target[index] == UInt8(ascii: "]") { colon = nil }
            if target[index] == UInt8(ascii: ":"), colon == nil { colon = index }
        }
        guard let colon else { return false }
        for index in colon + 1..<authority.upperBound where target[index] &- 0x30 > 9 { return true }
        return false
    }
}

/// The offset behind `scheme://`, if the target begins so.
private func schemeEnd(_ target: Span<UInt8>) -> Int? {
    var index = 0
    while index < target.count {
        switch target[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            index += 1
        case UInt8(ascii: ":"):
            let isAbsolute =
                index > 0 && index + 2 < target.count && target[index + 1] == 0x2F && target[index + 2] == 0x2F
            return isAbsolute ? index + 3 : nil
        default:
            return nil
        }
    }
    return nil
}

/// The host of an authority, without the port: "Implementations MUST ignore any port value specified in the HTTP Host
/// header while performing a match".
func hostRange(_ authority: Span<UInt8>) -> Range<Int> {
    var end = authority.count
    while end > 0, authority[end - 1] &- 0x30 < 10 { end -= 1 }
    // An IPv6 address stands in brackets, so that a colon before digits begins a port.
    return 0..<(end > 0 && authority[end - 1] == UInt8(ascii: ":") ? end - 1 : authority.count)
}
