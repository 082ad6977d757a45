import Simulation

extension TestbedModel {
    /// Checks everything that would make a run impossible, so that the engine need not.
    func validate() throws(TestbedError) {
        guard duration > 0, duration <= Nanoseconds.longest else {
            throw .invalid("the duration is \(duration) ns, expected a positive time of at most 73 years")
        }
        guard warmup >= 0, warmup < duration else {
            throw .invalid("the warm-up is \(warmup) ns, expected less than the duration of \(duration) ns")
        }
        guard Set(sources.map(\.name)).count == sources.count else {
            throw .invalid("two sources of traffic have the same name")
        }
        for source in sources { try validate(source) }
        guard Set(backends.map(\.backend.service)).count == backends.count else {
            throw .invalid("a backend has two entries")
        }
        for backend in backends {
            try validate(backend.station, of: backend.backend.description)
            guard backend.errorRatio >= 0, backend.errorRatio <= 1 else {
                throw .invalid("the error ratio of \(backend.backend.description) is not between 0 and 1")
            }
        }
        for backend in backends {
            guard let scaling = backend.autoscaling else { continue }
            guard scaling.minReplicas >= 1, scaling.maxReplicas >= scaling.minReplicas,
                scaling.maxReplicas <= Self.mostReplicas, scaling.syncPeriod > 0, scaling.metricWindow > 0
            else { throw .invalid("the autoscaling of \(backend.backend.description) cannot be") }
        }
        guard Set(gateways.map(\.gateway)).count == gateways.count else { throw .invalid("a gateway has two entries") }
        for gateway in gateways {
            if let station = gateway.station { try validate(station, of: gateway.gateway) }
            guard (1...Self.mostReplicas).contains(gateway.replicas) else {
                throw .invalid("\(gateway.gateway) has \(gateway.replicas) replicas, expected 1 … \(Self.mostReplicas)")
            }
        }
        for event in events { try validate(event) }
        try validateCalls()
    }

    /// Enough for any cluster, and little enough for the memory of per-replica state.
    static let mostReplicas = 100_000

    private func validate(_ source: TrafficSource) throws(TestbedError) {
        switch source.content {
        case .mix(let arrivals, let weights, let treatments):
            guard WeightedChoice(weights: weights) != nil else {
                throw .invalid("source \(source.name) has no request with a weight above zero")
            }
            guard !treatments.isEmpty, treatments.allSatisfy({ $0.count == weights.count }) else {
                throw .invalid("source \(source.name) lacks a treatment for one of its requests")
            }
            try validate(arrivals, of: source.name)
        case .flows(let mix):
            guard WeightedChoice(weights: mix.kinds.map(\.weight)) != nil else {
                throw .invalid("source \(source.name) has no flow with a weight above zero")
            }
            guard !mix.treatments.isEmpty, mix.treatments.allSatisfy({ $0.count == mix.kinds.count }) else {
                throw .invalid("source \(source.name) lacks a treatment for one of its flows")
            }
            if case .closed = mix.arrivals { throw .invalid("source \(source.name): nobody waits for flows to end") }
            try validate(mix.arrivals, of: source.name)
        case .trace(_, let speed, _):
            guard speed > 0, speed.isFinite else {
                throw .invalid("source \(source.name) has speed \(speed), expected a positive number")
            }
        }
    }

    private func validate(_ arrivals: TrafficSource.Arrivals, of name: String) throws(TestbedError) {
        switch arrivals {
        case .closed(let users, _):
            guard (1...10_000_000).contains(users) else {
                throw .invalid("source \(name) has \(users) users, expected 1 … 10000000")
            }
        case .bursts(let rate, let busy, let idle):
            guard rate > 0, busy > 0, idle > 0, rate.isFinite, busy.isFinite, idle.isFinite else {
                throw .invalid("source \(name): rate, busy and idle have to be above zero")
            }
        case .poisson, .constant: break
        }
    }

    private func validate(_ station: StationModel, of name: String) throws(TestbedError) {
        guard (0...Self.mostReplicas).contains(station.replicas) else {
            throw .invalid("\(name) has \(station.replicas) replicas, expected 0 … \(Self.mostReplicas)")
        }
        if let concurrency = station.concurrency, concurrency < 1 {
            throw .invalid("\(name) has concurrency \(concurrency), expected at least 1")
        }
        if let queue = station.queue, queue < 0 {
            throw .invalid("\(name) has \(queue) waiting places, expected zero or more")
        }
    }

    private func validate(_ event: TestbedEvent) throws(TestbedError) {
        guard event.time >= 0 else { throw .invalid("an event at \(event.time) ns, expected zero or more") }
        switch event.change {
        case .apply(let version):
            guard version >= 0 else { throw .invalid("there is no routing table \(version)") }
            for source in sources {
                guard case .mix(_, _, let treatments) = source.content else { continue }
                guard version < treatments.count else {
                    throw .invalid("source \(source.name) has no treatments for routing table \(version)")
                }
            }
        case .fail(let backend, let replicas, let duration):
            try validate(backend, replicas, duration)
        case .slow(let backend, let factor, let replicas, let duration):
            try validate(backend, replicas, duration)
            guard factor > 0, factor.isFinite else {
                throw .invalid("\(backend.description) is slowed by \(factor), expected a positive factor")
            }
        case .scale(let backend, let replicas):
            try validate(backend, replicas, nil)
        case .rollout(let backend, _):
            try validate(backend, 0, nil)
        case .fault(let fault, let duration):
            try validate(fault, duration)
        }
    }

    private func validate(_ fault: Fault, _ duration: Int64?) throws(TestbedError) {
        if let duration, duration < 0 { throw .invalid("a fault lasts \(duration) ns, expected zero or more") }
        if case .backend(let backend, let replicas) = fault.target { try validate(backend, replicas, duration) }
        if case .slow(let factor) = fault.effect, factor <= 0 || !factor.isFinite {
            throw .invalid("a fault slows by \(factor), expected a positive factor")
        }
        if case .errors(let ratio, _) = fault.effect, !(0...1).contains(ratio) {
            throw .invalid("a fault has an error ratio of \(ratio), expected 0 … 1")
        }
        if case .network(_, let loss) = fault.effect, !(0..<1).contains(loss) {
            throw .invalid("a fault loses \(loss) of all messages, expected 0 … 1, 1 excluded")
        }
    }

    private func validate(_ backend: BackendIdentity, _ replicas: Int, _ duration: Int64?) throws(TestbedError) {
        guard backends.contains(where: { $0.backend.service == backend.service }) else {
            throw .invalid("an event names \(backend.description), which has no entry among the backends")
        }
        guard (0...Self.mostReplicas).contains(replicas) else {
            throw .invalid("an event names \(replicas) replicas, expected 0 … \(Self.mostReplicas)")
        }
        if let duration, duration < 0 { throw .invalid("an event lasts \(duration) ns, expected zero or more") }
    }
}
