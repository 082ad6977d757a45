extension HeaderModifier {
    /// Adds a modifier that is carried out after this one, so that one modifier does what both do.
    mutating func append(_ later: HeaderModifier) {
        for field in later.set {
            forget(field.name)
            remove.removeAll { $0.isSameHeaderName(as: field.name) }
            self.set.append(field)
        }
        for field in later.add {
            // What was there is gone, so that the first one added is the only one.
            if remove.contains(where: { $0.isSameHeaderName(as: field.name) }) {
                remove.removeAll { $0.isSameHeaderName(as: field.name) }
                self.set.append(field)
            } else {
                add.append(field)
            }
        }
        for name in later.remove {
            forget(name)
            if !remove.contains(where: { $0.isSameHeaderName(as: name) }) { remove.append(name) }
        }
    }

    private mutating func forget(_ name: String) {
        self.set.removeAll { $0.name.isSameHeaderName(as: name) }
        add.removeAll { $0.name.isSameHeaderName(as: name) }
    }
}

extension PathModifier {
    /// The new path. `ReplacePrefixMatch` replaces whole segments, and a trailing slash of the prefix or its replacement
    /// counts for nothing: the table in `HTTPPathModifier.replacePrefixMatch`.
    func apply(to path: String, matched: PathPredicate) -> String {
        switch self {
        case .replaceFullPath(let new):
            return new
        case .replacePrefixMatch(let replacement):
            guard case .prefix(let prefix) = matched else { return path }
            let new = replacement.withoutTrailingSlash + path.utf8Dropping(prefix.withoutTrailingSlash.utf8.count)
            return new.isEmpty ? "/" : new
        }
    }
}

extension Redirect {
    /// The Location header. Gateway API v1.6, `HTTPRequestRedirectFilter.port`, has the rules for the port.
    func location(for request: Request, on listener: Listener, matched: PathPredicate) -> String {
        let uri = EffectiveURI(host: request.host, target: request.target)
        let path = self.path?.apply(to: uri.path, matched: matched) ?? uri.path
        let target = uri.query.map { "\(path)?\($0)" } ?? path
        let scheme = scheme ?? listener.scheme.rawValue
        let host = hostname ?? uri.host
        // A client of HTTP/1.0 may name no host; then only a relative reference is known to be right. RFC 9110, 10.2.2.
        guard !host.isEmpty else { return target }
        let wellKnown: UInt16? = scheme == "http" ? 80 : scheme == "https" ? 443 : nil
        let port = port ?? (self.scheme == nil ? listener.port : wellKnown ?? listener.port)
        return port == wellKnown ? "\(scheme)://\(host)\(target)" : "\(scheme)://\(host):\(port)\(target)"
    }
}

extension Request {
    /// The request as a backend sees it. Filters are carried out in order, those of the rule before those of the backend.
    func forwarded(through filters: [Filter], matched: PathPredicate) -> Request {
        var result = self
        let uri = EffectiveURI(host: host, target: target)
        let isAbsolute = !target.hasPrefix("/") && target.contains("://")
        if isAbsolute {
            result.host = uri.authority(ofAbsolute: target)
            result.target = uri.path.isEmpty ? uri.query.map { "/?\($0)" } ?? "/" : uri.target
        }
        for filter in filters {
            switch filter {
            case .requestHeaders(let modifier):
                result.modifyHeaders(modifier)
            case .rewrite(let rewrite):
                if let hostname = rewrite.hostname { result.host = hostname }
                if let modifier = rewrite.path {
                    let path = modifier.apply(to: uri.path, matched: matched)
                    result.target = uri.query.map { "\(path)?\($0)" } ?? path
                }
            case .responseHeaders, .redirect, .mirror, .cors:
                break
            }
        }
        return result
    }

    /// `Host` is a header like the others to a filter, although it is kept apart here.
    private mutating func modifyHeaders(_ modifier: HeaderModifier) {
        for field in modifier.set where field.name.isSameHeaderName(as: "host") { host = field.value }
        headers = modifier.apply(to: headers).filter { !$0.name.isSameHeaderName(as: "host") }
    }
}

extension EffectiveURI {
    fileprivate func authority(ofAbsolute target: String) -> String {
        let bytes = Array(target.utf8)
        let parts = TargetParts(target: bytes.span, authority: [UInt8]().span)
        return parts.authority.map { String(decoding: bytes[$0], as: UTF8.self) } ?? host
    }
}

extension String {
    fileprivate var withoutTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }

    fileprivate func utf8Dropping(_ count: Int) -> String { String(decoding: utf8.dropFirst(count), as: UTF8.self) }
}
