import Simulation

/// What one replica of a gateway keeps for one of its filters.
struct FilterState {
    let filter: GatewayFilter
    var stream: RandomStream
    var bucket: TokenBucket?
    var requests: SlidingCount?
    var successes: SlidingCount?
    var controller: GradientController?

    init(_ filter: GatewayFilter, entity: String, seed: UInt64) {
        self.filter = filter
        stream = RandomStream(seed: seed, entity: entity, purpose: "filter")
        switch filter.action {
        case .fault: break
        case .rateLimit(let limit): bucket = TokenBucket(limit)
        case .admissionControl(let control):
            requests = SlidingCount(length: control.samplingWindow)
            successes = SlidingCount(length: control.samplingWindow)
        case .adaptiveConcurrency(let settings):
            controller = GradientController(
                settings, stream: RandomStream(seed: seed, entity: entity, purpose: "adaptive concurrency"))
        }
    }
}

/// The filters of a gateway.
struct GatewayFilters {
    let count: Int
    /// Of each replica of the gateway, one after the other.
    var states: [FilterState]
    /// By interval.
    var cells: [FilterCounts]
}

/// What gateways do with requests before they route them. The filter that a delayed request comes to next stands in its
/// `status`, which means nothing before it has an answer.
extension Engine {
    mutating func addFilters(_ gateway: GatewayModel, index: UInt32) {
        guard !gateway.filters.isEmpty else { return }
        let states = (0..<gateway.replicas).flatMap { replica in
            gateway.filters.enumerated().map { place, filter in
                FilterState(
                    filter, entity: "gateway \(gateway.gateway) replica \(replica) filter \(place)", seed: model.seed)
            }
        }
        filters[index] = GatewayFilters(
            count: gateway.filters.count, states: states,
            cells: Array(repeating: FilterCounts(), count: intervalCount))
    }

    /// Whether some filter of a gateway is for the requests of a line.
    func isFiltered(_ line: LineIdentity, _ gateway: UInt32) -> Bool {
        filters[gateway]?.states.prefix(filters[gateway]?.count ?? 0).contains { $0.filter.isFor(line) } ?? false
    }

    /// Takes a request through the filters, or through those that are left; false where it goes no further now.
    @inline(never)
    mutating func passFilters(
        _ request: UInt32, _ plan: UInt32, from first: Int = 0, isResumed: Bool = false
    ) -> Bool {
        let gateway = plans[plan].gateway
        let line = catalogue.lines[Int(plans[plan].line)]
        guard var own = filters.removeValue(forKey: gateway) else { return true }
        defer { filters[gateway] = own }
        let offset = Int(requests[request].gatewayReplica) * own.count
        for place in first..<max(own.count, first) where own.states[offset + place].filter.isFor(line) {
            switch apply(&own.states[offset + place], request, isResumed: isResumed && place == first) {
            case .passes: continue
            case .waits(let delay):
                own.cells[Int(interval)].delayed += 1
                requests[request].status = UInt16(clamping: place)
                requests[request].place = .paused
                kernel.schedule(.filtered, slot: request, after: delay)
                return false
            case .answered(let status, let counter):
                own.cells[Int(interval)][keyPath: counter] += 1
                requests[request].status = 200
                // The end of a request asks the filters too.
                filters[gateway] = own
                end(request, status: status)
                own = filters[gateway] ?? own
                return false
            }
        }
        requests[request].status = 200
        return true
    }

    private enum Verdict {
        case passes
        case waits(Int64)
        case answered(UInt16, WritableKeyPath<FilterCounts, UInt64>)
    }

    private mutating func apply(_ state: inout FilterState, _ request: UInt32, isResumed: Bool) -> Verdict {
        let now = kernel.now.nanoseconds
        switch state.filter.action {
        case .fault(let fault):
            // A request that comes back from its delay has been through the draw.
            if let delay = fault.delay, !isResumed, state.stream.happens(fault.delayShare) {
                let time = delay.draw(&state.stream)
                if time > 0 { return .waits(time) }
            }
            return state.stream.happens(fault.abortShare) ? .answered(fault.abortStatus, \.aborted) : .passes
        case .rateLimit(let limit):
            return state.bucket?.take(at: now) == false ? .answered(limit.status, \.rateLimited) : .passes
        case .admissionControl(let control):
            let all = state.requests?.count(at: now) ?? 0
            let good = state.successes?.count(at: now) ?? 0
            if state.stream.happens(control.rejection(requests: all, successes: good)) {
                return .answered(control.status, \.rejected)
            }
            requests[request].traits.insert(.watched)
            return .passes
        case .adaptiveConcurrency(let settings):
            guard state.controller?.admits(at: now) != false else {
                return .answered(settings.status, \.concurrencyLimited)
            }
            requests[request].traits.formUnion([.watched, .counted])
            return .passes
        }
    }

    /// A delay of the fault filter is over.
    mutating func filtered(_ request: UInt32) {
        guard resume(request) else { return }
        let plan = requests[request].plan
        guard passFilters(request, plan, from: Int(requests[request].status), isResumed: true) else { return }
        route(request, plan)
    }

    /// Admission control and adaptive concurrency learn of the end of a request.
    mutating func watched(_ request: UInt32, status: UInt16) {
        let plan = requests[request].plan
        let gateway = plans[plan].gateway
        guard let count = filters[gateway]?.count else { return }
        let offset = Int(requests[request].gatewayReplica) * count
        let now = kernel.now.nanoseconds
        let line = catalogue.lines[Int(plans[plan].line)]
        for place in offset..<offset + count where filters[gateway]?.states[place].filter.isFor(line) == true {
            if requests[request].traits.contains(.counted) {
                let sent = status == 0 ? nil : requests[request].arrived.nanoseconds
                filters[gateway]?.states[place].controller?.ended(sent: sent, at: now)
            }
            filters[gateway]?.states[place].requests?.add(at: now)
            if status > 0, status < 500 { filters[gateway]?.states[place].successes?.add(at: now) }
        }
    }

    func addFilterCounts(_ intervals: [Int], to result: inout Measurements) {
        for gateway in gatewayNames.indices {
            guard let own = filters[UInt32(gateway)] else { continue }
            var counts = FilterCounts()
            for interval in intervals { counts.merge(own.cells[interval]) }
            result.gateways[gateway].filters = counts
        }
    }
}
