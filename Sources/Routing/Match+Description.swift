extension PathPredicate: CustomStringConvertible {
    /// `PathPrefix /shop`, as a manifest would say it.
    public var description: String {
        switch self {
        case .exact(let path): "Exact \(path)"
        case .prefix(let path): "PathPrefix \(path)"
        case .regularExpression(let expression): "RegularExpression \(expression.pattern)"
        }
    }
}

extension FieldPredicate: CustomStringConvertible {
    /// `version=two`, or `version~t.*` for an expression.
    public var description: String {
        switch value {
        case .exact(let text): "\(name)=\(text)"
        case .regularExpression(let expression): "\(name)~\(expression.pattern)"
        }
    }
}

extension Match: CustomStringConvertible {
    /// All conditions in a line: `GET PathPrefix /shop, header version=two, query q=1`.
    public var description: String {
        var parts = [method.map { "\($0) \(path)" } ?? "\(path)"]
        parts += headers.map { "header \($0)" }
        parts += queryParameters.map { "query \($0)" }
        return parts.joined(separator: ", ")
    }
}
