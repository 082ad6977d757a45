public import Simulation

/// How a proxy connects to the hosts of a backend.
public struct ConnectionPolicy: Hashable, Sendable {
    /// What is spoken to the hosts.
    public enum Version: String, Hashable, Sendable, CaseIterable {
        /// One request on a connection at a time.
        case http1
        /// Many, up to a limit.
        case http2
    }

    /// What is spoken.
    public var version: Version
    /// Requests at once on an HTTP/2 connection; nil for no limit.
    public var maxConcurrentStreams: Int?
    /// Requests after which a connection is closed; nil for never.
    public var maxRequestsPerConnection: Int?
    /// How long it takes to connect, TLS included; nil for no time.
    public var connectTime: Distribution?
    /// When a connection that is not there yet is given up, in nanoseconds.
    public var connectTimeout: Int64
    /// After what time without a request a connection is closed, in nanoseconds.
    public var idleTimeout: Int64
    /// How many requests connections are provided for, for each that there is: 1 … 3 (`per_upstream_preconnect_ratio`).
    public var preconnectRatio = 1.0

    /// A policy with its parts; the timeouts default to Envoy Gateway's 10 s and Envoy's hour.
    public init(
        version: Version = .http1, maxConcurrentStreams: Int? = nil, maxRequestsPerConnection: Int? = nil,
        connectTime: Distribution? = nil, connectTimeout: Int64 = 10_000_000_000,
        idleTimeout: Int64 = 3_600_000_000_000
    ) {
        self.version = version
        self.maxConcurrentStreams = maxConcurrentStreams
        self.maxRequestsPerConnection = maxRequestsPerConnection
        self.connectTime = connectTime
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
    }

    /// Requests at once on one connection.
    var streams: Int { version == .http1 ? 1 : maxConcurrentStreams ?? .max }
}

/// The connections of one proxy to one host: which of them can take a request, and who waits for one.
///
/// It knows nothing of time: the caller says when a connection has been made, and whether another may be.
/// Source: Envoy, `arch_overview/upstream/connection_pooling` and `conn_pool_base.cc`.
struct ConnectionPool: Sendable {
    private struct Connection: BitwiseCopyable, Sendable {
        var streams = 0
        var requests = 0
        var idleSince: Int64 = 0
        /// Whether it is in the list of those that can take a request.
        var isReady = false
        var isConnecting = true
        var isOpen = true
        /// Grows each time that the place is used anew.
        var generation: UInt32 = 0
    }

    private let capacity: Int
    private let lifetime: Int
    private let preconnectRatio: Double
    private var connections: [Connection] = []
    private var free: [UInt32] = []
    /// The one that was used last is taken first.
    private var ready: [UInt32] = []
    private var waiting: [UInt32] = []
    private var firstWaiting = 0
    private(set) var open = 0
    private(set) var connecting = 0
    /// When connections without requests are looked for again.
    var nextIdleCheck: Int64 = 0
    /// Whether those who wait are about to be served.
    var isServing = false

    init(_ policy: ConnectionPolicy) {
        capacity = policy.streams
        lifetime = policy.maxRequestsPerConnection ?? .max
        preconnectRatio = policy.preconnectRatio
    }

    /// Whether connections are opened before anybody waits for one.
    var preconnects: Bool { preconnectRatio > 1 }

    /// Whether some connection can take a request at once.
    var hasReady: Bool { !ready.isEmpty }

    var pending: Int { waiting.count - firstWaiting }

    /// A connection for a request, or nil where all are busy.
    mutating func take() -> UInt32? {
        guard let connection = ready.last else { return nil }
        let place = Int(connection)
        connections[place].streams += 1
        connections[place].requests += 1
        if connections[place].streams >= capacity || connections[place].requests >= lifetime {
            ready.removeLast()
            connections[place].isReady = false
        }
        return connection
    }

    /// A request has ended; whether its connection was closed since it has had its number of requests.
    mutating func giveBack(_ connection: UInt32, at now: Int64) -> Bool {
        let place = Int(connection)
        guard connections[place].isOpen else { return false }
        connections[place].streams -= 1
        if connections[place].requests >= lifetime {
            guard connections[place].streams == 0 else { return false }
            close(connection)
            return true
        }
        if connections[place].streams == 0 { connections[place].idleSince = now }
        makeReady(connection)
        return false
    }

    private mutating func makeReady(_ connection: UInt32) {
        guard !connections[Int(connection)].isReady else { return }
        connections[Int(connection)].isReady = true
        ready.append(connection)
    }

    /// A request waits for a connection.
    mutating func wait(_ request: UInt32) { waiting.append(request) }

    /// The next that waits; nil where nobody does.
    mutating func nextWaiting() -> UInt32? {
        guard firstWaiting < waiting.count else { return nil }
        let request = waiting[firstWaiting]
        firstWaiting += 1
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        } else if firstWaiting > 1024, 2 * firstWaiting > waiting.count {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
        return request
    }

    /// A request no longer waits.
    mutating func stopWaiting(_ request: UInt32) {
        guard let place = waiting[firstWaiting...].firstIndex(of: request) else { return }
        waiting.remove(at: place)
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        }
    }

    /// Whether another connection is needed: more wait than the connections on their way will take.
    var wantsConnection: Bool {
        if preconnects { return wantsToPreconnect }
        guard pending > 0 else { return false }
        let each = min(capacity, lifetime)
        return each == .max ? connecting == 0 : pending > connecting.multipliedReportingOverflow(by: each).partialValue
    }

    /// `ConnPoolImplBase::shouldConnect`: (pending + active) · ratio > capacity that is connecting or free + active.
    private var wantsToPreconnect: Bool {
        var active = 0
        var capacity = 0.0
        for connection in connections where connection.isOpen {
            active += connection.streams
            let left = min(self.capacity - connection.streams, lifetime - connection.requests)
            capacity += Double(max(left, 0))
        }
        guard pending + active > 0 else { return false }
        return Double(pending + active) * preconnectRatio > capacity + Double(active)
    }

    /// Begins to connect.
    mutating func begin() -> UInt32 {
        open += 1
        connecting += 1
        if let place = free.popLast() {
            let generation = connections[Int(place)].generation &+ 1
            connections[Int(place)] = Connection()
            connections[Int(place)].generation = generation
            return place
        }
        connections.append(Connection())
        return UInt32(connections.count - 1)
    }

    func generation(_ connection: UInt32) -> UInt32 { connections[Int(connection)].generation }

    func isOpen(_ connection: UInt32) -> Bool { connections[Int(connection)].isOpen }

    /// Whether a connection is the one that was begun then, and is not made or given up yet.
    func isConnecting(_ connection: UInt32, generation: UInt32) -> Bool {
        let state = connections[Int(connection)]
        return state.isOpen && state.isConnecting && state.generation == generation
    }

    /// A connection has been made.
    mutating func made(_ connection: UInt32, at now: Int64) {
        connections[Int(connection)].isConnecting = false
        connections[Int(connection)].idleSince = now
        connecting -= 1
        makeReady(connection)
    }

    /// A connection is gone, with all that it carried; the requests on it are the caller's affair.
    mutating func close(_ connection: UInt32) {
        let place = Int(connection)
        guard connections[place].isOpen else { return }
        if connections[place].isConnecting { connecting -= 1 }
        if connections[place].isReady { ready.removeAll { $0 == connection } }
        connections[place].isOpen = false
        connections[place].isReady = false
        connections[place].isConnecting = false
        open -= 1
        free.append(connection)
    }

    /// Closes all connections; who waits goes on waiting.
    mutating func closeConnections() {
        for place in connections.indices { close(UInt32(place)) }
    }

    /// Takes no more requests on the connections that there are: those without one are closed, the others when their requests
    /// have ended. How many were closed.
    mutating func drain() -> Int {
        for place in connections.indices where connections[place].isOpen && !connections[place].isConnecting {
            connections[place].requests = .max
            connections[place].isReady = false
        }
        ready.removeAll { !connections[Int($0)].isReady }
        return closeIdle(since: .max)
    }

    /// Closes connections that nothing has been sent on since a moment; how many.
    mutating func closeIdle(since moment: Int64) -> Int {
        var closed = 0
        for place in connections.indices {
            let state = connections[place]
            if state.isOpen, !state.isConnecting, state.streams == 0, state.idleSince <= moment {
                close(UInt32(place))
                closed += 1
            }
        }
        return closed
    }
}
