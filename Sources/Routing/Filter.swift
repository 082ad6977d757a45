/// A header's name and value.
public struct HeaderField: Hashable, Sendable {
    /// As it is written; names are the same whatever their case.
    public var name: String
    /// The value.
    public var value: String

    /// Makes a header field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Changes to the headers of a request or a response. Gateway API v1.6, `HTTPHeaderFilter`.
public struct HeaderModifier: Hashable, Sendable {
    /// Replaces every field of that name.
    public var set: [HeaderField]
    /// Stands beside the fields of that name.
    public var add: [HeaderField]
    /// Names of the fields to take away.
    public var remove: [String]

    /// Makes a modifier.
    public init(set: [HeaderField] = [], add: [HeaderField] = [], remove: [String] = []) {
        self.set = set
        self.add = add
        self.remove = remove
    }

    /// Whether it changes nothing.
    public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }

    /// The fields after the change. The specification does not order the three; they are carried out as the type lists
    /// them: set, add, remove.
    public func apply(to fields: [HeaderField]) -> [HeaderField] {
        var result = fields
        for field in set {
            result.removeAll { $0.name.isSameHeaderName(as: field.name) }
            result.append(field)
        }
        result += add
        for name in remove { result.removeAll { $0.name.isSameHeaderName(as: name) } }
        return result
    }
}

/// How a redirect or rewrite changes the path. Gateway API v1.6, `HTTPPathModifier`.
public enum PathModifier: Hashable, Sendable {
    /// Replaces all of the path.
    case replaceFullPath(String)
    /// Replaces the segments that the match's prefix matched.
    case replacePrefixMatch(String)
}

/// Gateway API v1.6, `HTTPRequestRedirectFilter`.
public struct Redirect: Hashable, Sendable {
    /// Nil is the scheme of the request.
    public var scheme: String?
    /// Nil is the host of the request.
    public var hostname: String?
    /// Nil leaves the path.
    public var path: PathModifier?
    /// Nil: the scheme's well-known port where `scheme` is given, else the listener's.
    public var port: UInt16?
    /// 301, 302, 303, 307 or 308.
    public var status: UInt16

    /// Makes a redirect.
    public init(
        scheme: String? = nil, hostname: String? = nil, path: PathModifier? = nil, port: UInt16? = nil,
        status: UInt16 = 302
    ) {
        self.scheme = scheme
        self.hostname = hostname
        self.path = path
        self.port = port
        self.status = status
    }
}

/// Gateway API v1.6, `HTTPURLRewriteFilter`.
public struct Rewrite: Hashable, Sendable {
    /// Replaces the Host header.
    public var hostname: String?
    /// Replaces the path or a part of it.
    public var path: PathModifier?

    /// Makes a rewrite.
    public init(hostname: String? = nil, path: PathModifier? = nil) {
        self.hostname = hostname
        self.path = path
    }
}

/// Gateway API v1.6, `HTTPRequestMirrorFilter`: a copy of some requests goes to another backend, its response is dropped.
public struct Mirror: Hashable, Sendable {
    /// Where to. Nil where the reference is not valid: then there is no mirror, and the request goes its way.
    public var backend: BackendIndex?
    /// The share of the requests that is copied: `numerator` of `denominator`.
    public var numerator: UInt32
    /// Not 0.
    public var denominator: UInt32

    /// Makes a mirror.
    public init(backend: BackendIndex?, numerator: UInt32 = 1, denominator: UInt32 = 1) {
        self.backend = backend
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The share of the requests that is copied, 0 to 1.
    public var fraction: Double { min(1, Double(numerator) / Double(denominator)) }
}

/// A filter of a rule or of a backend reference. Gateway API v1.6, `HTTPRouteFilter`.
public enum Filter: Hashable, Sendable {
    case requestHeaders(HeaderModifier)
    case responseHeaders(HeaderModifier)
    case redirect(Redirect)
    case rewrite(Rewrite)
    case mirror(Mirror)
    case cors(CORS)
}

extension String {
    /// Header names are compared without regard to the case of ASCII letters. RFC 9110, section 5.1.
    func isSameHeaderName(as other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { asciiLowercased($0) == asciiLowercased($1) }
    }
}

@inline(__always)
func asciiLowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
