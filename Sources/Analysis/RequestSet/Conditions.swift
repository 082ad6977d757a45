internal import Routing

/// A place of a request that matches put conditions on. Conditions on different places do not meet.
enum Dimension: Hashable {
    case path
    case method
    case header(String)
    case query(String)
}

/// One condition of a match.
struct RequestCondition: Hashable {
    var dimension: Dimension
    var predicate: TextPredicate
}

extension Match {
    /// The conditions, all of which must hold.
    var conditions: [RequestCondition] {
        var result: [RequestCondition] = []
        if let method { result.append(RequestCondition(dimension: .method, predicate: .exact(method))) }
        for header in headers {
            result.append(RequestCondition(dimension: .header(header.name), predicate: TextPredicate(header.value)))
        }
        for parameter in queryParameters {
            result.append(
                RequestCondition(dimension: .query(parameter.name), predicate: TextPredicate(parameter.value)))
        }
        let path = TextPredicate(path)
        if path != .segments("") { result.append(RequestCondition(dimension: .path, predicate: path)) }
        return result
    }
}

/// How a dialect reads each place of a request.
struct DimensionReading {
    enum Multiplicity {
        /// There is always one value.
        case one
        /// There is one value or none.
        case optional
        /// There are any number of values, and a condition holds where it holds of one of them.
        case several
    }

    let dialect: Dialect
    let path: TextDomain
    private let query: TextDomain

    init(_ dialect: Dialect) {
        self.dialect = dialect
        path = .path(dialect)
        query = .queryValue(dialect)
    }

    func multiplicity(_ dimension: Dimension) -> Multiplicity {
        switch dimension {
        case .path, .method: .one
        case .header: dialect.conditions.repeatedHeader == .anyValue ? .several : .optional
        case .query: dialect.conditions.repeatedParameter == .anyValue ? .several : .optional
        }
    }

    func domain(_ dimension: Dimension) -> TextDomain {
        switch dimension {
        case .path: path
        case .method: .token
        case .header: .header
        case .query: query
        }
    }

    /// Whether no request satisfies a condition whatever else it has.
    func isImpossible(_ condition: RequestCondition) -> Bool {
        switch condition.dimension {
        case .header("host"):
            return dialect.conditions.hostHeader == .absent
        case .query(let name):
            if name.isEmpty || !query.contains(name) { return true }
            if dialect.conditions.parameterDecoding == .none, name.utf8.contains(UInt8(ascii: "=")) { return true }
        case .path, .method, .header: break
        }
        guard case .exact(let text) = condition.predicate else { return false }
        return !domain(condition.dimension).contains(text)
    }

    /// Why conditions on a place cannot be worked out; nil where they can.
    func obstacle(_ dimension: Dimension) -> String? {
        guard dimension == .header("host"), dialect.conditions.hostHeader == .authority else { return nil }
        return "a condition on the header Host is held against the authority, which is not worked out"
    }
}
