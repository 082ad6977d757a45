/// A condition as a controller writes it into `.status`. Kubernetes API conventions, "Typical status properties".
public struct Condition: Hashable, Sendable {
    /// Such as `Accepted`.
    public var type: String
    /// True or False.
    public var status: Bool
    /// One CamelCase word, from the Gateway API's list for the type.
    public var reason: String
    /// For a person.
    public var message: String
    /// The `metadata.generation` that was looked at.
    public var observedGeneration: Int64

    /// Makes a condition.
    public init(_ type: String, _ status: Bool, _ reason: String, _ message: String, generation: Int64) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        observedGeneration = generation
    }
}
