/// A request of which something may not be known: nil is unknown, an empty value is known to be empty.
public struct PartialRequest: Hashable, Sendable {
    /// Case included.
    public var method: String?
    /// Host header or `:authority`.
    public var host: String?
    /// The request target.
    public var target: String?
    /// Those that are known, in order.
    public var headers: [HeaderField]
    /// False where the request had others too: headers of other names, since whoever records a header records all of it.
    public var headersComplete: Bool
    /// False where `target` is a path of which it is not known whether a query followed.
    public var queryComplete: Bool
    /// Names, in lower case, of headers that the request had and whose values are not known. They are not among `headers`.
    public var unknownHeaders: Set<String> = []

    /// Says what is known of a request.
    public init(
        method: String?, host: String?, target: String?, headers: [HeaderField] = [], headersComplete: Bool = true,
        queryComplete: Bool = true
    ) {
        self.method = method
        self.host = host
        self.target = target
        self.headers = headers
        self.headersComplete = headersComplete
        self.queryComplete = queryComplete
    }

    /// Everything is known of `request`.
    public init(_ request: Request) {
        self.init(method: request.method, host: request.host, target: request.target, headers: request.headers)
    }

    /// The request, where everything is known that a decision may ask for.
    public var complete: Request? {
        guard let method, let host, let target, headersComplete, queryComplete, unknownHeaders.isEmpty else {
            return nil
        }
        return Request(method: method, host: host, target: target, headers: headers)
    }

    /// The request with what is unknown left empty, for whoever must show something.
    public var known: Request {
        Request(method: method ?? "", host: host ?? "", target: target ?? "", headers: headers)
    }
}

/// Why a match does not match.
public enum Mismatch: Hashable, Sendable {
    case path
    case method
    /// A header by its name in lower case; `found` is nil where the request does not have it.
    case header(String, found: String?)
    /// A query parameter; `found` is nil where the request does not have it.
    case queryParameter(String, found: String?)
}

/// Whether a match matches a request of which something may not be known.
public enum Verdict: Hashable, Sendable {
    case matches
    case fails(Mismatch)
    /// It hangs on what is not known: names such as `method` or `headers.version`.
    case unknown([String])
}

/// What is known of a request, as a dialect reads it.
struct ReadPartialRequest {
    var request: PartialRequest
    var dialect: Dialect
    /// Nil where the target is unknown.
    var read: ReadRequest?
    /// Lower case, no port; nil where it is unknown.
    var host: String?

    init(_ request: PartialRequest, dialect: Dialect) {
        self.request = request
        self.dialect = dialect
        read = request.target.map {
            ReadRequest(method: request.method ?? "", host: request.host ?? "", target: $0, dialect: dialect)
        }
        host = request.host.map { read?.uri.host ?? EffectiveURI(host: $0, target: "/").host }
    }

    /// What the gateway answers by itself, as far as that is known.
    var answer: OwnAnswer {
        if dialect.conditions.unknownMethod == .refused, let method = request.method,
            !RegisteredMethods.names.contains(method)
        {
            return .badRequest
        }
        return read?.answer ?? .none
    }
}

extension Match {
    /// Holds a request against each condition. A condition that fails decides, whatever is unknown of the others.
    func verdict(on partial: ReadPartialRequest) -> Verdict {
        let (request, dialect) = (partial.request, partial.dialect)
        let expression = dialect.conditions.expression
        let uri = partial.read?.uri
        var missing: [String] = []
        if let uri {
            if !path.matches(uri.path, expression) { return .fails(.path) }
        } else if path != .everything || dialect.target.otherForms != .matched {
            missing.append("path")
        }
        if let method {
            if let known = request.method {
                if known != method { return .fails(.method) }
            } else {
                missing.append("method")
            }
        }
        let whole = request.known
        for header in headers {
            let isHost = header.name == "host" && dialect.conditions.hostHeader == .authority
            let authority = partial.read?.authority ?? request.host ?? ""
            let values = dialect.conditions.values(of: header.name, in: whole, authority: authority)
            if isHost, request.host == nil {
                missing.append("host")
            } else if request.unknownHeaders.contains(header.name) {
                missing.append("headers.\(header.name)")
            } else if let values {
                guard values.contains(where: { header.value.matches($0, expression) }) else {
                    return .fails(.header(header.name, found: values.joined(separator: ",")))
                }
            } else if request.headersComplete || header.name == "host" {
                return .fails(.header(header.name, found: nil))
            } else {
                missing.append("headers.\(header.name)")
            }
        }
        for parameter in queryParameters {
            guard let uri else {
                missing.append("path")
                break
            }
            guard request.queryComplete else {
                missing.append("query")
                break
            }
            let values = dialect.conditions.values(of: parameter.name, in: uri.query)
            guard values.contains(where: { parameter.value.matches($0, expression) }) else {
                return .fails(
                    .queryParameter(parameter.name, found: values.isEmpty ? nil : values.joined(separator: ",")))
            }
        }
        return missing.isEmpty ? .matches : .unknown(missing)
    }
}

extension PathPredicate {
    /// Whether a path without its query satisfies the predicate.
    public func matches(_ path: String, _ extent: Dialect.Conditions.Expression = .whole) -> Bool {
        switch self {
        case .exact(let text):
            return text.utf8.elementsEqual(path.utf8)
        case .prefix(let text):
            let prefix = text.hasSuffix("/") ? text.dropLast() : text[...]
            guard path.utf8.starts(with: prefix.utf8) else { return false }
            return path.utf8.count == prefix.utf8.count || prefix.isEmpty
                || path.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/")
        case .regularExpression(let expression):
            return expression.matches(path, extent)
        }
    }
}

extension ValuePredicate {
    /// Whether a value satisfies the predicate.
    public func matches(_ text: String, _ extent: Dialect.Conditions.Expression = .whole) -> Bool {
        switch self {
        case .exact(let value): value.utf8.elementsEqual(text.utf8)
        case .regularExpression(let expression): expression.matches(text, extent)
        }
    }
}
