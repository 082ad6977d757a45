/// A channel of the Gateway API: which kinds and fields an API server has.
public enum ReleaseChannel: String, Hashable, Sendable, CaseIterable {
    /// What is stable.
    case standard
    /// Everything, what may still change included.
    case experimental
}
