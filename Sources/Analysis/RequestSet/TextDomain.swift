internal import Routing

/// Which texts can stand in a place of a request at all.
struct TextDomain {
    /// In RE2's syntax: what all of them match.
    let wanted: [String]
    /// What none of them matches.
    let unwanted: [String]
    /// The same, to hold one text against.
    private let wantedExpressions: [RegularExpression]
    private let unwantedExpressions: [RegularExpression]

    init(wanted: [String], unwanted: [String] = []) {
        self.wanted = wanted
        self.unwanted = unwanted
        wantedExpressions = wanted.compactMap { try? RegularExpression($0) }
        unwantedExpressions = unwanted.compactMap { try? RegularExpression($0) }
    }

    func contains(_ text: String) -> Bool {
        wantedExpressions.allSatisfy { $0.matches(text) } && !unwantedExpressions.contains { $0.matches(text) }
    }

    /// Paths: what follows the authority, up to the question mark. RFC 9112, section 3.2.1; other characters than those of
    /// RFC 3986 are met in practice and stay, as long as they do not end the path.
    ///
    /// Under a dialect that normalises, only paths that it leaves as they are: all that is held against rules is of that
    /// form.
    static func path(_ dialect: Dialect) -> TextDomain {
        let asSent = #"/[^\x00-\x20\x7f?#]*"#
        let target = dialect.target
        var unwanted: [String] = []
        if target.slashes != .kept { unwanted.append(#".*//.*"#) }
        if target.dotSegments != .kept { unwanted.append(#".*/\.\.?(/.*)?"#) }
        if target.encodedSlash != .kept { unwanted.append(#".*%(2[fF]|5[cC]).*"#) }
        if target.backslash != .kept { unwanted.append(#".*\\.*"#) }
        if target.encoded != .kept {
            unwanted.append(#".*%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE]).*"#)
        }
        if target.refusesEncodedZero { unwanted.append(".*%00.*") }
        if target.otherBytes == .encodedWithinASCII { unwanted.append(#".*[^!$-;=@-\[\]_a-z~].*"#) }
        return TextDomain(wanted: [asSent], unwanted: unwanted)
    }

    /// Values of header fields. RFC 9110, section 5.5: no control characters, no white space around.
    static let header = TextDomain(wanted: [
        #"([!-~\x{80}-\x{10FFFF}]([\t -~\x{80}-\x{10FFFF}]*[!-~\x{80}-\x{10FFFF}])?)?"#
    ])

    /// Names and values of query parameters, as they are sent.
    static func queryValue(_ dialect: Dialect) -> TextDomain {
        if dialect.conditions.parameterDecoding == .form { return TextDomain(wanted: [#"[^\x00]*"#]) }
        return TextDomain(
            wanted: [dialect.conditions.semicolonDivides ? #"[^\x00-\x20\x7f&;#]*"# : #"[^\x00-\x20\x7f&#]*"#])
    }

    /// RFC 9110, section 5.6.2.
    static let token = TextDomain(wanted: [#"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"#])
}
