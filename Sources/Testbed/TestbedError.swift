/// Why a model cannot be run.
public enum TestbedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number of the model that cannot be.
    case invalid(String)
    /// Nothing in the model takes time, so that the clock would never move on: what it stood still at, in nanoseconds.
    case timeStandsStill(at: Int64)
    /// More requests are under way than memory can hold: far more arrive than are ever served.
    case tooManyRequests(at: Int64, count: Int)

    /// One sentence.
    public var description: String {
        switch self {
        case .invalid(let what): what
        case .timeStandsStill(let time):
            "time stands still at \(time) ns: requests follow each other without anything that takes time"
        case .tooManyRequests(let time, let count):
            "\(count) requests are under way at \(time) ns: far more arrive than are served"
        }
    }
}
