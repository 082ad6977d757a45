/// Chooses objects by their labels: all requirements must hold, and the empty selector chooses every object.
///
/// Source: Kubernetes API, `meta/v1 LabelSelector`.
public struct LabelSelector: Hashable, Sendable {
    /// Labels with the values that they must have.
    public var matchLabels: [String: String]
    /// Further requirements.
    public var matchExpressions: [LabelSelectorRequirement]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        matchLabels: [String: String] = [:], matchExpressions: [LabelSelectorRequirement] = [],
        position: SourcePosition
    ) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
        self.position = position
    }

    /// Whether an object with these labels is chosen.
    public func matches(_ labels: [String: String]) -> Bool {
        matchLabels.allSatisfy { labels[$0.key] == $0.value } && matchExpressions.allSatisfy { $0.matches(labels) }
    }
}

/// One requirement on one label.
public struct LabelSelectorRequirement: Hashable, Sendable {
    /// The label.
    public var key: String
    /// `operator` in the manifest.
    public var comparison: Comparison
    /// For `In` and `NotIn`: at least one; else none.
    public var values: [String]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        key: String, comparison: Comparison, values: [String] = [], position: SourcePosition
    ) {
        self.key = key
        self.comparison = comparison
        self.values = values
        self.position = position
    }

    /// How the label is compared with the values.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// The label is there with one of the values.
        case isIn = "In"
        /// The label is missing, or has none of the values.
        case isNotIn = "NotIn"
        /// The label is there.
        case exists = "Exists"
        /// The label is missing.
        case doesNotExist = "DoesNotExist"
    }

    /// Whether these labels meet the requirement.
    public func matches(_ labels: [String: String]) -> Bool {
        switch comparison {
        case .isIn: labels[key].map(values.contains) ?? false
        case .isNotIn: labels[key].map { !values.contains($0) } ?? true
        case .exists: labels[key] != nil
        case .doesNotExist: labels[key] == nil
        }
    }
}
