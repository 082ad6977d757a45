import CRE2
import Manifests

/// A pattern in RE2's language, linear in time, that is searched for in a text of UTF-8.
///
/// It is immutable, and matching from several threads at once is allowed.
final class RegularExpression: @unchecked Sendable {
    /// As written.
    let pattern: String
    private let compiled: OpaquePointer

    /// Compiles a pattern; throws RE2's words where it is none.
    init(_ pattern: String) throws(PatternError) {
        self.pattern = pattern
        var text = pattern
        compiled = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_regex_new($0.baseAddress, $0.count, true) }
        }
        if let problem = cre2_regex_error(compiled) {
            // All is initialised: `deinit` frees it.
            throw PatternError(pattern: pattern, reason: String(cString: problem))
        }
    }

    deinit { cre2_regex_free(compiled) }

    /// Whether some part of the text matches.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if let base = text.baseAddress { return cre2_regex_matches(compiled, base, text.count, false) }
        var nothing: UInt8 = 0
        return cre2_regex_matches(compiled, &nothing, 0, false)
    }

    func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8(matches)
    }
}

/// A pattern that RE2 does not compile.
struct PatternError: Error {
    var pattern: String
    var reason: String
}
