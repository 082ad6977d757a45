internal import GatewayAPI
internal import Routing

/// A call is a request for `/service/method`, so a match of a GRPCRoute is one of the path. gRPC over HTTP2, "Requests".
extension GRPCRouteRule: MatchingRule {
    func compiledMatches() throws(InvalidExpression) -> [(match: Match, position: SourcePosition)] {
        var compiled: [(match: Match, position: SourcePosition)] = []
        for (place, match) in matches.enumerated() {
            let path = "matches[\(place)]"
            var result = Match(
                path: try match.method.map { method throws(InvalidExpression) in try method.path("\(path).method") }
                    ?? .everything,
                headers: try Match.headers(match.headers, path))
            result.grpcMethod = GRPCMethod(
                service: match.method?.service?.value, method: match.method?.method?.value,
                isExpression: match.method?.type == .regularExpression)
            compiled.append((result, match.position))
        }
        return compiled
    }
}

extension GRPCMethodMatch {
    /// What the path must be. A name that is left out stands for any.
    fileprivate func path(_ place: String) throws(InvalidExpression) -> PathPredicate {
        switch (type, service, method) {
        case (_, nil, nil):
            return .everything
        case (.exact, let service?, let method?):
            return .exact("/\(service.value)/\(method.value)")
        case (.exact, let service?, nil):
            return .prefix("/\(service.value)/")
        case (.exact, nil, let method?):
            return .regularExpression(
                try RegularExpression("/[^/]+/\(GRPCMethod.quoted(method.value))", method.position, "\(place).method"))
        case (.regularExpression, _, _):
            // Each is compiled alone first: together they could mean something else, such as `a)|(b`.
            for (part, name) in [(service, "service"), (method, "method")] {
                guard let part else { continue }
                _ = try RegularExpression(part.value, part.position, "\(place).\(name)")
            }
            let parts = [service, method].map { $0.map { "(?:\($0.value))" } ?? "[^/]+" }
            return .regularExpression(
                try RegularExpression("/\(parts[0])/\(parts[1])", position, place))
        }
    }
}
