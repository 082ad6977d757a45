internal import Expectations
internal import GatewayAPI

extension CheckFinding {
    /// `backend: expected store/cart-v1, found store/cart-v2`
    fileprivate var sentence: String { "\(key): expected \(expected), found \(actual)" }
}

extension CheckResult {
    /// What does not hold, a line each.
    fileprivate var details: [String] {
        failures.flatMap { failure in
            (failure.request.map { [$0.text] } ?? []) + failure.findings.map { "  \($0.sentence)" }
        }
    }

    /// In one line.
    fileprivate var headline: String {
        guard let first = failures.first, let finding = first.findings.first else { return "" }
        let request = first.request.map { "\($0.text): " } ?? ""
        let others = failures.reduce(0) { $0 + $1.findings.count } - 1
        return request + finding.sentence + (others > 0 ? " (and \(others) more)" : "")
    }
}

extension TestReport {
    /// As workflow commands of GitHub Actions: an annotation for each check that fails, or of which something is unknown.
    public var annotations: [String] {
        results.flatMap { result -> [String] in
            if result.holds {
                return result.notes.map { note in
                    AnnotationReport.line(
                        Diagnostic(.warning, code: "unknown", "\(result.name): \(note)", position: result.position))
                }
            }
            let message = ([result.name] + result.details).joined(separator: "\n")
            return [
                AnnotationReport.line(
                    Diagnostic(.error, code: "expectation-failed", message, position: result.position))
            ]
        }
    }

    /// In the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html).
    public var tapLines: [String] {
        var lines = ["TAP version 14", "1..\(results.count)"]
        for (place, result) in results.enumerated() {
            let name = "\(result.test): \(result.name)".map { character in
                switch character {
                case "#", "\\": "\\\(character)"
                case "\n", "\r", "\r\n": " "
                default: String(character)
                }
            }.joined()
            lines.append("\(result.holds ? "ok" : "not ok") \(place + 1) - \(name)")
            lines += result.notes.map { "# unknown: \($0.split(whereSeparator: \.isNewline).joined(separator: " "))" }
            if result.holds { continue }
            lines += ["  ---", "  message: \(Self.quoted(result.headline))"]
            if let position = result.position { lines.append("  at: \(Self.quoted("\(position)"))") }
            lines.append("  failures:")
            for failure in result.failures {
                for finding in failure.findings {
                    if let request = failure.request {
                        lines.append("  - request: \(Self.quoted(request.text))")
                        lines.append("    key: \(Self.quoted(finding.key))")
                    } else {
                        lines.append("  - key: \(Self.quoted(finding.key))")
                    }
                    lines.append("    expected: \(Self.quoted(finding.expected))")
                    lines.append("    actual: \(Self.quoted(finding.actual))")
                }
            }
            lines.append("  ...")
        }
        return lines
    }

    /// A double-quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count == 1 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// As JUnit's XML, in the form that Jenkins and GitLab read: a suite for each test file's test, a test case for each check.
    public var junitLines: [String] {
        var suites: [(name: String, file: String?, results: [CheckResult])] = []
        for result in results {
            let file = result.position?.file
            if let last = suites.indices.last, suites[last].name == result.test, suites[last].file == file {
                suites[last].results.append(result)
            } else {
                suites.append((result.test, file, [result]))
            }
        }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="weir" tests="\#(results.count)" failures="\#(failed)" errors="0">"#,
        ]
        for suite in suites {
            let failures = suite.results.count { !$0.holds }
            let file = suite.file.map { #" file="\#(Self.escaped($0))""# } ?? ""
            lines.append(
                #"  <testsuite name="\#(Self.escaped(suite.name))" tests="\#(suite.results.count)" failures="\#(failures)" errors="0" skipped="0"\#(file)>"#
            )
            for result in suite.results { lines += junit(result) }
            lines.append("  </testsuite>")
        }
        return lines + ["</testsuites>"]
    }

    private func junit(_ result: CheckResult) -> [String] {
        let place = result.position.map { #" file="\#(Self.escaped($0.file))" line="\#($0.line)""# } ?? ""
        let start =
            #"    <testcase name="\#(Self.escaped(result.name))" classname="\#(Self.escaped(result.test))"\#(place)"#
        if result.holds, result.notes.isEmpty { return [start + "/>"] }
        var lines = [start + ">"]
        if !result.holds {
            let details = Self.escaped(result.details.joined(separator: "\n"))
            lines.append(
                #"      <failure message="\#(Self.escaped(result.headline))" type="expectation">\#(details)</failure>"#)
        }
        if !result.notes.isEmpty {
            lines.append("      <system-out>\(Self.escaped(result.notes.joined(separator: "\n")))</system-out>")
        }
        return lines + ["    </testcase>"]
    }

    /// Text or an attribute's value in XML 1.0; characters that XML cannot hold become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
