/// How far what chance drew in a run is from what was to be expected, for a source of chance whose expectation is known.
public struct Deviation: Hashable, Sendable {
    /// What was drawn.
    public enum Subject: Hashable, Sendable {
        /// Requests that clients sent after the warm-up, from all sources.
        case arrivals
        /// The average of a power of the service times: 1 for their mean, 2 for their squares, which waits grow with.
        case serviceTime(of: Station, power: Int)
    }

    /// Where there is service.
    public enum Station: Hashable, Sendable, CustomStringConvertible {
        /// At the replicas of a backend.
        case backend(BackendIdentity)
        /// At the gateway `namespace/name` itself.
        case gateway(String)

        /// `store/cart`, or `gateway infra/edge`.
        public var description: String {
            switch self {
            case .backend(let backend): backend.description
            case .gateway(let name): "gateway \(name)"
            }
        }
    }

    /// What was drawn.
    public var subject: Subject
    /// By how much it is more than its expectation, as a part of that; zero on average.
    public var value: Double
    /// How much was drawn. The deviation is zero on average where it counts by this much: a run in which service is fast
    /// serves more.
    public var weight: Double

    /// A deviation.
    public init(subject: Subject, value: Double, weight: Double) {
        self.subject = subject
        self.value = value
        self.weight = weight
    }
}
