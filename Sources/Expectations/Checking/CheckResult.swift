public import GatewayAPI

/// A check and what came of it.
public struct CheckResult: Sendable {
    /// What was checked.
    public enum Kind: String, Sendable {
        /// Single requests.
        case requests = "case"
        /// All requests of a kind.
        case invariant
        /// A request expectation of a scenario.
        case expectation
        /// How much the tests cover.
        case coverage
    }

    /// The name of the test or scenario that it belongs to.
    public var test: String
    /// Its own name.
    public var name: String
    /// What was checked.
    public var kind: Kind
    /// Where it is written; nil for what the command line asks for.
    public var position: SourcePosition?
    /// How many requests were decided for it.
    public var requests: Int
    /// What does not hold, in the order of the requests.
    public var failures: [CheckFailure]
    /// What is to be said though it does not fail.
    public var notes: [String] = []

    /// Whether all holds.
    public var holds: Bool { failures.isEmpty }
}

/// A request of which something does not hold.
public struct CheckFailure: Sendable {
    /// The request; for an invariant one that was worked out. Nil where there is none to show.
    public var request: TestRequest?
    /// What does not hold, with what is found.
    public var findings: [CheckFinding]
}

/// What was expected and what is.
public struct CheckFinding: Hashable, Sendable {
    /// As the file names it.
    public var key: String
    /// What has to be, or after `not` what must not.
    public var expected: String
    /// What is.
    public var actual: String
}
