public import JSON
public import Replay

/// Tells how far what a proxy did agrees with what weir says.
public struct BackTestReport {
    private let test: BackTest
    private static let rowsMax = 20

    /// Reports on a comparison.
    public init(_ test: BackTest) { self.test = test }

    /// Writes one JSON object.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("agreement", test.agreement)
            writeCount("agreed", test.agreed, to: &writer)
            writeCount("disagreed", test.disagreed, to: &writer)
            writeCount("undetermined", test.undetermined, to: &writer)
            writer.key("aspects")
            writer.object { writer in
                for aspect in BackTest.Aspect.allCases {
                    guard let count = test.aspects[aspect] else { continue }
                    writer.key(aspect.rawValue)
                    writer.object { writer in
                        writeCount("compared", count.compared, to: &writer)
                        writeCount("agreed", count.agreed, to: &writer)
                    }
                }
            }
            writer.key("disagreements")
            writer.array { writer in for row in test.disagreements { write(row, to: &writer) } }
            writer.key("notCompared")
            writer.array { writer in
                for (reason, count) in notCompared {
                    writer.object { writer in
                        writer.member("reason", reason)
                        writer.member("requests", count.requests)
                        writer.member("weight", count.weight)
                    }
                }
            }
        }
    }

    private var notCompared: [(reason: String, count: RequestCount)] {
        test.notCompared.map { ($0.key, $0.value) }.sorted { ($1.1.requests, $0.0) < ($0.1.requests, $1.0) }
    }

    private func writeCount(_ name: StaticString, _ count: RequestCount, to writer: inout JSONWriter) {
        writer.key(name)
        writer.object { writer in
            writer.member("requests", count.requests)
            writer.member("weight", count.weight)
        }
    }

    private func write(_ row: BackTest.Disagreement, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("class", row.aspect.rawValue)
            writer.member("recorded", row.recorded)
            writer.key("says")
            writer.array { writer in for text in row.says { writer.string(text) } }
            writer.member("requests", row.total.requests)
            writer.member("weight", row.total.weight)
            writer.key("examples")
            writer.array { writer in for text in row.examples { writer.string(text) } }
        }
    }

    /// The comparison for a person, a line each.
    public func lines(style: TextStyle = .plain) -> [String] {
        var lines = [headline(style)]
        let others = [
            (test.disagreed, "disagree"),
            (test.undetermined, "are undetermined, what happened being one of the candidates"),
        ]
        for (count, what) in others where count.requests > 0 {
            lines.append("  \(RunText.count(count.requests)) \(what)")
        }
        for (reason, count) in notCompared {
            lines.append("  \(RunText.count(count.requests)) could not be compared: \(reason)")
        }
        for aspect in BackTest.Aspect.allCases {
            guard let count = test.aspects[aspect] else { continue }
            lines.append(
                style.dim(
                    "  \(aspect.rawValue): \(RunText.count(count.agreed.requests)) of \(RunText.count(count.compared.requests)) agree"
                ))
        }
        let disagreements = test.disagreements
        for row in disagreements.prefix(Self.rowsMax) {
            lines += ["", style.bad("\(row.aspect.rawValue): \(RunText.count(row.total.requests)) requests")]
            lines.append("  recorded  \(row.recorded)")
            for (place, text) in row.says.enumerated() {
                lines.append("  \(place == 0 ? "weir says" : "       or")  \(text)")
            }
            for example in row.examples { lines.append(style.dim("    \(example)")) }
        }
        if disagreements.count > Self.rowsMax {
            lines += ["", "and \(disagreements.count - Self.rowsMax) more kinds of disagreement"]
        }
        return lines
    }

    private func headline(_ style: TextStyle) -> String {
        let title = style.bold("BACK-TEST")
        guard let agreement = test.agreement else { return "\(title)  nothing could be compared" }
        let compared = test.agreed.requests + test.disagreed.requests
        let text =
            "\(Self.percent(agreement)) of \(RunText.count(compared)) compared requests agree with what was recorded"
        return "\(title)  \(test.disagreed.requests == 0 ? style.good(text) : style.doubtful(text))"
    }

    /// Three decimals, rounded down: 99.9999 % is not all.
    private static func percent(_ share: Double) -> String {
        let thousandths = Int(share * 100_000)
        var decimals = String(thousandths % 1000 + 1000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(thousandths / 1000)\(decimals.isEmpty ? "" : ".\(decimals)") %"
    }
}
