/// A request as a dialect reads it, for whatever is not in a hurry: the same as `prepare` leaves in a scratch, as text.
struct ReadRequest {
    /// What the gateway answers by itself.
    var answer: OwnAnswer
    /// Host and query, and the path in the form that is held against rules.
    var uri: EffectiveURI
    /// The authority that counts, as it was sent.
    var authority: String
    /// The path in the form that is forwarded.
    var path: String
    /// The query in the form that is forwarded.
    var query: String?

    /// Path and query as they are forwarded.
    var target: String { query.map { "\(path)?\($0)" } ?? path }

    init(method: String, host: String, target: String, dialect: Dialect) {
        let bytes = Array(target.utf8)
        let parts = TargetParts(target: bytes.span, authority: Array(host.utf8).span)
        uri = EffectiveURI(host: host, target: target)
        authority = parts.authority.map { String(decoding: bytes[$0], as: UTF8.self) } ?? host
        path = uri.path
        query = uri.query
        answer = .none
        let reading = dialect.target
        if reading.keepsEverything {
            if parts.lacksHost || parts.hasInvalidPort { answer = .badRequest }
        } else {
            let normaliser = PathNormaliser(target: reading)
            let original = bytes[parts.path]
            answer = reading.answer(method: Array(method.utf8).span, target: bytes.span, parts)
            let sent = original.isEmpty ? [UInt8(ascii: "/")] : Array(original)
            if answer == .none, !normaliser.keeps(sent.span) {
                var matched: [UInt8] = []
                var forwarded: [UInt8] = []
                answer = normaliser.append(sent.span, as: .matched, to: &matched)
                _ = normaliser.append(sent.span, as: .forwarded, to: &forwarded)
                uri.path = String(decoding: matched, as: UTF8.self)
                path = String(decoding: forwarded, as: UTF8.self)
            } else if original.isEmpty {
                uri.path = "/"
                path = "/"
            }
        }
        if dialect.conditions.semicolonDivides {
            query = query.map { $0.replacing(";", with: "&") }
        }
    }
}

extension Dialect {
    /// Reads what is needed of a request to forward or redirect it.
    func read(_ request: Request) -> ReadRequest {
        ReadRequest(method: request.method, host: request.host, target: request.target, dialect: self)
    }
}

extension Dialect.Conditions {
    /// The values of a query parameter that a condition is held against; none where the request does not have it.
    func values(of name: String, in query: String?) -> [String] {
        guard let query else { return [] }
        var values: [String] = []
        for parameter in query.utf8.split(whereSeparator: { $0 == 0x26 || semicolonDivides && $0 == 0x3B }) {
            let parts = parameter.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = decoded(Array(parts[0])), let value = decoded(parts.count > 1 ? Array(parts[1]) : []),
                key == name
            else { continue }
            values.append(value)
            if repeatedParameter == .firstValue { break }
        }
        return values
    }

    /// A name or value as it is compared; nil where it cannot be decoded.
    private func decoded(_ text: [UInt8]) -> String? {
        guard parameterDecoding == .form else { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        guard bytes.append(decodingForm: text.span, text.indices) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The values of a header that a condition is held against; nil where the request does not have it.
    func values(of name: String, in request: Request, authority: String) -> [String]? {
        if name == "host" { return hostHeader == .authority ? [authority] : nil }
        switch repeatedHeader {
        case .joined: return request.header(name).map { [$0] }
        case .anyValue:
            let values = request.headers.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
            return values.isEmpty ? nil : values
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of a form's name or value, decoded; false where they cannot be decoded.
    mutating func append(decodingForm text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            switch text[index] {
            case UInt8(ascii: "+"):
                append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < range.upperBound, let value = text.decodedByte(at: index) else { return false }
                append(value)
                index += 2
            default:
                append(text[index])
            }
            index += 1
        }
        return true
    }
}

extension Dialect.Hostnames {
    /// Whether a request for `host` (lower case, no port) is meant by a hostname.
    func matches(_ pattern: HostnamePattern, _ host: String) -> Bool {
        guard trailingDot == .ignoredByExactNames, host.hasSuffix(".") else { return pattern.matches(host) }
        if case .wildcard = pattern { return false }
        return pattern.matches(String(host.dropLast()))
    }
}
