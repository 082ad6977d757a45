internal import Capture
public import Replay
public import Routing
internal import Simulation
public import Traffic

/// Makes a scenario of a trace: who asks for what and how often, when requests come, and how long backends take. What the trace
/// cannot say is said in comments; the scenario is there to be edited.
///
/// Memory grows with the distinct requests up to a bound; beyond it requests are told apart by host, method and treatment alone.
public struct TraceFit {
    /// Requests that arrive at one place and speak one protocol.
    struct Source: Hashable {
        var gateway: String?
        var mesh: String?
        var from: String?
        var port: UInt16?
        var protocolName: String
    }

    /// A distinct request, as far as a scenario tells them apart.
    struct Request: Hashable {
        var source: Int
        /// How the manifests treat it; 0 for all where there are none.
        var group: Int
        var method: String
        var host: String
        var path: String
        var headers: [[String]]
    }

    struct Flow: Hashable {
        var source: Int
        var serverName: String?
    }

    static let requestsMax = 50_000

    private let table: RoutingTable?
    private var replay: TraceReplay?
    private let endpoints: [String: [BackendIndex]]
    private let gateway: String?
    private(set) var sources: [Source] = []
    private(set) var arrivals: [ArrivalStatistics] = []
    private(set) var requests: [Request: Double] = [:]
    private(set) var flows: [Flow: (count: Double, times: ServiceStatistics)] = [:]
    private(set) var services: [String: ServiceStatistics] = [:]
    private(set) var bodies = LatencyHistogram()
    private(set) var count = 0
    private(set) var hasFoldedPaths = false
    /// Requests that no scenario can ask, by the reason.
    private(set) var leftOut: [String: Int] = [:]
    private(set) var recordsWithoutTime = 0
    /// Times of backends that are not told apart, because the trace does not say which of a split's answered.
    private(set) var pooled: Set<String> = []
    private var sourcePlaces: [Source: Int] = [:]
    private let headerNames: Set<String>

    /// Fits traces. With a table the requests that it treats alike are one, and backends are those that it names.
    ///
    /// - Parameters:
    ///   - endpoints: the backends found at `address:port`, or at `address` whatever the port.
    ///   - gateway: `namespace/name` where neither a record nor the table tells.
    public init(
        table: RoutingTable? = nil, decider: RequestDecider? = nil, endpoints: [String: [BackendIndex]] = [:],
        gateway: String? = nil
    ) {
        self.table = table
        self.endpoints = endpoints
        self.gateway = gateway
        if let table, let decider { replay = TraceReplay(table: table, decider: decider) }
        headerNames = table?.headerNames.subtracting(["content-type"]) ?? []
    }

    /// Why there is no scenario to be made; nil where there is one.
    public var whyNothing: String? {
        guard requests.isEmpty, flows.isEmpty else { return nil }
        guard count > 0 else { return "there is nothing to fit: no request was read" }
        let reasons = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return
            "there is nothing to fit: of \(count) requests a scenario can ask none (\(reasons.joined(separator: ", ")))"
    }

    /// Takes a record.
    public mutating func add(_ record: RequestRecord) {
        count += 1
        let replayed = replay?.replay(record)
        let group = replayed.flatMap { replay?.groups[$0.group] }
        let source = place(of: source(record, group))
        if let time = record.time { arrivals[source].add(time) } else { recordsWithoutTime += 1 }
        let weight = record.weight ?? 1
        let serviceTime = Self.serviceTime(record)
        switch record.protocol {
        case .tls, .tcp, .udp:
            var entry = flows[Flow(source: source, serverName: record.sni)] ?? (0, ServiceStatistics())
            entry.count += weight
            entry.times.add(
                time: record.observed.latency, status: nil, endpoint: nil,
                bytes: (record.bodyBytes ?? 0) + (record.observed.responseBytes ?? 0))
            flows[Flow(source: source, serverName: record.sni)] = entry
            return
        default: break
        }
        if let bytes = record.bodyBytes { bodies.record(max(0, bytes)) }
        addRequest(record, source, replayed.map { $0.group + 1 } ?? 0, weight)
        for service in backends(record, group) {
            services[service, default: ServiceStatistics()].add(
                time: serviceTime, status: record.observed.status, endpoint: record[.observedEndpoint],
                bytes: record.observed.responseBytes)
        }
    }

    private mutating func addRequest(_ record: RequestRecord, _ source: Int, _ group: Int, _ weight: Double) {
        guard let host = record.host, !host.isEmpty else {
            leftOut["requests without a host", default: 0] += 1
            return
        }
        // Of a whole URI the path counts: the host is told by its own field.
        let target = record.path ?? "/"
        let scheme = sources[source].protocolName == "HTTPS" || record.sni != nil ? "https" : "http"
        guard target.hasPrefix("/"), RequestURL("\(scheme)://\(host)\(target)") != nil else {
            leftOut["requests whose target or host is no part of a URL", default: 0] += 1
            return
        }
        let headers = (record.headers ?? []).filter { headerNames.contains($0.name.lowercased()) }
        let isWellFormed = headers.allSatisfy {
            HTTPSyntax.isToken($0.name) && HTTPSyntax.isFieldValue($0.value)
        }
        guard isWellFormed, record.method.map(HTTPSyntax.isToken) ?? true else {
            leftOut["requests whose method or header fields no client may send", default: 0] += 1
            return
        }
        var request = Request(
            source: source, group: group, method: record.method ?? "GET", host: host.lowercased(), path: target,
            headers: headers.map { [$0.name.lowercased(), $0.value] })
        if requests[request] == nil, requests.count >= Self.requestsMax {
            hasFoldedPaths = true
            request.path = ""
        }
        requests[request, default: 0] += weight
    }

    /// From the last byte of the request to the first of the response, where the trace tells them apart; else all of it.
    private static func serviceTime(_ record: RequestRecord) -> Int64? {
        if let first = record.observed.timeToFirstByte {
            return max(0, first - (record.observed.requestDuration ?? 0))
        }
        return record.observed.upstreamTime ?? record.observed.latency
    }

    private mutating func place(of source: Source) -> Int {
        if let place = sourcePlaces[source] { return place }
        sourcePlaces[source] = sources.count
        sources.append(source)
        arrivals.append(ArrivalStatistics())
        return sources.count - 1
    }

    private func source(_ record: RequestRecord, _ group: DecisionGroup?) -> Source {
        let kind: String
        switch record.protocol {
        case .https: kind = "HTTPS"
        case .grpc: kind = "GRPC"
        case .webSocket: kind = "HTTP"
        case .tls: kind = "TLS"
        case .tcp: kind = "TCP"
        case .udp: kind = "UDP"
        case .http, nil: kind = record.sni == nil ? "HTTP" : "HTTPS"
        }
        var source = Source(port: record.port, protocolName: kind)
        if let port = group?.port.flatMap({ index in table.map { $0.ports[index.place] } }) {
            source.port = port.number
            if let mesh = port.entrance.meshService {
                source.mesh = mesh
                source.from = record.from
            } else {
                source.gateway = port.gateway
            }
        } else {
            source.mesh = record.mesh
            source.from = record.from
            source.gateway = record.mesh == nil ? record.gateway ?? gateway : nil
            if source.port == nil {
                source.port = record.destination.flatMap { text in
                    text.lastIndex(of: ":").flatMap { UInt16(text[text.index(after: $0)...]) }
                }
            }
        }
        return source
    }

    /// The Services that may have answered: the one recorded, the one at the endpoint, or those that the table names.
    private mutating func backends(_ record: RequestRecord, _ group: DecisionGroup?) -> [String] {
        if let name = record[.observedBackendName] {
            return ["\(record[.observedBackendNamespace] ?? "default")/\(name)"]
        }
        if let endpoint = record[.observedEndpoint], let found = endpoints[endpoint], let table {
            return Array(Set(found.map { "\(table.backends[$0.place].namespace)/\(table.backends[$0.place].name)" }))
        }
        guard let group, let table, group.action == .forward else { return [] }
        let names = group.branches.filter { $0.share > 0 && $0.status == nil }.compactMap(\.backend).map { index in
            "\(table.backends[index.place].namespace)/\(table.backends[index.place].name)"
        }
        if Set(names).count > 1 { pooled.formUnion(names) }
        return Array(Set(names))
    }
}
