internal import Glibc
internal import Scenario

/// What an axis of a plot measures: where its ticks stand, and how its numbers are written.
public enum PlotAxis: Sendable {
    /// Plain numbers, such as requests a second.
    case number
    /// Parts of a whole, 1 being all.
    case fraction
    /// Nanoseconds, written in the unit that suits them.
    case duration
    /// Nanoseconds since a beginning, written as a clock of minutes and seconds would be.
    case clock

    /// A value as tables write it.
    public func text(_ value: Double) -> String {
        switch self {
        case .number: QuantityText.number(value)
        case .fraction: QuantityText.percent(value)
        case .duration: QuantityText.rounded(value)
        case .clock: value < 9e18 ? QuantityText.exact(Int64(max(value, 0).rounded())) : "–"
        }
    }

    /// Round values between two bounds, about so many; at least one.
    func ticks(_ low: Double, _ high: Double, about count: Int) -> [Double] {
        guard high > low, (high - low).isFinite else { return [low] }
        let step = step(atLeast: (high - low) / Double(max(count, 1)))
        var ticks: [Double] = []
        var place = (low / step).rounded(.up)
        // A bound on the number, whatever rounding does.
        while place * step <= high * (1 + 1e-12), ticks.count < 4 * count + 4 {
            ticks.append(place * step)
            place += 1
        }
        return ticks.isEmpty ? [low] : ticks
    }

    /// The bound above which no value lies: a round one, so that the highest tick is the top.
    func top(above highest: Double, about count: Int) -> Double {
        guard highest > 0, highest.isFinite else { return self == .duration ? 1e6 : 1 }
        if self == .fraction, highest > 0.5, highest <= 1 { return 1 }
        let step = step(atLeast: highest / Double(count))
        return (highest / step).rounded(.up) * step
    }

    private func step(atLeast least: Double) -> Double {
        if self == .clock, let round = Self.clockSteps.first(where: { $0 >= least }) { return round }
        let power = pow(10, floor(log10(least)))
        return ([1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-12) }) ?? least
    }

    /// Seconds, minutes and hours as clocks have them.
    private static let clockSteps: [Double] = {
        let seconds: [Double] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
        let minutes: [Double] = [1, 2, 5, 10, 15, 30].map { $0 * 60 }
        let hours: [Double] = [1, 2, 3, 6, 12, 24, 48, 168].map { $0 * 3600 }
        return (seconds + minutes + hours).map { $0 * 1e9 }
    }()
}
