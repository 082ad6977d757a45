import ArgumentParser
import Scenario

/// Reads the values of options that have a range. The parser puts the option and what was found before what these throw:
/// what was expected. Options that use them are parsed unconditionally, so that `--threads -1` is a number out of its range
/// and not an option without a value.
enum ArgumentValue {
    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
        { text in
            guard let value = Int(text), range.contains(value) else {
                throw ValidationError("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// What random streams are derived from.
    static func seed(_ text: String) throws -> UInt64 {
        guard let value = UInt64(text) else {
            throw ValidationError("expected a whole number from 0 to \(UInt64.max)")
        }
        return value
    }

    /// A part that is neither nothing nor all.
    static func share(_ text: String) throws -> Double {
        guard let part = Percentage(argument: text), part.fraction > 0, part.fraction < 1 else {
            throw ValidationError("expected more than 0% and less than 100%, such as 1%, 95% or 0.01")
        }
        return part.fraction
    }

    /// A part of a whole, both ends included.
    static func percentage(_ text: String) throws -> Percentage {
        guard let part = Percentage(argument: text) else {
            throw ValidationError("expected 0% to 100%, such as 99.9% or 0.999")
        }
        return part
    }

    /// A time above zero in nanoseconds, written as in scenarios.
    static func time(_ text: String) throws -> Int64 {
        let value: Int64
        do throws(TimeError) {
            value = try ScenarioTime.read(text)
        } catch {
            throw ValidationError("expected \(error.expected)" + (error.hint(text).map { "; \($0)" } ?? ""))
        }
        guard value > 0 else { throw ValidationError("expected a time above 0s") }
        return value
    }

    /// `namespace/name`.
    static func namespacedName(_ text: String) throws -> String {
        guard NamespacedName(text) != nil else { throw ValidationError("expected namespace/name, such as infra/edge") }
        return text
    }
}
