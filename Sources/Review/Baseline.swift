public import GatewayAPI

/// Findings that are known and accepted, so that only new ones fail a pipeline.
///
/// A finding is recognised by its code, resource, field path and message, not by its line: edits elsewhere in the file leave
/// it known. One that is found twice needs two entries.
public struct Baseline: Sendable {
    private struct Key: Hashable {
        var code: String
        var resource: ResourceName?
        var path: String?
        var message: String

        init(_ finding: Diagnostic) {
            (code, resource, path, message) = (finding.code, finding.resource, finding.path, finding.message)
        }
    }

    private var remaining: [Key: Int] = [:]

    /// Knows `findings`.
    public init(_ findings: [Diagnostic]) {
        for finding in findings { remaining[Key(finding), default: 0] += 1 }
    }

    /// Whether a finding is known; each entry serves once.
    mutating func take(_ finding: Diagnostic) -> Bool {
        guard let count = remaining[Key(finding)], count > 0 else { return false }
        remaining[Key(finding)] = count - 1
        return true
    }

    /// How many entries no finding has used.
    var unusedCount: Int { remaining.values.reduce(0, +) }
}
