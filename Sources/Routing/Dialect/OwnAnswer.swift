/// What `prepare` answers by itself, before any route is looked at.
enum OwnAnswer: UInt8, Sendable, BitwiseCopyable {
    case none
    /// 400
    case badRequest
    /// 307 to the path with its encoded slashes decoded.
    case redirectedToSlashes
    /// 404
    case notFound
    /// 200 for `OPTIONS *`, which asks about the server as a whole. RFC 9110, section 9.3.7.
    case serverOptions
}

extension Dialect.Target {
    /// What becomes of a request for its target as a whole. The path itself is `PathNormaliser`'s.
    ///
    /// - Parameter parts: where path and query stand in `target`; an authority means that it was a whole URI.
    func answer(method: Span<UInt8>, target: Span<UInt8>, _ parts: TargetParts) -> OwnAnswer {
        if let query = parts.query, fragment == .refused || otherBytes == .encodedWithinASCII {
            for index in query {
                let byte = target[index]
                if fragment == .refused, byte == UInt8(ascii: "#") { return .badRequest }
                if otherBytes == .encodedWithinASCII, byte >= 0x80 || byte <= 0x20 { return .badRequest }
            }
        }
        if parts.hasInvalidPort { return .badRequest }
        // How Traefik takes a URI without a host was not seen.
        if parts.lacksHost, otherForms != .refusedButAsterisk { return .badRequest }
        guard otherForms != .matched else { return .none }
        let path = parts.path
        if path.isEmpty {
            guard parts.authority != nil else { return .badRequest }
            return otherForms == .refused && parts.query != nil ? .notFound : .none
        }
        if target[path.lowerBound] == UInt8(ascii: "/") { return .none }
        guard path.count == 1, target[path.lowerBound] == UInt8(ascii: "*") else { return .badRequest }
        let isOptions = method.isSame(as: "OPTIONS")
        if otherForms == .refused { return isOptions ? .notFound : .badRequest }
        return isOptions ? .serverOptions : .notFound
    }
}

extension Span<UInt8> {
    func isSame(as text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { buffer in
            for index in 0..<count where self[index] != buffer[index] { return false }
            return true
        }
    }
}

/// Methods that RFCs register for HTTP/1.1 and that Envoy's parser knows.
enum RegisteredMethods {
    static let names = [
        "ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK", "M-SEARCH", "MERGE",
        "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH",
        "PURGE", "PUT", "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND", "UNLINK", "UNLOCK",
        "UNSUBSCRIBE",
    ]
}
