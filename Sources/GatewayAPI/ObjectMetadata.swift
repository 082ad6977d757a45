/// The part of an object that every kind has.
///
/// Source: Kubernetes API conventions, `ObjectMeta`. Dictionaries are for looking up; their order never reaches output.
public struct ObjectMetadata: Hashable, Sendable {
    /// Unique among the objects of one kind in one namespace.
    public var name: String
    /// Nil for a kind that has no namespace.
    public var namespace: String?
    /// What selectors look at.
    public var labels: [String: String]
    /// What tools attach.
    public var annotations: [String: String]
    /// Seconds since 1970; nil where the input does not say. Older objects win ties.
    public var creationTimestamp: Int64?
    /// Counts the changes of `spec`; conditions repeat it as `observedGeneration`.
    public var generation: Int64
    /// Where the object begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, namespace: String? = nil, labels: [String: String] = [:],
        annotations: [String: String] = [:], creationTimestamp: Int64? = nil, generation: Int64 = 1,
        position: SourcePosition
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.creationTimestamp = creationTimestamp
        self.generation = generation
        self.position = position
    }
}
