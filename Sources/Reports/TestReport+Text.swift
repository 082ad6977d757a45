internal import Expectations
internal import GatewayAPI
internal import Routing
internal import Scenario

extension TestReport {
    /// The most failing requests of one check that are shown.
    private static let failuresMax = 10

    /// For a person: what fails, then a summary.
    ///
    /// - Parameter isVerbose: tells of what holds too.
    public func lines(style: TextStyle = .plain, isVerbose: Bool = false) -> [String] {
        var lines: [String] = []
        for result in results where isVerbose || !result.holds || !result.notes.isEmpty {
            lines += self.lines(result, style)
        }
        if let coverage {
            if !lines.isEmpty { lines.append("") }
            lines += self.lines(coverage, style)
        }
        if !lines.isEmpty { lines.append("") }
        return lines + [summary(style)]
    }

    private func summary(_ style: TextStyle) -> String {
        let what = "\(counted(results.count, "check")), \(counted(requests, "request"))"
        return failed == 0 ? style.good("all hold") + ": \(what)" : style.bad("\(failed) failed") + ": \(what)"
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func lines(_ result: CheckResult, _ style: TextStyle) -> [String] {
        let mark = result.holds ? style.good("✓") : style.bad("✗")
        let place = result.position.map { "\($0): " } ?? ""
        var lines = ["\(mark) \(place)\(style.bold(result.test)): \(result.name)"]
        for failure in result.failures.prefix(Self.failuresMax) {
            if let request = failure.request { lines.append("    \(request.text)") }
            lines += table(failure.findings)
        }
        let others = result.failures.count - Self.failuresMax
        if others > 0 { lines.append("    and \(counted(others, "other request")) (-o json has all)") }
        if result.holds { lines += result.notes.map { "    \(style.doubtful("unknown:")) \($0)" } }
        return lines
    }

    /// Expected and actual side by side.
    private func table(_ findings: [CheckFinding]) -> [String] {
        var rows = AlignedRows()
        rows.add("", "expected", "actual")
        for finding in findings { rows.add(finding.key, finding.expected, finding.actual) }
        return rows.lines(indent: "      ")
    }

    private func lines(_ coverage: TestCoverage, _ style: TextStyle) -> [String] {
        let hasTraffic = coverage.trafficRequests != nil
        var rows = AlignedRows()
        rows.add(["coverage", "tests", ""] + (hasTraffic ? ["traffic", ""] : []) + ["no request gets there"])
        for count in coverage.counts {
            rows.add(
                [count.kind.plural] + share(count.tested, count.total)
                    + (hasTraffic ? share(count.inTraffic, count.total) : []) + ["\(count.unreachable)"])
        }
        var lines = rows.lines()
        lines.append("in all \(QuantityText.percent(coverage.share))")
        if let requests = coverage.trafficRequests {
            let undetermined = coverage.trafficUndetermined
            lines.append(
                "traffic: \(counted(Int(clamping: requests), "request"))"
                    + (undetermined == 0
                        ? "" : ", \(undetermined) of them undetermined: they count for what is certain of them"))
        }
        return lines + uncovered(coverage, style)
    }

    /// What no test covers, by the request that would.
    private func uncovered(_ coverage: TestCoverage, _ style: TextStyle) -> [String] {
        var order: [String] = []
        var items: [String: [UncoveredItem]] = [:]
        for item in coverage.uncovered {
            let remedy =
                switch item.remedy {
                case .request(let request): request.text
                case .unreachable(let why): style.dim("no request gets there: \(why)")
                case .unknown(let why): style.doubtful("unknown whether a request gets there:") + " \(why)"
                }
            if items[remedy] == nil { order.append(remedy) }
            items[remedy, default: []].append(item)
        }
        if order.isEmpty { return [] }
        return ["", "covered by no test:"]
            + order.flatMap { remedy in ["  \(remedy)"] + (items[remedy] ?? []).map { "      \(line($0))" } }
    }

    private func share(_ part: Int, _ total: Int) -> [String] {
        ["\(part) of \(total)", total == 0 ? "" : QuantityText.percent(Double(part) / Double(total))]
    }

    private func line(_ uncovered: UncoveredItem) -> String {
        let origin = uncovered.item.origin
        let place = origin.file.isEmpty ? "" : "\(origin.file):\(origin.line):\(origin.column): "
        let traffic =
            uncovered.traffic == 0
            ? "" : ", used by \(counted(Int(clamping: uncovered.traffic), "request")) of the traffic"
        return "\(place)\(uncovered.item.kind.rawValue) \(uncovered.item.name)\(traffic)"
    }
}

extension CoverageItem.Kind {
    fileprivate var plural: String {
        switch self {
        case .listener: "listeners"
        case .rule: "rules"
        case .match: "matches"
        case .backend: "backends"
        case .filter: "filters"
        }
    }
}
