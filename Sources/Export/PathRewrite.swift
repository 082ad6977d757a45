internal import Routing

/// A path modifier as Envoy's members of a route or redirect.
enum PathRewrite {
    /// What `modifier` does to a path that matched `matched`.
    ///
    /// `ReplacePrefixMatch` replaces whole segments, whatever slashes stand at the end of the prefix and its replacement.
    /// Envoy's own prefix rewriting joins texts, which is the same for as long as both are written without their last slash
    /// and the replacement is not empty.
    static func members(_ modifier: PathModifier?, matched: PathPredicate) -> [ConfigurationValue.Member] {
        switch modifier {
        case nil: return []
        case .replaceFullPath(let path): return [regex("^.*$", path)]
        case .replacePrefixMatch(let replacement):
            guard case .prefix(let prefix) = matched else { return [] }
            let (old, new) = (prefix.withoutTrailingSlash, replacement.withoutTrailingSlash)
            if old.isEmpty { return new.isEmpty ? [] : [prefixRewrite(new + "/")] }
            return new.isEmpty ? [regex("^\(old.escapingExpression)/?", "/")] : [prefixRewrite(new)]
        }
    }

    private static func prefixRewrite(_ text: String) -> ConfigurationValue.Member {
        .init(name: "prefix_rewrite", value: .string(text))
    }

    private static func regex(_ pattern: String, _ substitution: String) -> ConfigurationValue.Member {
        let literal = substitution.reduce(into: "") { $0 += $1 == "\\" ? "\\\\" : String($1) }
        return .init(
            name: "regex_rewrite",
            value: ["pattern": EnvoyMatch.regularExpression(pattern), "substitution": .string(literal)])
    }
}

extension String {
    /// The expression that matches this text alone.
    fileprivate var escapingExpression: String {
        reduce(into: "") { result, character in
            if "\\.+*?()|[]{}^$".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
