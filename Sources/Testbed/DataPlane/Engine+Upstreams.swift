import Simulation

/// What is kept of a gateway and a backend with a policy between them: one account for each replica of the gateway.
struct UpstreamGroup {
    var link: UInt32
    var first: UInt32
    var count: UInt32
    var connectTimes: RandomStream
    var connections = LevelStatistic()
    var pending = LevelStatistic()
}

/// The way of a request where a policy governs it: a host that is fit to serve, limits, a connection.
extension Engine {
    /// Sets up the accounts of a new link, where a policy asks for them.
    mutating func govern(_ link: UInt32, _ policy: UpstreamPolicy) {
        let (gateway, station) = (links[link].gateway, links[link].station)
        let name = "\(gatewayNames[Int(gateway)]) to \(stationBackends[Int(station)]?.lineName ?? "")"
        let group = UInt32(upstreamGroups.count)
        upstreamGroups.append(
            UpstreamGroup(
                link: link, first: UInt32(upstreams.count), count: gateways[gateway].replicas,
                connectTimes: RandomStream(seed: model.seed, entity: name, purpose: "connecting")))
        upstreamCells.append(
            contentsOf: repeatElement(
                UpstreamMeasurements(
                    gateway: gatewayNames[Int(gateway)],
                    backend: stationBackends[Int(station)] ?? BackendIdentity(namespace: "", name: "")),
                count: intervalCount))
        links[link].group = group
        for replica in 0..<gateways[gateway].replicas {
            let balancer = links[link].firstBalancer + replica
            let upstream = UInt32(upstreams.count)
            balancers[balancer].upstream = upstream
            upstreams.append(
                Upstream(
                    policy: policy, loadBalancing: balancers[balancer].loadBalancing, station: station, link: link,
                    balancer: balancer, place: place(ofGateway: gateway, replica: replica),
                    at: places[Int(place(ofGateway: gateway, replica: replica))], proxies: proxies(of: gateway),
                    entity: "\(name) replica \(replica)", seed: model.seed))
            upstreamsOfStation[Int(station)].append(upstream)
            updateHosts(of: upstream, isStart: true)
            startTimers(of: upstream)
        }
    }

    /// The policy of a gateway for a backend: the backend's own, completed by the gateway's.
    func policy(gateway: UInt32, station: UInt32) -> UpstreamPolicy {
        let name = gatewayNames[Int(gateway)]
        let general = model.gateways.first { $0.gateway == name }?.policy ?? UpstreamPolicy()
        guard let backend = stationBackends[Int(station)] else { return general }
        let own = model.backends.first { $0.backend.service == backend }?.policy ?? UpstreamPolicy()
        return own.completed(by: general)
    }

    /// The back-off that the policy of the link sets at which a request failed; nil for the route's.
    func ownBackOff(of request: UInt32) -> BackOff? {
        guard requests[request].traits.contains(.governed), requests[request].link != none else { return nil }
        return upstreams[upstream(of: request)].policy.backOff
    }

    private mutating func startTimers(of upstream: UInt32) {
        let policy = upstreams[Int(upstream)].policy
        if let interval = policy.outlierDetection?.interval, interval > 0 {
            schedule(Control(kind: .sweep, subject: upstream), after: interval)
        }
        if policy.healthCheck != nil { startProbes(of: upstream) }
    }

    private func place(ofGateway gateway: UInt32, replica: UInt32) -> UInt16 {
        let own = gatewayPlaces[Int(gateway)]
        return own.isEmpty ? 0 : own[Int(replica) % own.count]
    }

    /// How many replicas of a gateway are at each place.
    private func proxies(of gateway: UInt32) -> [Int] {
        var counts = [Int](repeating: 0, count: places.count)
        for place in gatewayPlaces[Int(gateway)] { counts[Int(place)] += 1 }
        return counts
    }

    /// Tells the accounts of a station which replicas there are.
    mutating func updateUpstreams(of station: UInt32) {
        for upstream in upstreamsOfStation[Int(station)] { updateHosts(of: upstream, isStart: false) }
    }

    private mutating func updateHosts(of upstream: UInt32, isStart: Bool) {
        let station = upstreams[Int(upstream)].station
        let own = places[Int(upstreams[Int(upstream)].place)]
        let present = candidates(of: station).map { replica in
            var host = Upstream.Host(replica: replica, joined: replicas[replica].joined)
            host.place = replicas[replica].place
            host.distance = own.distance(to: places[Int(host.place)])
            let location = places[Int(host.place)]
            host.locality = upstreams[Int(upstream)].localityWeights?.firstIndex { location.isIn($0.place) }
                .map { UInt16(clamping: $0) }
            return (ordinal: replicas[replica].ordinal, host: host)
        }
        let (joined, gone) = upstreams[Int(upstream)].update(present, at: kernel.now.nanoseconds, isStart: isStart)
        if !isStart, upstreams[Int(upstream)].policy.healthCheck != nil {
            for ordinal in joined { scheduleProbe(upstream, ordinal, after: 0) }
        }
        guard upstreams[Int(upstream)].policy.connections != nil else { return }
        for ordinal in gone {
            let closed = upstreams[Int(upstream)].pools[Int(ordinal)].closeIdle(since: .max)
            changeConnections(Int(upstream), by: -closed)
        }
    }
}

/// The way of a request where a policy governs it: a host that is fit to serve, limits, a connection.
extension Engine {
    func cell(of link: UInt32) -> Int { Int(links[link].group) * intervalCount + Int(interval) }

    func upstream(of request: UInt32) -> Int {
        Int(balancers[links[requests[request].link].firstBalancer + requests[request].gatewayReplica].upstream)
    }

    func ordinal(of request: UInt32) -> Int { Int(replicas[requests[request].replica].ordinal) }

    /// Chooses a host; false where none is fit to serve.
    mutating func boardGoverned(_ request: UInt32, _ link: UInt32, held: UInt32 = none) -> Bool {
        requests[request].link = link
        if !requests[request].traits.contains(.governed) { putGoverned(GovernedState(), at: request) }
        let upstream = upstream(of: request)
        let isCopy = requests[request].traits.contains(.copy)
        let client = requests[request].traits.contains(.detailed) ? details[request].client : 0
        if governed[request].triedLink != link { governed[request].tried = TriedHosts() }
        let tried = governed[request].tried
        let now = kernel.now.nanoseconds
        var choice = Upstream.Choice.nobody
        if held != none, upstreams[upstream].isAvailable(replicas[held].ordinal) {
            choice = .host(replicas[held].ordinal, inPanic: false)
        } else {
            choice = upstreams[upstream].choose(client: client, tried: tried, at: now)
        }
        switch choice {
        case .nobody:
            upstreamCells[cell(of: link)].noHealthyReplica &+= 1
            return false
        case .host(let ordinal, let inPanic):
            if inPanic { upstreamCells[cell(of: link)].inPanic &+= 1 }
            governed[request].tried.insert(ordinal)
            governed[request].triedLink = link
            governed[request].connection = none
            governed[request].isActive = false
            upstreams[upstream].gate.sent(isRetry: !isCopy && requests[request].retries > 0, at: now)
            requests[request].replica = upstreams[upstream].hosts[Int(ordinal)].replica
            return true
        }
    }

    mutating func putGoverned(_ state: GovernedState, at request: UInt32) {
        while governed.peak <= Int(request) { _ = governed.take(GovernedState()) }
        governed[request] = state
        requests[request].traits.insert(.governed)
    }

    /// Sends a request by a link that a policy governs.
    mutating func attemptGoverned(_ request: UInt32, _ plan: UInt32, _ link: UInt32) {
        guard boardGoverned(request, link) else {
            end(request, status: 503)
            return
        }
        proceed(request)
    }

    /// Sets out, or waits for a connection, or is turned away by a limit.
    mutating func proceed(_ request: UInt32) {
        let upstream = upstream(of: request)
        guard upstreams[upstream].policy.connections != nil else {
            activate(request, upstream)
            return
        }
        let ordinal = ordinal(of: request)
        closeIdleConnections(upstream, ordinal)
        // Those who wait come first.
        if upstreams[upstream].pools[ordinal].pending == 0, upstreams[upstream].pools[ordinal].hasReady {
            if isAtLimit(upstream) {
                overflow(request, isPending: false)
            } else if let connection = upstreams[upstream].pools[ordinal].take() {
                connect(request, connection, upstream, ordinal)
                if upstreams[upstream].pools[ordinal].preconnects { openConnections(upstream, ordinal) }
                activate(request, upstream)
            }
            return
        }
        // Whether there are too many requests is asked when there is a connection: one is opened even for a request that
        // will be turned away.
        guard upstreams[upstream].load.pending < upstreams[upstream].breaker.maxPendingRequests else {
            overflow(request, isPending: true)
            return
        }
        requests[request].place = .pending
        governed[request].isPending = true
        requests[request].reached = kernel.now
        upstreams[upstream].pools[ordinal].wait(request)
        changePending(upstream, by: 1)
        openConnections(upstream, ordinal)
    }

    func isAtLimit(_ upstream: Int) -> Bool {
        upstreams[upstream].load.active >= upstreams[upstream].breaker.maxRequests
    }

    mutating func connect(_ request: UInt32, _ connection: UInt32, _ upstream: Int, _ ordinal: Int) {
        governed[request].connection = connection
        governed[request].generation = upstreams[upstream].pools[ordinal].generation(connection)
    }

    /// A request has all that it needs to set out.
    mutating func activate(_ request: UInt32, _ upstream: Int) {
        guard !isAtLimit(upstream) else {
            overflow(request, isPending: false)
            return
        }
        // The time of an attempt begins when it is sent, not while it waits for a connection.
        let plan = requests[request].plan
        if plans[plan].traits.contains(.hasAttemptTimeout), !requests[request].traits.contains(.copy) {
            requests[request].timer = kernel.arm(plans[plan].attemptTimeout, .attemptTimedOut, slot: request)
        }
        upstreams[upstream].load.active += 1
        upstreams[upstream].changeActive(UInt32(ordinal(of: request)), by: 1)
        governed[request].isActive = true
        depart(request, requests[request].link)
    }

    /// A limit turns a request away: 503 at once, without a retry, and no fault of the host.
    mutating func overflow(_ request: UInt32, isPending: Bool) {
        let cell = cell(of: requests[request].link)
        if isPending {
            upstreamCells[cell].pendingOverflows &+= 1
        } else {
            upstreamCells[cell].requestOverflows &+= 1
        }
        kernel.cancel(requests[request].timer)
        requests[request].place = .atGateway
        if requests[request].traits.contains(.copy) {
            requests.giveBack(request)
        } else {
            end(request, status: 503)
        }
    }

    /// What a request held of its upstream is free again.
    mutating func releaseGoverned(_ request: UInt32, _ ending: AttemptEnding) {
        let upstream = upstream(of: request)
        let ordinal = ordinal(of: request)
        if governed[request].isPending {
            governed[request].isPending = false
            upstreams[upstream].pools[ordinal].stopWaiting(request)
            changePending(upstream, by: -1)
            return
        }
        guard governed[request].isActive else { return }
        governed[request].isActive = false
        record(
            ending == .answered ? .answer(requests[request].status) : .localFailure, UInt32(upstream), UInt32(ordinal))
        upstreams[upstream].load.active -= 1
        upstreams[upstream].changeActive(UInt32(ordinal), by: -1)
        giveBackConnection(request, upstream, isBroken: ending != .answered)
    }

    /// Whether a request may be retried that failed at its link; where not, the status that it ends with, if it changes.
    mutating func mayRetry(_ request: UInt32) -> (allowed: Bool, status: UInt16?) {
        let link = requests[request].link
        guard link != none, links[link].group != none else { return (true, nil) }
        let upstream = upstream(of: request)
        let load = upstreams[upstream].load
        guard upstreams[upstream].gate.allows(load, at: kernel.now.nanoseconds) else {
            upstreamCells[cell(of: link)].retryOverflows &+= 1
            if case .rate = upstreams[upstream].policy.retryBudget { return (false, 503) }
            return (false, nil)
        }
        upstreams[upstream].load.retries += 1
        governed[request].retryUpstream = UInt32(upstream)
        return (true, nil)
    }

    /// The retry that a request was at is over.
    mutating func settleRetry(_ request: UInt32) {
        let upstream = governed[request].retryUpstream
        guard upstream != none else { return }
        governed[request].retryUpstream = none
        upstreams[Int(upstream)].load.retries -= 1
    }
}

/// What was measured.
extension Engine {
    mutating func closeUpstreamObservations() {
        let now = kernel.now
        for group in upstreamGroups.indices {
            let cell = group * intervalCount + Int(interval)
            upstreamCells[cell].connections = upstreamGroups[group].connections.observation(until: now)
            upstreamCells[cell].pending = upstreamGroups[group].pending.observation(until: now)
            upstreamGroups[group].connections.restart(at: now)
            upstreamGroups[group].pending.restart(at: now)
        }
    }

    func addUpstreams(_ intervals: [Int], to result: inout Measurements) {
        for group in upstreamGroups.indices {
            guard let first = intervals.first else { return }
            var measured = upstreamCells[group * intervalCount + first]
            for interval in intervals.dropFirst() { measured.merge(upstreamCells[group * intervalCount + interval]) }
            result.upstreams.append(measured)
        }
    }
}
