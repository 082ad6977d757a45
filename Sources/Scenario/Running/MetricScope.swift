import GatewayAPI
import Simulation
import Testbed

/// The part of what was measured that an expectation is about: a route or a rule of it, a backend, a gateway, or all.
struct MetricScope {
    private let lines: [LineMeasurements]
    private let backend: BackendIdentity?
    private let gateway: GatewayMeasurements?
    /// Where backends call each other: what clients see, in place of all lines.
    private let clients: [GatewayMeasurements]?
    private let isAboutGateway: Bool
    private let measuredBackend: StationMeasurements?

    init(_ expectation: MetricExpectation, _ measured: Measurements) {
        lines = measured.lines.filter { line in
            expectation.isAbout(line.identity)
        }
        let service = expectation.backend.map { name in
            measured.backends.map(\.backend.service).first {
                $0.namespace == name.value.namespace && $0.name == name.value.name
            } ?? BackendIdentity(name.value)
        }
        backend = service
        measuredBackend = service.flatMap { service in
            measured.backends.first { $0.backend.service == service }?.station
        }
        let name = expectation.gateway?.value.description
        gateway = name.flatMap { name in measured.gateways.first { $0.gateway == name } }
        isAboutGateway = name != nil
        let hasCalls = expectation.route == nil && measured.gateways.contains(where: \.isSidecar)
        clients = hasCalls ? measured.gateways.filter { !$0.isSidecar } : nil
    }

    /// The queue of the backend or of the proxy; nil where it is not modelled, or nothing came to it.
    var station: StationMeasurements? { isAboutGateway ? gateway?.station : measuredBackend }

    /// Requests at the gateway; nil where the scope is none.
    var gatewayInSystem: LevelObservation? { gateway?.inSystem }

    /// From the arrival at the gateway, or at the backend's replica.
    var latency: LatencyHistogram {
        if backend != nil { return measuredBackend?.latency ?? LatencyHistogram() }
        if isAboutGateway { return gateway?.latency ?? LatencyHistogram() }
        var all = LatencyHistogram()
        if let clients {
            for gateway in clients { all.merge(gateway.latency) }
            return all
        }
        for line in lines { all.merge(line.latency) }
        return all
    }

    private var statuses: StatusCounts {
        if backend != nil { return measuredBackend?.statuses ?? StatusCounts() }
        if isAboutGateway { return gateway?.statuses ?? StatusCounts() }
        var all = StatusCounts()
        if let clients {
            for gateway in clients { all.merge(gateway.statuses) }
            return all
        }
        for line in lines { all.merge(line.statuses) }
        return all
    }

    /// How many requests there were.
    var requests: UInt64 {
        if backend != nil { return measuredBackend?.requests ?? 0 }
        if isAboutGateway { return gateway?.requests ?? 0 }
        if let clients { return clients.reduce(0) { $0 + $1.latency.count } }
        return lines.reduce(0) { $0 + $1.requests }
    }

    /// Retries that gateways made.
    var retries: UInt64 { lines.reduce(0) { $0 + $1.retries } }

    /// Retries for each request that ended; nil where none did.
    var retriesPerRequest: Double? {
        let all = lines.reduce(UInt64(0)) { $0 + $1.requests }
        return all == 0 ? nil : Double(retries) / Double(all)
    }

    /// The share of answers whose status is one of those wanted; nil where there were no answers.
    func fraction(_ isWanted: (UInt16) -> Bool) -> Double? {
        let all = statuses.total
        guard all > 0 else { return nil }
        let wanted = statuses.entries.reduce(UInt64(0)) { $0 + (isWanted($1.status) ? $1.count : 0) }
        return Double(wanted) / Double(all)
    }

    /// The share of the lines' attempts that went to the backend; nil where there were none.
    var share: Double? {
        var all: UInt64 = 0
        var own: UInt64 = 0
        for branch in lines.flatMap(\.branches) {
            all += branch.requests
            if branch.backend?.service == backend { own += branch.requests }
        }
        return all == 0 ? nil : Double(own) / Double(all)
    }
}
