/// An absolute URL of a request, taken apart (RFC 3986, section 3; RFC 9110, section 4.2).
public struct RequestURL: Hashable, Sendable {
    /// As it is written.
    public let text: String
    /// Whether the scheme is https.
    public let isTLS: Bool
    /// The authority as a Host field has it: with the port where the URL names one.
    public let authority: String
    /// The authority without the port.
    public let host: String
    /// The port that the URL names.
    public let explicitPort: UInt16?
    /// Path and query.
    public let target: String

    /// The port that a client connects to.
    public var port: UInt16 { explicitPort ?? (isTLS ? 443 : 80) }

    /// Reads a URL; nil where it is not `http://` or `https://` with a host, or its port is none.
    public init?(_ text: String) {
        let scheme: String
        if text.lowercased().hasPrefix("http://") {
            scheme = "http://"
        } else if text.lowercased().hasPrefix("https://") {
            scheme = "https://"
        } else {
            return nil
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@"), let (host, port) = Self.split(authority) else { return nil }
        // A fragment is never sent.
        let target = rest[end...].prefix { $0 != "#" }
        self.text = text
        isTLS = scheme == "https://"
        self.authority = String(authority)
        self.host = String(host)
        explicitPort = port
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// Host and port of an authority; an IPv6 address stands in brackets.
    private static func split(_ authority: Substring) -> (host: Substring, port: UInt16?)? {
        let afterHost =
            authority.hasPrefix("[") ? authority.firstIndex(of: "]") ?? authority.endIndex : authority.startIndex
        guard let colon = authority[afterHost...].firstIndex(of: ":") else {
            return authority.isEmpty ? nil : (authority, nil)
        }
        let host = authority[..<colon]
        let digits = authority[authority.index(after: colon)...]
        guard !host.isEmpty, digits.allSatisfy(\.isNumber), let port = UInt16(digits), port > 0 else { return nil }
        return (host, port)
    }
}
