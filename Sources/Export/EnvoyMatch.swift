internal import Routing

/// A match of the table as Envoy's `RouteMatch`.
enum EnvoyMatch {
    /// Why no request ever satisfies a match; nil where some do.
    static func impossibility(_ match: Match, _ dialect: Dialect) -> String? {
        guard dialect.conditions.hostHeader == .absent else { return nil }
        // The core keeps Host apart from the headers, whereas Envoy takes the name for the authority.
        return match.headers.contains { $0.name == "host" } ? "a match on the header Host is never met" : nil
    }

    /// The conditions of `match`; `further` are asked of the headers as well.
    static func configuration(_ match: Match, further: [ConfigurationValue] = []) -> ConfigurationValue {
        var members = path(match.path)
        var headers = match.headers.map { field($0, isHeader: true) }
        if let method = match.method {
            headers.insert(["name": ":method", "string_match": ["exact": .string(method)]], at: 0)
        }
        members.append(.init(name: "headers", value: .list(headers + further)))
        members.append(
            .init(name: "query_parameters", value: .list(match.queryParameters.map { field($0, isHeader: false) })))
        return .object(members)
    }

    private static func path(_ path: PathPredicate) -> [ConfigurationValue.Member] {
        switch path {
        case .exact(let text):
            return [.init(name: "path", value: .string(text))]
        case .prefix(let text):
            // Envoy's separated prefix is the one of the Gateway API, written without its last slash.
            let segments = text.withoutTrailingSlash
            return segments.isEmpty
                ? [.init(name: "prefix", value: "/")]
                : [.init(name: "path_separated_prefix", value: .string(segments))]
        case .regularExpression(let expression):
            return [.init(name: "safe_regex", value: regularExpression(expression.pattern))]
        }
    }

    private static func field(_ field: FieldPredicate, isHeader: Bool) -> ConfigurationValue {
        let value: ConfigurationValue =
            switch field.value {
            case .exact(let text): ["exact": .string(text)]
            case .regularExpression(let expression): ["safe_regex": regularExpression(expression.pattern)]
            }
        return ["name": .string(field.name), "string_match": value]
    }

    /// Envoy refuses an empty expression; an empty group is the same.
    static func regularExpression(_ pattern: String) -> ConfigurationValue {
        ["regex": .string(pattern.isEmpty ? "()" : pattern)]
    }
}

extension String {
    var withoutTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
