internal import Routing

/// What a match asks of a text: a path, a method, or a value.
enum TextPredicate: Hashable {
    case exact(String)
    /// A path that begins with these segments; without the slash at the end, so that the root is empty.
    case segments(String)
    case expression(RegularExpression)

    init(_ path: PathPredicate) {
        switch path {
        case .exact(let text): self = .exact(text)
        case .prefix(let text): self = .segments(text.hasSuffix("/") ? String(text.dropLast()) : text)
        case .regularExpression(let expression): self = .expression(expression)
        }
    }

    init(_ value: ValuePredicate) {
        switch value {
        case .exact(let text): self = .exact(text)
        case .regularExpression(let expression): self = .expression(expression)
        }
    }

    /// How one predicate stands to another, as far as their form tells.
    enum Relation {
        /// What satisfies the first satisfies the second.
        case implies
        /// Nothing satisfies both.
        case excludes
        /// Neither can be told.
        case open
    }

    func holds(_ text: String, _ extent: Dialect.Conditions.Expression) -> Bool {
        switch self {
        case .exact(let own): own.utf8.elementsEqual(text.utf8)
        case .segments(let own): text.isBelow(own)
        case .expression(let expression): expression.matches(text, extent)
        }
    }

    func relation(to other: TextPredicate, _ extent: Dialect.Conditions.Expression) -> Relation {
        switch (self, other) {
        case (.exact(let text), _): other.holds(text, extent) ? .implies : .excludes
        case (_, .exact(let text)): holds(text, extent) ? .open : .excludes
        case (.segments(let own), .segments(let others)):
            if own.isBelow(others) { .implies } else if others.isBelow(own) { .open } else { .excludes }
        case (.expression(let own), .expression(let others)):
            own == others || others.takesAll(extent) ? .implies : .open
        case (.expression, .segments(let segments)): segments.isEmpty ? .implies : .open
        case (.segments, .expression(let expression)): expression.takesAll(extent) ? .implies : .open
        }
    }
}

extension RegularExpression {
    /// Whether every text that a request can have matches, as the form of the expression tells at once.
    fileprivate func takesAll(_ extent: Dialect.Conditions.Expression) -> Bool {
        pattern == ".*" || pattern == "^.*$" || extent == .part && (pattern.isEmpty || pattern == "^")
    }
}

extension String {
    /// Whether a path begins with segments that have no slash at their end.
    fileprivate func isBelow(_ segments: String) -> Bool {
        guard utf8.starts(with: segments.utf8) else { return false }
        return segments.isEmpty || utf8.count == segments.utf8.count
            || utf8[utf8.index(utf8.startIndex, offsetBy: segments.utf8.count)] == UInt8(ascii: "/")
    }
}
