extension PathModifier {
    /// The new path and query of a request.
    func target(
        _ read: ReadRequest, matched: PathPredicate, join: Dialect.Filters.PrefixJoin,
        fullPath: Dialect.Filters.FullPath
    ) -> String {
        var path = read.path
        switch self {
        case .replaceFullPath(let replacement):
            switch fullPath {
            case .verbatim: path = replacement
            case .unencoded: path = replacement.encodedAsPath
            case .substitution: if !replacement.namesGroup { path = replacement }
            case .pathAndQuery:
                if replacement.utf8.contains(UInt8(ascii: "?")) { return replacement }
                path = replacement
            }
        case .replacePrefixMatch(let replacement):
            guard case .prefix(let prefix) = matched else { break }
            path = Self.join(fullPath == .unencoded ? replacement.encodedAsPath : replacement, path, prefix, join)
        }
        return read.query.map { "\(path)?\($0)" } ?? path
    }

    private static func join(
        _ replacement: String, _ path: String, _ prefix: String, _ join: Dialect.Filters.PrefixJoin
    ) -> String {
        let rest = path.utf8Dropping(prefix.withoutTrailingSlash.utf8.count)
        switch join {
        case .segments:
            let new = replacement.withoutTrailingSlash + rest
            return new.isEmpty ? "/" : new
        case .segmentsWithoutRoot:
            let new = replacement.isEmpty ? rest.withoutLeadingSlashes : replacement.withoutTrailingSlash + rest
            return new.isEmpty ? "/" : new
        case .text, .textWithSlash:
            if replacement.withoutTrailingSlash.isEmpty {
                guard path.utf8.starts(with: prefix.utf8) else { return path }
                return "/" + path.utf8Dropping(prefix.utf8.count).withoutLeadingSlashes
            }
            let new = join == .text ? replacement.withoutTrailingSlash : replacement
            // The prefix `/` is itself what gives way, not the nothing before it.
            return prefix == "/" ? new + path.utf8Dropping(1) : new + rest
        }
    }
}

extension String {
    fileprivate var withoutTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }

    fileprivate var withoutLeadingSlashes: String { String(drop { $0 == "/" }) }

    fileprivate func utf8Dropping(_ count: Int) -> String { String(decoding: utf8.dropFirst(count), as: UTF8.self) }

    /// Whether a replacement of a regular expression names one of its groups.
    fileprivate var namesGroup: Bool {
        var isEscape = false
        for byte in utf8 {
            if isEscape, byte &- 0x31 < 9 { return true }
            isEscape = !isEscape && byte == UInt8(ascii: "\\")
        }
        return false
    }

    /// All bytes that may not stand in a path encoded, the percent sign among them.
    fileprivate var encodedAsPath: String {
        var bytes: [UInt8] = []
        for byte in utf8 { bytes.append(byte, encodedUnless: byte.mayStandUnencoded) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PathModifier {
    /// The target that a request for `target`, which `matched` took, is forwarded with.
    public func rewritten(_ target: String, matched: PathPredicate, _ dialect: Dialect) -> String {
        self.target(
            dialect.read(Request(host: "", target: target)), matched: matched, join: dialect.filters.rewritePrefix,
            fullPath: dialect.filters.rewriteFullPath)
    }
}
