/// The parts of an http or https URL that a request is made of. RFC 3986, section 3.
struct RequestURL {
    let isSecure: Bool
    /// Host, and port where it was written.
    let authority: String
    /// Host without port, and without the brackets of an IPv6 address.
    let hostname: String
    let port: UInt16
    /// Path and query, as a client sends them.
    let target: String

    init?(_ text: String) {
        if text.hasPrefix("https://") {
            isSecure = true
        } else if text.hasPrefix("http://") {
            isSecure = false
        } else {
            return nil
        }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        authority = String(rest[..<end])
        var host = rest[..<end]
        var number: UInt16 = isSecure ? 443 : 80
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
            guard let written = UInt16(host[host.index(after: colon)...]), written > 0 else { return nil }
            number = written
            host = host[..<colon]
        }
        guard !host.isEmpty else { return nil }
        hostname = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
        port = number
        // The fragment stays with the client.
        let path = rest[end...].prefix { $0 != "#" }
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }
}
