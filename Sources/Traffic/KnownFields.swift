/// How many records of a trace say what a decision, or a comparison with what really happened, can hang on.
public struct KnownFields: Sendable {
    /// What is counted, in the order in which it is shown.
    public enum Kind: Int, CaseIterable, Sendable {
        case time
        case exactTime
        case method
        case host
        case path
        case query
        case someHeaders
        case allHeaders
        case port
        case `protocol`
        case status
        case latency
        case route
        case backend
        case endpoint

        /// In words.
        public var title: String {
            switch self {
            case .exactTime: "exact time"
            case .someHeaders: "some headers"
            case .allHeaders: "all headers"
            case .route: "observed route"
            case .backend: "observed backend"
            case .endpoint: "observed endpoint"
            default: "\(self)"
            }
        }
    }

    private var numbers = [Int](repeating: 0, count: Kind.allCases.count)

    /// The records that say it.
    public subscript(kind: Kind) -> Int { numbers[kind.rawValue] }

    /// Nothing counted.
    public init() {}

    mutating func add(_ record: RequestRecord) {
        func add(_ kind: Kind, _ isKnown: Bool) { numbers[kind.rawValue] += isKnown ? 1 : 0 }
        let hasPath = record.range(of: .path) != nil
        add(.time, record.time != nil)
        add(.exactTime, record.time != nil && record.arrivalQuality == .exact)
        add(.method, record.range(of: .method) != nil)
        add(.host, record.range(of: .host) != nil)
        add(.path, hasPath)
        add(.query, hasPath && record.queryComplete)
        add(.someHeaders, record.areHeadersKnown)
        add(.allHeaders, record.areHeadersKnown && record.headersComplete ?? true)
        add(.port, record.port != nil)
        add(.protocol, record.protocol != nil)
        add(.status, record.observed.status != nil)
        add(.latency, record.observed.latency != nil)
        add(.route, record.range(of: .observedRouteName) != nil)
        add(.backend, record.range(of: .observedBackendName) != nil)
        add(.endpoint, record.range(of: .observedEndpoint) != nil)
    }
}
