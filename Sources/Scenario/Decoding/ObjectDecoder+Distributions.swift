import GatewayAPI
import Manifests
import Simulation
import Testbed
import Validation

extension ObjectDecoder {
    /// A distribution of times; nil where it is missing or wrong.
    mutating func distribution(_ key: String) -> Distribution? {
        guard case .distribution(let distribution)? = serviceTime(key, allowsObserved: false) else { return nil }
        return distribution
    }

    /// How long a replica works on a request; nil where it is missing or wrong.
    mutating func serviceTime(_ key: String, allowsObserved: Bool) -> ServiceTime? {
        object(key) { object in
            var families = [
                "exponential", "constant", "uniform", "lognormal", "gamma", "weibull", "pareto", "hyperexponential",
                "empirical",
            ]
            if allowsObserved { families.append("observed") }
            let family = object.requiredWord("distribution", among: families)
            if family == "observed" { return .observed }
            return object.distribution(ofFamily: family).map(ServiceTime.distribution)
        } ?? nil
    }

    private mutating func distribution(ofFamily family: String) -> Distribution? {
        switch family {
        case "exponential":
            guard let mean = parameter("mean") else { return nil }
            return checked { () throws(DistributionError) in try .exponential(mean: mean) }
        case "constant":
            guard let value = parameter("value") else { return nil }
            return checked { () throws(DistributionError) in try .constant(Int64(value)) }
        case "uniform":
            let (min, max) = (parameter("min"), parameter("max"))
            guard let min, let max else { return nil }
            return checked { () throws(DistributionError) in try .uniform(min: min, max: max) }
        case "lognormal", "gamma", "weibull":
            let mean = parameter("mean")
            let cv = shapeParameter("cv", "a number from 0.001 to 100") { (0.001...100).contains($0) }
            guard let mean, let cv else { return nil }
            return checked { () throws(DistributionError) in
                switch family {
                case "lognormal": try .lognormal(mean: mean, cv: cv)
                case "gamma": try .gamma(mean: mean, cv: cv)
                default: try .weibull(mean: mean, cv: cv)
                }
            }
        case "pareto":
            let minimum = parameter("minimum")
            let shape = shapeParameter("shape", "a positive number") { $0 > 0 }
            guard let minimum, let shape else { return nil }
            return checked { () throws(DistributionError) in try .pareto(minimum: minimum, shape: shape) }
        case "hyperexponential":
            return hyperexponential()
        default:
            return empirical()
        }
    }

    private mutating func hyperexponential() -> Distribution? {
        let branches = requiredList("branches", 1...100) { branch in
            let probability = branch.shapeParameter("probability", "a number from 0 to 1") { (0...1).contains($0) }
            let mean = branch.parameter("mean")
            return (probability: probability ?? -1, mean: mean ?? -1)
        }
        guard !branches.isEmpty, branches.allSatisfy({ $0.probability >= 0 && $0.mean >= 0 }) else { return nil }
        return checked { () throws(DistributionError) in try .hyperexponential(branches: branches) }
    }

    /// A file of times, one a line: durations with their units, or seconds. `#` begins a comment.
    private mutating func empirical() -> Distribution? {
        guard let path = locatedString("file", .path) else {
            if !has("file") { reportMissing("file", "the path of a file with one time a line") }
            return nil
        }
        do throws(EmpiricalFileError) {
            let values = try EmpiricalFile.read(ScenarioFile.resolve(path.value, besides: context.arena.file))
            return checked { () throws(DistributionError) in try .empirical(values) }
        } catch {
            report(.invalidFormat, error.description, field: "file")
            return nil
        }
    }

    /// A time that must be there, in nanoseconds.
    private mutating func parameter(_ key: String) -> Double? {
        let time = time(key)
        if time == nil, !has(key) { reportMissing(key, "a duration such as 20ms") }
        return time.map { Double($0.value) }
    }

    private mutating func shapeParameter(
        _ key: String, _ expected: String, where isValid: (Double) -> Bool
    ) -> Double? {
        let number = number(key, expected, where: isValid)
        if number == nil, !has(key) { reportMissing(key, expected) }
        return number
    }

    private func checked(_ make: () throws(DistributionError) -> Distribution) -> Distribution? {
        do throws(DistributionError) {
            return try make()
        } catch {
            switch error {
            case .notPositive(let parameter, _):
                report(.outOfRange, "\(parameter) is 0, expected a positive time", field: parameter)
            case .emptyInterval:
                report(.outOfRange, "max is less than min, expected at least min", field: "max")
            case .probabilitiesDoNotAddUp:
                report(.outOfRange, error.description, field: "branches")
            case .noValues:
                report(.invalidFormat, "the file holds no times", field: "file")
            case .negative, .variationOutOfRange:
                report(.outOfRange, error.description)
            }
            return nil
        }
    }
}
