internal import GatewayAPI
internal import Routing

/// Turns the rules of a route into those of the table.
struct RuleCompiler {
    /// What came of a route's rules.
    struct Result {
        var rules: [Rule] = []
        /// Rules that weir, like any controller, cannot carry out as they are written: they are dropped.
        var dropped: [ReferenceProblem] = []
        /// References that lead nowhere, in the order of the route.
        var unresolved: [ReferenceProblem] = []
        /// Filters whose effect is not known here.
        var notModelled: [ReferenceProblem] = []
    }

    let route: HTTPRoute
    var resolver: BackendResolver
    private var result = Result()
    private var namespace: String { route.metadata.namespace ?? "" }

    init(_ route: HTTPRoute, resolver: BackendResolver) {
        self.route = route
        self.resolver = resolver
    }

    mutating func compile() -> (Result, BackendResolver) {
        for (place, rule) in route.rules.enumerated() {
            let path = "spec.rules[\(place)]"
            if let problem = invalidity(rule, path) { result.dropped.append(problem) } else { add(rule, path) }
        }
        return (result, resolver)
    }

    private mutating func add(_ source: HTTPRouteRule, _ path: String) {
        var rule = Rule(name: source.name?.value, matches: [], origin: Origin(source.position))
        for match in source.matches {
            // Expressions that do not compile were found by `invalidity`.
            guard let compiled = try? Match(match) else { continue }
            rule.matches.append(compiled)
            rule.matchOrigins.append(Origin(match.position))
        }
        if source.matches.isEmpty { rule.matches = [Match()] }
        rule.filters = filters(source.filters, path)
        for (place, reference) in source.backendRefs.enumerated() {
            let path = "\(path).backendRefs[\(place)]"
            rule.backends.append(
                BackendReference(
                    backend: backend(reference.backend, path), weight: UInt32(max(0, reference.weight)),
                    filters: filters(reference.filters, path)))
        }
        if let timeouts = source.timeouts {
            rule.timeouts = Timeouts(request: timeouts.request, backendRequest: timeouts.backendRequest)
        }
        if let retry = source.retry {
            rule.retry = Retry(
                attempts: retry.attempts, codes: retry.codes.map(UInt16.init(clamping:)), backoff: retry.backoff)
        }
        result.rules.append(rule)
    }

    private mutating func backend(_ reference: BackendObjectReference, _ path: String) -> BackendIndex? {
        switch resolver.resolve(reference, fromKind: HTTPRoute.kind, in: namespace, path: path) {
        case .success(let index): return index
        case .failure(let problem):
            result.unresolved.append(problem)
            return nil
        }
    }

    private mutating func filters(_ sources: [HTTPRouteFilter], _ path: String) -> [Filter] {
        var filters: [Filter] = []
        for (place, source) in sources.enumerated() {
            let path = "\(path).filters[\(place)]"
            switch source.action {
            case .requestHeaderModifier(let filter): filters.append(.requestHeaders(HeaderModifier(filter)))
            case .responseHeaderModifier(let filter): filters.append(.responseHeaders(HeaderModifier(filter)))
            case .requestRedirect(let filter): filters.append(.redirect(Redirect(filter)))
            case .urlRewrite(let filter):
                filters.append(.rewrite(Rewrite(hostname: filter.hostname, path: filter.path.map(PathModifier.init))))
            case .cors(let filter): filters.append(.cors(CORS(filter)))
            case .requestMirror(let filter):
                let target = backend(filter.backendRef, "\(path).requestMirror.backendRef")
                filters.append(
                    .mirror(
                        Mirror(
                            backend: target, numerator: UInt32(max(0, filter.share.numerator)),
                            denominator: UInt32(max(1, filter.share.denominator)))))
            case .extensionRef(let reference):
                notModelled(
                    "filter \(reference.group)/\(reference.kind) \(reference.name) is not known to weir", source, path)
            case .externalAuth:
                notModelled("what the external authorisation answers is not known to weir", source, path)
            }
        }
        return filters
    }

    private mutating func notModelled(_ message: String, _ source: HTTPRouteFilter, _ path: String) {
        result.notModelled.append(
            ReferenceProblem(reason: "NotModelled", message: message, position: source.position, path: path))
    }

    /// Why a rule cannot be carried out at all.
    private func invalidity(_ rule: HTTPRouteRule, _ path: String) -> ReferenceProblem? {
        for (place, match) in rule.matches.enumerated() {
            do {
                _ = try Match(match)
            } catch {
                return ReferenceProblem(
                    reason: "UnsupportedValue", message: error.message, position: error.position,
                    path: "\(path).matches[\(place)]\(error.path)")
            }
        }
        return nil
    }
}

/// An expression of a match that does not compile.
private struct InvalidExpression: Error {
    var message: String
    var position: SourcePosition
    var path: String
}

extension Match {
    fileprivate init(_ match: HTTPRouteMatch) throws(InvalidExpression) {
        func expression(_ text: String, _ position: SourcePosition, _ path: String) throws(InvalidExpression)
            -> RegularExpression
        {
            do throws(RegularExpression.Invalid) {
                return try RegularExpression(text)
            } catch {
                throw InvalidExpression(
                    message: "the expression \(text) does not compile: \(error.message)", position: position, path: path
                )
            }
        }
        let path: PathPredicate
        switch match.path.type {
        case .exact: path = .exact(match.path.value)
        case .pathPrefix: path = .prefix(match.path.value)
        case .regularExpression:
            path = .regularExpression(try expression(match.path.value, match.path.position, ".path.value"))
        }
        var headers: [FieldPredicate] = []
        for (place, header) in match.headers.enumerated() {
            let value: ValuePredicate =
                header.type == .exact
                ? .exact(header.value)
                : .regularExpression(try expression(header.value, header.position, ".headers[\(place)].value"))
            headers.append(FieldPredicate(name: header.name, value: value))
        }
        var parameters: [FieldPredicate] = []
        for (place, parameter) in match.queryParams.enumerated() {
            let value: ValuePredicate =
                parameter.type == .exact
                ? .exact(parameter.value)
                : .regularExpression(
                    try expression(parameter.value, parameter.position, ".queryParams[\(place)].value"))
            parameters.append(FieldPredicate(name: parameter.name, value: value))
        }
        self.init(path: path, headers: headers, queryParameters: parameters, method: match.method?.rawValue)
    }
}

extension HeaderModifier {
    fileprivate init(_ filter: HTTPHeaderFilter) {
        self.init(
            set: filter.set.map { HeaderField($0.name, $0.value) },
            add: filter.add.map { HeaderField($0.name, $0.value) },
            remove: filter.remove.map(\.value))
    }
}

extension PathModifier {
    fileprivate init(_ modifier: HTTPPathModifier) {
        switch modifier {
        case .replaceFullPath(let path): self = .replaceFullPath(path.value)
        case .replacePrefixMatch(let prefix): self = .replacePrefixMatch(prefix.value)
        }
    }
}

extension Redirect {
    fileprivate init(_ filter: HTTPRequestRedirectFilter) {
        self.init(
            scheme: filter.scheme?.rawValue, hostname: filter.hostname, path: filter.path.map(PathModifier.init),
            port: filter.port, status: UInt16(filter.statusCode.rawValue))
    }
}

extension CORS {
    fileprivate init(_ filter: HTTPCORSFilter) {
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
