/// Why a distribution cannot have the parameters that were given. Values are in nanoseconds where they are durations.
public enum DistributionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A parameter that has to be above zero and finite.
    case notPositive(parameter: String, value: Double)
    /// A parameter that has to be zero or more.
    case negative(parameter: String, value: Double)
    /// An interval whose end lies before its beginning.
    case emptyInterval(min: Double, max: Double)
    /// A coefficient of variation outside 0.001 … 100.
    case variationOutOfRange(value: Double)
    /// Probabilities that do not add up to 1.
    case probabilitiesDoNotAddUp(sum: Double)
    /// An empirical distribution without values.
    case noValues

    /// One sentence: what was found and what was expected.
    public var description: String {
        switch self {
        case .notPositive(let parameter, let value): "\(parameter) is \(value), expected a positive number"
        case .negative(let parameter, let value): "\(parameter) is \(value), expected zero or more"
        case .emptyInterval(let min, let max): "max is \(max), expected at least min, \(min)"
        case .variationOutOfRange(let value): "cv is \(value), expected between 0.001 and 100"
        case .probabilitiesDoNotAddUp(let sum): "the probabilities add up to \(sum), expected 1"
        case .noValues: "no values, expected at least one"
        }
    }
}
