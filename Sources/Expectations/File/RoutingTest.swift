public import GatewayAPI
public import Routing
import Scenario
public import Traffic

/// What has to hold of the decisions of some manifests, as a file of kind `RoutingTest` says it.
public struct RoutingTest: Sendable {
    /// The file, as the user named it or found it.
    public var file: String
    /// `metadata.name`.
    public var name: String
    /// Files and folders of manifests, as they are written: relative to the file. Empty for the folder of the file.
    public var manifests: [Located<String>]
    /// Whose reading of the specification; nil for whatever the command says.
    public var dialect: Dialect?
    /// Single requests and what they have to get.
    public var cases: [TestCase]
    /// What has to hold of all requests.
    public var invariants: [Invariant]
    /// Where the object begins.
    public var position: SourcePosition
    /// Where requests are sent to, by the places that say so.
    var destinations: [Located<TestDestination>] = []
}

/// What requests are sent to.
struct TestDestination: Hashable, Sendable {
    /// `Gateway`, or `Service` for the mesh.
    var kind: String
    var name: NamespacedName
}

/// Some requests, and what has to hold of the decision on each of them.
public struct TestCase: Sendable {
    /// `name`.
    public var name: String
    /// The requests, in the order of hosts, methods and paths.
    public var requests: [TestRequest]
    /// What has to hold.
    public var expected: [Claim]
    /// What must not.
    public var refused: [Claim]
    /// Where the entry begins.
    public var position: SourcePosition
    var destinations: [Located<TestDestination>] = []
}

/// A request of a test.
public struct TestRequest: Sendable {
    /// What is decided.
    public var record: RequestRecord
    /// As a person would write it.
    public var text: String
}

/// What has to hold of the decision on every possible request of a kind.
public struct Invariant: Sendable {
    /// `name`.
    public var name: String
    /// Of which requests.
    public var region: RequestRegion
    /// What holds of each of them.
    public var always: [Claim]
    /// What holds of none.
    public var never: [Claim]
    /// Whether a part of the requests that cannot be worked out passes. It is told either way.
    public var passesUnknown: Bool
    /// Where the entry begins.
    public var position: SourcePosition
}

/// A set of requests: those that have one of each list. An empty list asks for nothing.
public struct RequestRegion: Hashable, Sendable {
    /// Gateways as `namespace/name`.
    public var gateways: [String] = []
    /// Services of the mesh as `namespace/name`; without any, requests to Gateways are meant.
    public var services: [String] = []
    /// Listeners' ports.
    public var ports: [UInt16] = []
    /// Hosts, and wildcards for all below a name.
    public var hosts: [HostnamePattern] = []
    /// Paths, and prefixes for a path with all below it.
    public var paths: [PathPredicate] = []
    /// Methods.
    public var methods: [String] = []
    /// Header fields that all of the requests have.
    public var headers: [FieldPredicate] = []
    /// Query parameters that all of the requests have.
    public var parameters: [FieldPredicate] = []

    /// All requests to Gateways.
    public init() {}

    /// Whether something is asked that only requests have, not connections.
    var isAboutRequests: Bool { !(paths.isEmpty && methods.isEmpty && headers.isEmpty && parameters.isEmpty) }

    /// The matches that together take the requests, hosts aside.
    var matches: [Match] {
        let paths = paths.isEmpty ? [.everything] : paths
        let methods = methods.isEmpty ? [nil] : methods.map(Optional.some)
        return paths.flatMap { path in
            methods.map { Match(path: path, headers: headers, queryParameters: parameters, method: $0) }
        }
    }
}
