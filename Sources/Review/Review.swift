public import ControlPlane
internal import Dispatch
public import GatewayAPI
internal import Synchronization
public import Validation

/// What is to be said about manifests: the API server's verdict on each object, and what an experienced reviewer finds odd
/// about those that are valid.
public struct Review: Sendable {
    /// By position; what has none comes first.
    public private(set) var diagnostics: [Diagnostic]
    /// How many findings an annotation of their resource keeps quiet.
    public private(set) var suppressedCount = 0
    /// How many findings the baseline knows already.
    public private(set) var knownCount = 0
    /// How many entries of the baseline no finding has used: what they tell of has been mended.
    public private(set) var mendedCount = 0

    /// Reviews the objects of `inventory` as `controlPlane` made them out.
    public init(_ inventory: Inventory, _ controlPlane: ControlPlane) {
        let findings = controlPlane.findings + Self.findings(ResourceSet(inventory), controlPlane)
        let suppressions = Suppressions(inventory)
        let told = findings.filter { !suppressions.cover($0) }
        suppressedCount = findings.count - told.count
        diagnostics = (inventory.diagnostics + told).enumerated().sorted { left, right in
            switch (left.element.position, right.element.position) {
            case (nil, nil): left.offset < right.offset
            case (nil, _): true
            case (_, nil): false
            case (let a?, let b?): a == b ? left.offset < right.offset : a < b
            }
        }.map(\.element)
    }

    /// Dead matches cost as much as all the rest, so that two threads share the work evenly.
    private static func findings(_ resources: ResourceSet, _ controlPlane: ControlPlane) -> [Diagnostic] {
        let found = Mutex<[[Diagnostic]]>([[], []])
        DispatchQueue.concurrentPerform(iterations: 2) { part in
            let subject = ReviewSubject(resources, controlPlane)
            let findings =
                part == 0
                ? subject.deadMatches()
                : subject.ties() + subject.overlaps() + subject.unusedGrants() + subject.zeroWeights()
                    + subject.redirectLoops() + subject.rewrites() + subject.expressions()
                    + subject.unservedHostnames() + subject.features() + subject.nearLimits()
            found.withLock { $0[part] = findings }
        }
        return found.withLock { $0[0] + $0[1] }
    }

    /// Leaves out what `baseline` knows.
    public mutating func leaveOut(_ baseline: Baseline) {
        var baseline = baseline
        let count = diagnostics.count
        diagnostics.removeAll { baseline.take($0) }
        knownCount = count - diagnostics.count
        mendedCount = baseline.unusedCount
    }

    /// How many findings there are of a severity.
    public func count(_ severity: Diagnostic.Severity) -> Int {
        diagnostics.count { $0.severity == severity }
    }
}
