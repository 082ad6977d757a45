/// Why a text is no URL that a request can be sent to.
public struct RequestURLError: Error, Hashable, Sendable {
    /// What is wrong with it, in a few words.
    public var reason: String
}

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
    public init?(_ text: String) { try? self.init(reading: text) }

    /// Reads a URL, or says why it is none.
    public init(reading text: String) throws(RequestURLError) {
        let scheme: String
        if text.lowercased().hasPrefix("http://") {
            scheme = "http://"
        } else if text.lowercased().hasPrefix("https://") {
            scheme = "https://"
        } else {
            throw RequestURLError(reason: "it does not begin with http:// or https://")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw RequestURLError(reason: "a space or a control character is written as %20, %0A and so on")
        }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else {
            throw RequestURLError(reason: "a name and password before @ are no part of a request's URL")
        }
        let (host, port) = try Self.split(authority)
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
    private static func split(_ authority: Substring) throws(RequestURLError) -> (host: Substring, port: UInt16?) {
        var hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else {
                throw RequestURLError(reason: "the bracket of the address is not closed")
            }
            hostEnd = authority.index(after: bracket)
        }
        let host = authority[..<hostEnd]
        guard !host.isEmpty else { throw RequestURLError(reason: "it has no host") }
        guard isHost(host) else {
            let isASCII = host.utf8.allSatisfy { $0 < 0x80 }
            throw RequestURLError(
                reason: isASCII
                    ? "the host is no name and no address"
                    : "a host outside of ASCII is sent in its xn-- form (RFC 5891)")
        }
        guard hostEnd != authority.endIndex else { return (host, nil) }
        let digits = authority[hostEnd...].dropFirst()
        guard authority[hostEnd] == ":", digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let port = UInt16(digits),
            port > 0
        else { throw RequestURLError(reason: "the port is none from 1 to 65535") }
        return (host, port)
    }

    /// RFC 3986, section 3.2.2: an address in brackets, or a name of unreserved characters, percent signs and sub-delimiters.
    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("[") {
            return host.contains(":")
                && host.dropFirst().dropLast().utf8.allSatisfy { byte in
                    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || ":.%-_".utf8.contains(byte)
                }
        }
        return host.utf8.allSatisfy { byte in
            byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "-._~%!$&'()*+,;=".utf8.contains(byte)
        }
    }
}
