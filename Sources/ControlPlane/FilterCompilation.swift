internal import GatewayAPI
internal import Routing

extension HeaderModifier {
    init(_ filter: HTTPHeaderFilter) {
        self.init(
            set: filter.set.map { HeaderField($0.name, $0.value) },
            add: filter.add.map { HeaderField($0.name, $0.value) },
            remove: filter.remove.map(\.value))
    }
}

extension PathModifier {
    init(_ modifier: HTTPPathModifier) {
        switch modifier {
        case .replaceFullPath(let path): self = .replaceFullPath(path.value)
        case .replacePrefixMatch(let prefix): self = .replacePrefixMatch(prefix.value)
        }
    }
}

extension Redirect {
    init(_ filter: HTTPRequestRedirectFilter) {
        self.init(
            scheme: filter.scheme?.rawValue, hostname: filter.hostname, path: filter.path.map(PathModifier.init),
            port: filter.port, status: UInt16(filter.statusCode.rawValue))
    }
}

extension CORS {
    init(_ filter: HTTPCORSFilter) {
        self.init(
            allowOrigins: filter.allowOrigins.map(\.value), allowCredentials: filter.allowCredentials,
            allowMethods: filter.allowMethods, allowHeaders: filter.allowHeaders, exposeHeaders: filter.exposeHeaders,
            maxAge: filter.maxAge)
    }
}

extension Origin {
    init(_ position: SourcePosition) {
        self.init(file: position.file, line: position.line, column: position.column)
    }
}
