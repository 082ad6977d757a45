import ArgumentParser

/// A part of a whole as a person writes it, `99.9%` or `0.999`, both ends included.
struct Percentage: ExpressibleByArgument {
    let fraction: Double

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        let digits = isPercent ? argument.dropLast() : argument[...]
        // A space before the sign is how some write it.
        guard let value = Double(isPercent && digits.last == " " ? digits.dropLast() : digits) else { return nil }
        fraction = isPercent ? value / 100 : value
        guard (0...1).contains(fraction) else { return nil }
    }
}
