/// What a field of an access log says of a request, whatever the log calls it.
enum LogField: Int, CaseIterable, Sendable {
    /// When the request began.
    case start
    /// When it had ended and its line was written.
    case end
    /// From the first byte of the request to the last byte of the response.
    case latency
    /// From the first byte of the request to the first byte of the response.
    case timeToFirstByte
    /// From the first byte of the request to its last.
    case requestDuration
    /// What the backend took; of several attempts the last.
    case upstreamTime
    case connectTime
    case queueTime
    case method
    /// Path and query.
    case target
    /// The path alone, where a log leaves the query out.
    case path
    case query
    /// `METHOD target HTTP/x`.
    case requestLine
    /// An absolute URL, or an authority and a target in one.
    case url
    /// `HTTP/1.1`.
    case version
    /// The Host field, perhaps with a port.
    case authority
    /// The host without its port.
    case host
    /// The port of the Host field; `-` where it had none.
    case hostPort
    case scheme
    case sni
    /// The version of TLS, absent where the connection was plain.
    case tlsVersion
    case status
    /// The proxy's own words on how the request ended.
    case flags
    /// Bytes of the request's body.
    case requestBytes
    /// Bytes of the response.
    case responseBytes
    /// The client, as `address:port` or an address alone.
    case client
    case clientAddress
    case clientPort
    /// `X-Forwarded-For`.
    case forwardedFor
    /// The proxy's own address, as `address:port`.
    case server
    case serverAddress
    case serverPort
    case id
    /// The proxy's own name of the route.
    case route
    /// The proxy's own name of the backend: a cluster, an upstream, a service.
    case backend
    /// The endpoints tried, the last one last.
    case endpoint
    /// The member of the backend, by its name in the proxy's configuration.
    case member
    /// The listener, entry point or frontend.
    case listener
    /// How often the request was sent to a backend.
    case attempts
    /// How often it was sent again.
    case retries
    /// The status of gRPC; absent where it was none.
    case grpcStatus
    /// The priority of the rule that matched.
    case rulePriority
}

/// In which units, or in which notation, a log gives a number or a time.
enum LogUnit: UInt8, Sendable {
    case none
    case seconds
    case milliseconds
    case microseconds
    case nanoseconds
    /// `2026-11-20T08:15:30.125Z`, or with an offset.
    case rfc3339
    /// `20/Nov/2026:08:15:30 +0000`, also with a fraction and without a zone.
    case commonLog

    /// The power of ten of one unit in nanoseconds.
    var power: Int {
        switch self {
        case .seconds: 9
        case .milliseconds: 6
        case .microseconds: 3
        default: 0
        }
    }
}

/// Where a piece of a log line goes.
enum LogSlot: Hashable, Sendable {
    /// Nowhere.
    case ignored
    case field(LogField, LogUnit)
    /// A header field of the request, by its place in the format's list of names.
    case header(Int)

    /// A field that is no number, or a plain one.
    static func field(_ field: LogField) -> LogSlot { .field(field, .none) }
}

/// The pieces of one log line, told apart by what they say. It is used again for every line.
struct LogRow: Sendable {
    private(set) var pieces: [42 of Piece] = .init(repeating: .unknown)
    private(set) var units: [42 of LogUnit] = .init(repeating: .none)
    /// One bit for each field whose text holds escapes.
    private var escaped: UInt64 = 0
    /// The header fields found: the place of the name, the value, whether it holds escapes.
    private(set) var headers: [(name: Int, value: Piece, escaped: Bool)] = []

    mutating func removeAll() {
        pieces = .init(repeating: .unknown)
        escaped = 0
        headers.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func set(_ slot: LogSlot, _ range: Range<Int>, escaped isEscaped: Bool = false) {
        switch slot {
        case .ignored: break
        case .field(let field, let unit):
            // Of two times of one line the one with a fraction stands, in whichever order they come.
            if field == .end, unit != .seconds, units[field.rawValue] == .seconds, pieces[field.rawValue] != .unknown {
                return
            }
            pieces[field.rawValue] = Piece(range.lowerBound, range.upperBound)
            units[field.rawValue] = unit
            let bit = UInt64(1) << UInt64(field.rawValue)
            escaped = isEscaped ? escaped | bit : escaped & ~bit
        case .header(let name):
            headers.append((name, Piece(range.lowerBound, range.upperBound), isEscaped))
        }
    }

    @inline(__always)
    func range(_ field: LogField) -> Range<Int>? { pieces[field.rawValue].range }

    func unit(_ field: LogField) -> LogUnit { units[field.rawValue] }

    func isEscaped(_ field: LogField) -> Bool { escaped & (1 << UInt64(field.rawValue)) != 0 }

    /// Whether nothing was found in the line.
    var isEmpty: Bool { headers.isEmpty && LogField.allCases.allSatisfy { pieces[$0.rawValue] == .unknown } }
}
