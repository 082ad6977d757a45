import Analysis
import ArgumentParser

/// `newlyFailing > 0.1%`: a bound on how much of the traffic may change.
struct TrafficCondition {
    private enum Measure {
        case changed
        case undetermined
        case kind(ChangeKind)
    }

    private let measure: Measure
    private let isStrict: Bool
    private let share: Double

    init(_ argument: String) throws {
        guard let sign = argument.firstIndex(of: ">") else {
            throw ValidationError("expected a kind of change, > or >= and a share, as in 'newlyFailing > 0.1%'")
        }
        let name = argument[..<sign].filter { $0 != " " }
        switch name {
        case "changed": measure = .changed
        case "undetermined": measure = .undetermined
        case "newlyFailing": measure = .kind(.newlyFails)
        case "newlyAnswering": measure = .kind(.newlyAnswers)
        default:
            guard let kind = ChangeKind(rawValue: String(name)) else { throw ValidationError(Self.expectedMeasure) }
            measure = .kind(kind)
        }
        var bound = argument[argument.index(after: sign)...].filter { $0 != " " }
        isStrict = !bound.hasPrefix("=")
        if !isStrict { bound.removeFirst() }
        guard let value = Percentage(argument: bound) else {
            throw ValidationError("expected a share from 0% to 100% behind the sign, such as 0.1%")
        }
        share = value.fraction
    }

    private static var expectedMeasure: String {
        let special: [ChangeKind] = [.newlyFails, .newlyAnswers]
        let kinds = ChangeKind.allCases.filter { !special.contains($0) }.map(\.rawValue)
        let names = ["changed", "undetermined", "newlyFailing", "newlyAnswering"] + kinds
        return "expected one of \(names.joined(separator: ", ")) before the sign"
    }

    /// Whether so much of the traffic changes.
    func holds(_ traffic: TrafficDiff) -> Bool {
        let part: Double
        switch measure {
        case .changed: part = traffic.classes.reduce(0) { $0 + traffic.share($1.count) }
        case .undetermined: part = traffic.requests == 0 ? 0 : Double(traffic.undetermined) / Double(traffic.requests)
        case .kind(let kind):
            part = traffic.classes.filter { $0.change == kind }.reduce(0) { $0 + traffic.share($1.count) }
        }
        return isStrict ? part > share : part >= share
    }
}
