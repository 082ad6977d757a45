public import Capture
public import JSON
public import Traffic

/// Golden decisions: what a set of requests is expected to get, kept beside the manifests and reviewed like them. Sorted by
/// host, path and method, one line each.
public struct GoldenFile: Sendable {
    /// A line of the file, held against what is decided now.
    public struct Compared: Sendable {
        /// The line's number, from 1; nil for a request that is in a trace alone.
        public var line: Int?
        /// What is asked.
        public var request: RequestRecord
        /// What the file says; nil for a request that is in a trace alone.
        public var expected: GoldenDecision?
        /// What is decided now.
        public var actual: GoldenDecision
        /// The members in which they differ.
        public var differences: [(name: String, expected: String?, actual: String?)]

        /// Whether everybody is treated as expected.
        public var isSame: Bool { expected != nil && differences.isEmpty }
    }

    /// The decisions with the numbers of their lines.
    public var decisions: [(line: Int, decision: GoldenDecision)] = []

    /// Reads a file; lines that are blank or begin with `#` are passed over.
    public init(path: String) throws(InputError) {
        var stream = try ByteStream(path: path)
        while try stream.fill(stream.available + 1) {}
        let all = stream.buffer.span.extracting(stream.start..<stream.end)
        var (start, line) = (0, 0)
        while start < all.count {
            line += 1
            var end = start
            while end < all.count, all[end] != 0x0A { end += 1 }
            let text = all.extracting(start..<end)
            start = end + 1
            var first = 0
            while first < text.count, text[first] <= 0x20 { first += 1 }
            if first == text.count || text[first] == UInt8(ascii: "#") { continue }
            do throws(RecordError) {
                decisions.append((line, try GoldenDecision(text)))
            } catch {
                throw InputError(
                    .malformed, file: path, message: "line \(line), column \(error.offset + 1): \(error.message)")
            }
        }
    }

    /// Decides the requests of the file again, and those that a trace has beside them.
    ///
    /// A request of the trace is new where no line of the file is about its host, listener and match, or its reason.
    public func compare(_ decider: inout RequestDecider, trace: DecisionSamples?) -> [Compared] {
        var compared: [Compared] = []
        var known: Set<String> = []
        for (line, expected) in decisions {
            let actual = decider.golden(expected.request)
            known.insert(actual.treatment)
            compared.append(
                Compared(
                    line: line, request: expected.request, expected: expected, actual: actual,
                    differences: GoldenDecision.differences(expected, actual)))
        }
        for request in trace?.sorted ?? [] {
            let actual = decider.golden(request)
            guard known.insert(actual.treatment).inserted else { continue }
            compared.append(Compared(line: nil, request: request, expected: nil, actual: actual, differences: []))
        }
        return compared
    }

    /// Writes decisions, sorted.
    public static func write(_ decisions: [GoldenDecision], to writer: inout JSONWriter) {
        let sorted = decisions.sorted { $0.request.sortKey.lexicographicallyPrecedes($1.request.sortKey) }
        for decision in sorted {
            decision.write(to: &writer)
            writer.endLine()
        }
    }
}

extension GoldenDecision {
    /// What a file has one line of: the host with the listener and match, or the reason where there is none.
    fileprivate var treatment: String {
        let reason = decision.filter { ["action", "reason", "missing"].contains($0.name) }.map(\.json)
        return "\(request.host?.lowercased() ?? "?") \(by.map(\.json)) \(reason)"
    }
}
