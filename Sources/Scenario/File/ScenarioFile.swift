public import GatewayAPI
import Manifests
public import Testbed

/// A scenario as its file says it, every entry with its place; nothing is looked up yet.
///
/// Times are nanoseconds, counted from the start of the run; paths are as they are written, relative to the file.
public struct ScenarioFile: Sendable {
    /// The file, as the user named it or found it.
    public var file: String
    /// `metadata.name`.
    public var name: String
    /// Every random stream is derived from it.
    public var seed: UInt64
    /// Files and folders of manifests that stand at time zero.
    public var manifests: [Located<String>]
    /// How long the run is.
    public var duration: Located<Int64>
    /// How long requests are not measured; 0 where that is to be found.
    public var warmup: Located<Int64>
    /// Whether the warm-up is found by a run of its own: `warmup: auto`.
    public var isWarmupFound: Bool
    /// How long the intervals are that the result is told in, beside those between events; nil for these alone.
    public var interval: Located<Int64>?
    /// Where requests come from.
    public var traffic: [TrafficEntry]
    /// How backends serve.
    public var backends: [BackendEntry]
    /// How gateways forward.
    public var gateways: [GatewayEntry]
    /// What lies between zones and clusters.
    public var network: [Located<NetworkModel.Path>] = []
    /// What happens in the run, in the order of the file.
    public var events: [EventEntry]
    /// What has to hold.
    public var expectations: [ExpectationEntry]

    /// A path of the file as the system knows it: relative to the file's folder.
    public func resolve(_ path: String) -> String {
        Self.resolve(path, besides: file)
    }

    /// A path relative to the folder of a file that names it, in a revision of git's too. `-` is a file of that name, never
    /// standard input.
    package static func resolve(_ path: String, besides file: String) -> String {
        if let revision = GitRevision(path) {
            guard let path = revision.path else { return path }
            return "git:\(revision.revision):\(resolve(path, besides: file))"
        }
        guard !path.hasPrefix("/") else { return path }
        guard let slash = file.lastIndex(of: "/") else { return path == "-" ? "./-" : path }
        return String(file[...slash]) + path
    }
}

/// `namespace/name`.
public struct NamespacedName: Hashable, Sendable, CustomStringConvertible {
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String

    /// A key with its parts.
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Reads `namespace/name`; nil where it is not two names with a slash between them.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else { return nil }
        self.init(namespace: String(parts[0]), name: String(parts[1]))
    }

    /// `namespace/name`.
    public var description: String { "\(namespace)/\(name)" }
}
