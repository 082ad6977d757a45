internal import GatewayAPI
internal import Routing

/// A rule of a route of some kind, as far as the kinds differ in what their rules ask for.
protocol MatchingRule: RouteRule {
    /// What the rule matches, with where it was written; empty for everything.
    func compiledMatches() throws(InvalidExpression) -> [(match: Match, position: SourcePosition)]
    var routingTimeouts: Timeouts { get }
    var routingRetry: Retry? { get }
    var sessionPersistence: SessionPersistence? { get }
}

extension MatchingRule {
    var routingTimeouts: Timeouts { Timeouts() }
    var routingRetry: Retry? { nil }
    var sessionPersistence: SessionPersistence? { nil }
}

/// An expression of a match that does not compile.
struct InvalidExpression: Error {
    var message: String
    var position: SourcePosition
    /// From the rule on.
    var path: String
}

extension RegularExpression {
    /// Compiles an expression of a manifest.
    convenience init(_ text: String, _ position: SourcePosition, _ path: String) throws(InvalidExpression) {
        do throws(RegularExpression.Invalid) {
            try self.init(text)
        } catch {
            throw InvalidExpression(
                message: "the expression \(text) does not compile: \(error.message)", position: position, path: path)
        }
    }
}

/// TLSRoutes, TCPRoutes and UDPRoutes take whatever their listener lets through.
extension ForwardingRule: MatchingRule {
    func compiledMatches() throws(InvalidExpression) -> [(match: Match, position: SourcePosition)] { [] }
}

extension HTTPRouteRule: MatchingRule {
    func compiledMatches() throws(InvalidExpression) -> [(match: Match, position: SourcePosition)] {
        var compiled: [(match: Match, position: SourcePosition)] = []
        for (place, match) in matches.enumerated() {
            compiled.append((try Match(match, "matches[\(place)]"), match.position))
        }
        return compiled
    }

    var routingTimeouts: Timeouts {
        timeouts.map { Timeouts(request: $0.request, backendRequest: $0.backendRequest) } ?? Timeouts()
    }

    var routingRetry: Retry? {
        retry.map {
            Retry(attempts: $0.attempts, codes: $0.codes.map(UInt16.init(clamping:)), backoff: $0.backoff)
        }
    }
}

extension Match {
    fileprivate init(_ match: HTTPRouteMatch, _ place: String) throws(InvalidExpression) {
        let path: PathPredicate
        switch match.path.type {
        case .exact: path = .exact(match.path.value)
        case .pathPrefix: path = .prefix(match.path.value)
        case .regularExpression:
            path = .regularExpression(
                try RegularExpression(match.path.value, match.path.position, "\(place).path.value"))
        }
        var parameters: [FieldPredicate] = []
        for (order, parameter) in match.queryParams.enumerated() {
            let value: ValuePredicate =
                parameter.type == .exact
                ? .exact(parameter.value)
                : .regularExpression(
                    try RegularExpression(
                        parameter.value, parameter.position, "\(place).queryParams[\(order)].value"))
            parameters.append(FieldPredicate(name: parameter.name, value: value))
        }
        self.init(
            path: path, headers: try Self.headers(match.headers, place), queryParameters: parameters,
            method: match.method?.rawValue)
    }

    /// Headers are asked for alike in HTTP and in gRPC.
    static func headers(_ headers: [HTTPHeaderMatch], _ place: String) throws(InvalidExpression) -> [FieldPredicate] {
        var predicates: [FieldPredicate] = []
        for (order, header) in headers.enumerated() {
            let value: ValuePredicate =
                header.type == .exact
                ? .exact(header.value)
                : .regularExpression(
                    try RegularExpression(header.value, header.position, "\(place).headers[\(order)].value"))
            predicates.append(FieldPredicate(name: header.name, value: value))
        }
        return predicates
    }
}
