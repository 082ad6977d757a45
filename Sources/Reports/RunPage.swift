internal import Scenario
internal import Simulation
internal import Testbed

/// The result as a page that is complete in itself: throughput, latencies, use and events over time, for every rule and
/// backend, and the tables of the text.
struct RunPage {
    let result: ScenarioResult

    /// Rules and backends that get plots of their own: those with most requests. Others stand in the tables.
    static let plottedMost = 40

    var text: String {
        HTMLPage.text(title: result.name) { page in
            header(&page)
            expectations(&page)
            events(&page)
            plots(&page)
            tables(&page)
            confidence(&page)
            notModelled(&page)
        }
    }

    private func header(_ page: inout HTMLWriter) {
        page.element("h1", text: result.name)
        let lines = RunReport(result).summary
        page.element("p", ("class", "soft"), text: lines.joined(separator: "; "))
        page.line()
    }

    private func expectations(_ page: inout HTMLWriter) {
        let all = result.expectations
        guard !all.isEmpty else { return }
        let failed = all.filter { !$0.isMet }.count
        page.element("h2", text: "Expectations")
        page.element(
            "p", ("class", failed == 0 ? "good" : "bad"),
            text: failed == 0 ? "All \(all.count) hold." : "\(failed) of \(all.count) fail.")
        list(all.filter { !$0.isMet }, &page)
        guard failed < all.count else { return }
        page.element("details") { page in
            page.element("summary", text: failed == 0 ? "What was expected" : "Those that hold")
            list(all.filter(\.isMet), &page)
        }
        page.line()
    }

    private func list(_ expectations: [ExpectationResult], _ page: inout HTMLWriter) {
        guard !expectations.isEmpty else { return }
        page.element("ul") { page in
            for expectation in expectations {
                let isOneText = expectation.isMet && expectation.isSelfExplaining
                let text =
                    isOneText
                    ? "\(expectation.subject) \(expectation.observed)"
                    : "\(expectation.expected); seen: \(expectation.observed)"
                page.element(
                    "li", ("class", expectation.isMet ? "" : "bad"), text: (expectation.isMet ? "✓ " : "✗ ") + text)
                page.line()
            }
        }
    }

    private func events(_ page: inout HTMLWriter) {
        guard !markers.isEmpty else { return }
        page.element("h2", text: "Events")
        page.element("ol") { page in
            for marker in markers {
                page.element("li", text: "\(PlotAxis.clock.text(marker.x)): \(marker.text)")
                page.line()
            }
        }
    }

    /// What happened while it was measured, numbered for the plots.
    var markers: [Plot.Marker] {
        result.intervals.filter { !$0.changes.isEmpty }.enumerated().map { place, interval in
            Plot.Marker(
                x: Double(interval.from), label: "\(place + 1)", text: interval.changes.joined(separator: "; "))
        }
    }

    private func confidence(_ page: inout HTMLWriter) {
        let cautions = result.statistics?.cautions ?? result.cautions
        guard !cautions.isEmpty else { return }
        page.element("h2", text: "What to be careful with")
        page.element("ul") { page in
            for caution in cautions { page.element("li", text: caution) }
        }
    }

    private func notModelled(_ page: inout HTMLWriter) {
        guard !result.notModelled.isEmpty else { return }
        page.element("h2", text: "Not modelled")
        page.element("ul") { page in
            for sentence in result.notModelled {
                page.element("li", text: sentence)
                page.line()
            }
        }
    }
}

extension RunReport {
    /// The result as an HTML page that needs nothing else: no network, no script.
    public func html() -> String { RunPage(result: result).text }
}
