internal import CRE2

/// A compiled regular expression in RE2's syntax, the one of Envoy, Istio and GKE. Its time is linear in the text.
public final class RegularExpression: Sendable {
    /// Why an expression does not compile, in RE2's words.
    public struct Invalid: Error, Equatable, Sendable {
        /// RE2's message.
        public var message: String
    }

    /// The expression as it is written.
    public let pattern: String
    // RE2 objects are immutable and safe to match with from several threads; what they cache is behind their own lock.
    private nonisolated(unsafe) let compiled: OpaquePointer

    /// Compiles `pattern`.
    public init(_ pattern: String) throws(Invalid) {
        self.pattern = pattern
        var text = pattern
        guard
            let regex = text.withUTF8({ utf8 in
                utf8.withMemoryRebound(to: CChar.self) { cre2_regex_new($0.baseAddress, $0.count, true) }
            })
        else { throw Invalid(message: "out of memory") }
        compiled = regex
        if let message = cre2_regex_error(regex) { throw Invalid(message: String(cString: message)) }
    }

    deinit { cre2_regex_free(compiled) }

    /// Whether all of `text` matches, or a part of it.
    public func matches(_ text: String, _ extent: Dialect.Conditions.Expression = .whole) -> Bool {
        var text = text
        return text.withUTF8 { cre2_regex_matches(compiled, $0.baseAddress, $0.count, extent == .whole) }
    }

    /// Whether all of the bytes in `range` match, or a part of them.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ extent: Dialect.Conditions.Expression) -> Bool {
        bytes.extracting(range).withUnsafeBufferPointer {
            cre2_regex_matches(compiled, $0.baseAddress, $0.count, extent == .whole)
        }
    }
}

extension RegularExpression: Hashable {
    /// Expressions are the same where they are written the same.
    public static func == (left: RegularExpression, right: RegularExpression) -> Bool { left.pattern == right.pattern }

    /// By the pattern.
    public func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}
