/// A distribution's face for hot loops: trivial, and drawn from in a few instructions where its family is simple.
public struct Sampler: Sendable, BitwiseCopyable {
    /// Whether ``draw(_:)`` may be asked; other families are drawn from by the distribution itself.
    public let isSimple: Bool
    @usableFromInline let first: Double
    /// Of an exponential its mean, of a uniform distribution its width, of a constant zero.
    @usableFromInline let scale: Double
    @usableFromInline let isExponential: Bool
    @usableFromInline let ziggurat = ExponentialZiggurat.shared

    /// The face of a distribution.
    public init(_ distribution: Distribution) {
        switch distribution.family {
        case .constant:
            (isSimple, isExponential, first, scale) = (true, false, distribution.first, 0)
        case .exponential:
            (isSimple, isExponential, first, scale) = (true, true, 0, distribution.first)
        case .uniform:
            (isSimple, isExponential, first, scale) = (true, false, distribution.first, distribution.second)
        default:
            (isSimple, isExponential, first, scale) = (false, false, 0, 0)
        }
    }

    /// Draws a duration in nanoseconds from a simple family: the very draw that the distribution would make.
    @inlinable @inline(__always)
    public func draw(_ stream: inout RandomStream) -> Int64 {
        if usually(isExponential) { return Nanoseconds.rounded(scale * stream.exponential(ziggurat)) }
        if scale == 0 { return Nanoseconds.rounded(first) }
        return Nanoseconds.rounded(first + scale * stream.uniform())
    }
}
