extension HeaderModifier {
    /// Adds a modifier that is carried out after this one, so that one modifier does what both do.
    mutating func append(_ later: HeaderModifier) {
        // Of one modifier's own parts removing comes last.
        for name in remove { forget(name) }
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

extension Redirect {
    /// The Location header.
    func location(for request: Request, on listener: Listener, matched: PathPredicate, dialect: Dialect) -> String {
        let read = dialect.read(request)
        let target =
            path?.target(
                read, matched: matched, join: dialect.filters.redirectPrefix, fullPath: dialect.filters.redirectFullPath
            )
            ?? read.target
        // A client of HTTP/1.0 may name no host; then only a relative reference is known to be right. RFC 9110, 10.2.2.
        guard !(hostname ?? read.uri.host).isEmpty else { return target }
        return
            "\(scheme ?? listener.scheme.rawValue)://\(authority(read, on: listener, dialect.filters.redirectPort))\(target)"
    }

    /// Host and port. Gateway API v1.6, `HTTPRequestRedirectFilter.port`, has the specification's rules.
    private func authority(
        _ read: ReadRequest, on listener: Listener, _ rule: Dialect.Filters.RedirectPort
    ) -> String {
        let scheme = scheme ?? listener.scheme.rawValue
        let wellKnown: UInt16? = scheme == "http" ? 80 : scheme == "https" ? 443 : nil
        let sent = SentAuthority(read.authority)
        switch rule {
        case .listener:
            let port = port ?? (self.scheme == nil ? listener.port : wellKnown ?? listener.port)
            // The host as it was sent, in whatever case; of its port nothing is left.
            let host = hostname ?? sent.host
            return port == wellKnown ? host : "\(host):\(port)"
        case .listenerButWellKnown:
            let port = port ?? (self.scheme == nil ? listener.port : nil)
            if let port, port != 80, port != 443 { return "\(hostname ?? sent.host):\(port)" }
            if let hostname { return hostname }
            // A port that is the old scheme's own says nothing where the scheme changes.
            let own = listener.scheme == .https ? "443" : "80"
            return scheme != listener.scheme.rawValue && sent.port == own ? sent.host : read.authority
        case .host:
            let own = self.scheme == nil ? sent.port : nil
            guard let port = port.map(String.init) ?? own, !port.isEmpty else { return hostname ?? sent.host }
            return "\(hostname ?? sent.host):\(port)"
        }
    }
}

/// Host and port of an authority, as they were sent.
private struct SentAuthority {
    var host: String
    var port: String?

    init(_ authority: String) {
        let bytes = Array(authority.utf8)
        let range = hostRange(bytes.span)
        host = String(decoding: bytes[range], as: UTF8.self)
        port = range.count < bytes.count ? String(decoding: bytes[(range.upperBound + 1)...], as: UTF8.self) : nil
    }
}

extension Request {
    /// The request as a backend sees it. Filters are carried out in order.
    func forwarded(through filters: [Filter], matched: PathPredicate, dialect: Dialect) -> Request {
        var result = self
        let read = dialect.read(self)
        result.host = read.authority
        result.target = read.target
        for filter in filters {
            switch filter {
            case .requestHeaders(let modifier):
                result.modifyHeaders(modifier.carriedOut(dialect.filters))
            case .rewrite(let rewrite):
                if let hostname = rewrite.hostname { result.host = hostname }
                if let modifier = rewrite.path {
                    result.target = modifier.target(
                        read, matched: matched, join: dialect.filters.rewritePrefix,
                        fullPath: dialect.filters.rewriteFullPath)
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
