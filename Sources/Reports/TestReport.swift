public import Expectations
internal import GatewayAPI
public import JSON
internal import Routing
internal import Traffic

/// What came of tests, as JSON: a line for each check, then one of the whole.
public struct TestReport: Sendable {
    let results: [CheckResult]
    let coverage: TestCoverage?

    /// Reports the results, and the coverage where it was asked for.
    public init(_ results: [CheckResult], coverage: TestCoverage? = nil) {
        self.results = results
        self.coverage = coverage
    }

    /// Whether everything holds.
    public var holds: Bool { results.allSatisfy(\.holds) }

    var failed: Int { results.count { !$0.holds } }

    var requests: Int { results.reduce(0) { $0 + $1.requests } }

    /// Writes one object a line.
    public func writeLines(to writer: inout JSONWriter) {
        for result in results {
            write(result, to: &writer)
            writer.endLine()
        }
        writer.object { writer in
            writer.key("summary")
            writer.object { writer in
                writer.member("checks", results.count)
                writer.member("failed", failed)
                writer.member("requests", requests)
            }
            writer.key("coverage")
            if let coverage { write(coverage, to: &writer) } else { writer.null() }
        }
        writer.endLine()
    }

    private func write(_ result: CheckResult, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("test", result.test)
            writer.member("name", result.name)
            writer.member("kind", result.kind.rawValue)
            writer.member("file", result.position?.file)
            writer.member("line", result.position?.line)
            writer.member("column", result.position?.column)
            writer.member("holds", result.holds)
            writer.member("requests", result.requests)
            writer.key("failures")
            writer.array { writer in for failure in result.failures { write(failure, to: &writer) } }
            writer.key("notes")
            writer.array { writer in for note in result.notes { writer.string(note) } }
        }
    }

    private func write(_ failure: CheckFailure, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("request")
            if let request = failure.request { request.record.write(to: &writer) } else { writer.null() }
            writer.key("findings")
            writer.array { writer in
                for finding in failure.findings {
                    writer.object { writer in
                        writer.member("key", finding.key)
                        writer.member("expected", finding.expected)
                        writer.member("actual", finding.actual)
                    }
                }
            }
        }
    }

    private func write(_ coverage: TestCoverage, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("share", coverage.share)
            writer.key("kinds")
            writer.array { writer in
                for count in coverage.counts {
                    writer.object { writer in
                        writer.member("kind", count.kind.rawValue)
                        writer.member("total", count.total)
                        writer.member("tested", count.tested)
                        writer.member("inTraffic", coverage.trafficRequests.map { _ in count.inTraffic })
                        writer.member("unreachable", count.unreachable)
                    }
                }
            }
            writer.member("trafficRequests", coverage.trafficRequests)
            writer.member("trafficUndetermined", coverage.trafficRequests.map { _ in coverage.trafficUndetermined })
            writer.key("uncovered")
            writer.array { writer in for item in coverage.uncovered { write(item, coverage, to: &writer) } }
        }
    }

    private func write(_ uncovered: UncoveredItem, _ coverage: TestCoverage, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", uncovered.item.kind.rawValue)
            writer.member("name", uncovered.item.name)
            writer.member("file", uncovered.item.origin.file)
            writer.member("line", uncovered.item.origin.line)
            writer.member("column", uncovered.item.origin.column)
            writer.key("request")
            if case .request(let request) = uncovered.remedy {
                request.record.write(to: &writer)
            } else {
                writer.null()
            }
            var unreachable: String?
            var unknown: String?
            switch uncovered.remedy {
            case .request: break
            case .unreachable(let why): unreachable = why
            case .unknown(let why): unknown = why
            }
            writer.member("unreachable", unreachable)
            writer.member("unknown", unknown)
            writer.member("traffic", coverage.trafficRequests.map { _ in uncovered.traffic })
        }
    }
}
