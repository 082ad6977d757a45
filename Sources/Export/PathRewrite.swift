internal import Routing

/// A path modifier as Envoy's members of a route or redirect.
enum PathRewrite {
    /// What a rewrite's `modifier` does to a path that matched `matched`.
    static func rewrite(
        _ modifier: PathModifier?, matched: PathPredicate, _ filters: Dialect.Filters
    ) -> [ConfigurationValue.Member] {
        switch modifier {
        case nil: []
        // As the replacement of an expression a backslash is what Envoy makes of it, unless it is doubled.
        case .replaceFullPath(let path) where filters.rewriteFullPath == .substitution: [regex("^/.*$", path)]
        case .replaceFullPath(let path): [regex("^.*$", path.doublingBackslashes)]
        case .replacePrefixMatch(let replacement): prefix(replacement, matched, filters.rewritePrefix)
        }
    }

    /// What a redirect's `modifier` does to a path that matched `matched`.
    static func redirect(
        _ modifier: PathModifier?, matched: PathPredicate, _ filters: Dialect.Filters
    ) -> [ConfigurationValue.Member] {
        switch modifier {
        case nil: []
        case .replaceFullPath(let path) where filters.redirectFullPath == .pathAndQuery:
            [.init(name: "path_redirect", value: .string(path))]
        case .replaceFullPath(let path): [regex("^.*$", path.doublingBackslashes)]
        case .replacePrefixMatch(let replacement): prefix(replacement, matched, filters.redirectPrefix)
        }
    }

    private static func prefix(
        _ replacement: String, _ matched: PathPredicate, _ join: Dialect.Filters.PrefixJoin
    ) -> [ConfigurationValue.Member] {
        guard case .prefix(let prefix) = matched else { return [] }
        switch join {
        case .segments, .segmentsWithoutRoot: return bySegments(prefix, replacement)
        case .text, .textWithSlash:
            if replacement.withoutTrailingSlash.isEmpty { return [regex("^\(prefix.escapingExpression)/*", "/")] }
            return [prefixRewrite(join == .text ? replacement.withoutTrailingSlash : replacement)]
        }
    }

    /// `ReplacePrefixMatch` replaces whole segments, whatever slashes stand at the end of the prefix and its replacement.
    /// Envoy's own prefix rewriting joins texts, which is the same for as long as both are written without their last slash
    /// and the replacement is not empty.
    private static func bySegments(_ prefix: String, _ replacement: String) -> [ConfigurationValue.Member] {
        let (old, new) = (prefix.withoutTrailingSlash, replacement.withoutTrailingSlash)
        if old.isEmpty { return new.isEmpty ? [] : [prefixRewrite(new + "/")] }
        return new.isEmpty ? [regex("^\(old.escapingExpression)/?", "/")] : [prefixRewrite(new)]
    }

    private static func prefixRewrite(_ text: String) -> ConfigurationValue.Member {
        .init(name: "prefix_rewrite", value: .string(text))
    }

    private static func regex(_ pattern: String, _ substitution: String) -> ConfigurationValue.Member {
        .init(
            name: "regex_rewrite",
            value: ["pattern": EnvoyMatch.regularExpression(pattern), "substitution": .string(substitution)])
    }
}

extension String {
    fileprivate var doublingBackslashes: String { reduce(into: "") { $0 += $1 == "\\" ? "\\\\" : String($1) } }

    /// The expression that matches this text alone.
    fileprivate var escapingExpression: String {
        reduce(into: "") { result, character in
            if "\\.+*?()|[]{}^$".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
