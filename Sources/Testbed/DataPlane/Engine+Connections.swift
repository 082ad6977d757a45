import Simulation

/// The connections between the replicas of a gateway and those of a backend.
extension Engine {
    mutating func changeConnections(_ upstream: Int, by difference: Int) {
        guard difference != 0 else { return }
        upstreams[upstream].load.connections += difference
        let group = Int(links[upstreams[upstream].link].group)
        upstreamGroups[group].connections.change(by: Int64(difference), at: kernel.now)
    }

    mutating func changePending(_ upstream: Int, by difference: Int) {
        guard difference != 0 else { return }
        upstreams[upstream].load.pending += difference
        let group = Int(links[upstreams[upstream].link].group)
        upstreamGroups[group].pending.change(by: Int64(difference), at: kernel.now)
    }

    mutating func closeIdleConnections(_ upstream: Int, _ ordinal: Int) {
        guard let timeout = upstreams[upstream].policy.connections?.idleTimeout else { return }
        let now = kernel.now.nanoseconds
        guard now >= upstreams[upstream].pools[ordinal].nextIdleCheck else { return }
        let closed = upstreams[upstream].pools[ordinal].closeIdle(since: now - timeout)
        upstreams[upstream].pools[ordinal].nextIdleCheck = now + max(timeout / 8, 1)
        changeConnections(upstream, by: -closed)
    }

    /// Begins as many connections as the waiting need and the limit allows; a host's first always may be.
    mutating func openConnections(_ upstream: Int, _ ordinal: Int) {
        guard let policy = upstreams[upstream].policy.connections else { return }
        let limit = upstreams[upstream].breaker.maxConnections
        let link = upstreams[upstream].link
        let group = Int(links[link].group)
        var rest = upstreams[upstream].pools[ordinal].preconnects ? 3 : Int.max
        while rest > 0, upstreams[upstream].pools[ordinal].wantsConnection,
            upstreams[upstream].load.connections < limit || upstreams[upstream].pools[ordinal].open == 0
        {
            rest -= 1
            let connection = upstreams[upstream].pools[ordinal].begin()
            changeConnections(upstream, by: 1)
            upstreamCells[cell(of: link)].connectionsOpened &+= 1
            var delay = policy.connectTime?.draw(&upstreamGroups[group].connectTimes) ?? 0
            let replica = upstreams[upstream].hosts[ordinal].replica
            var control = Control(
                kind: .connected, subject: UInt32(upstream), host: UInt32(ordinal), connection: connection,
                generation: upstreams[upstream].pools[ordinal].generation(connection))
            if !replicas[replica].isUp {
                control.kind = .connectFailed
                if replicas[replica].isSilent { delay = policy.connectTimeout }
            }
            if delay > policy.connectTimeout {
                control.kind = .connectFailed
                delay = policy.connectTimeout
            }
            schedule(control, after: delay)
        }
    }

    mutating func connected(_ control: Control) {
        let (upstream, ordinal) = (Int(control.subject), Int(control.host))
        guard upstreams[upstream].pools[ordinal].isConnecting(control.connection, generation: control.generation)
        else { return }
        guard replicas[upstreams[upstream].hosts[ordinal].replica].isUp else {
            connectFailed(control)
            return
        }
        upstreams[upstream].pools[ordinal].made(control.connection, at: kernel.now.nanoseconds)
        servePending(upstream, ordinal)
    }

    /// All who wait for a connection to the host fail with it.
    mutating func connectFailed(_ control: Control) {
        let (upstream, ordinal) = (Int(control.subject), Int(control.host))
        guard upstreams[upstream].pools[ordinal].isConnecting(control.connection, generation: control.generation)
        else { return }
        upstreams[upstream].pools[ordinal].close(control.connection)
        changeConnections(upstream, by: -1)
        upstreamCells[cell(of: upstreams[upstream].link)].connectFailures &+= 1
        failPending(upstream, ordinal)
    }

    private mutating func failPending(_ upstream: Int, _ ordinal: Int) {
        var failed: [UInt32] = []
        while let request = upstreams[upstream].pools[ordinal].nextWaiting() { failed.append(request) }
        changePending(upstream, by: -failed.count)
        for request in failed {
            requests[request].place = .atGateway
            governed[request].isPending = false
            kernel.cancel(requests[request].timer)
            record(.localFailure, UInt32(upstream), UInt32(ordinal))
            if requests[request].traits.contains(.copy) {
                requests.giveBack(request)
            } else {
                attemptEnded(request, status: 503, failure: .notConnected)
            }
        }
    }

    /// Gives connections that are free to those who wait.
    mutating func servePending(_ upstream: Int, _ ordinal: Int) {
        while upstreams[upstream].pools[ordinal].pending > 0, upstreams[upstream].pools[ordinal].hasReady,
            let request = upstreams[upstream].pools[ordinal].nextWaiting()
        {
            changePending(upstream, by: -1)
            upstreamCells[cell(of: requests[request].link)].connectionWait.record(
                kernel.now - requests[request].reached)
            requests[request].place = .atGateway
            governed[request].isPending = false
            if isAtLimit(upstream) {
                overflow(request, isPending: false)
            } else if let connection = upstreams[upstream].pools[ordinal].take() {
                connect(request, connection, upstream, ordinal)
                activate(request, upstream)
            }
        }
        openConnections(upstream, ordinal)
    }

    /// A connection is free again, or closed. Those who wait get their turn after the event that is handled now: until then
    /// the replica may still hold what has just ended.
    mutating func giveBackConnection(_ request: UInt32, _ upstream: Int, isBroken: Bool) {
        let connection = governed[request].connection
        guard connection != none else { return }
        governed[request].connection = none
        let ordinal = ordinal(of: request)
        let now = kernel.now.nanoseconds
        if upstreams[upstream].pools[ordinal].generation(connection) == governed[request].generation,
            upstreams[upstream].pools[ordinal].isOpen(connection)
        {
            var closed = 0
            // A reset ends an HTTP/1.1 connection, and only the stream of an HTTP/2 one.
            if isBroken, upstreams[upstream].policy.connections?.version == .http1 {
                upstreams[upstream].pools[ordinal].close(connection)
                closed = 1
            } else if upstreams[upstream].pools[ordinal].giveBack(connection, at: now) {
                closed = 1
            } else if !upstreams[upstream].hosts[ordinal].isMember {
                closed = upstreams[upstream].pools[ordinal].closeIdle(since: .max)
            }
            changeConnections(upstream, by: -closed)
        }
        guard upstreams[upstream].pools[ordinal].pending > 0, !upstreams[upstream].pools[ordinal].isServing else {
            return
        }
        upstreams[upstream].pools[ordinal].isServing = true
        schedule(Control(kind: .serve, subject: UInt32(upstream), host: UInt32(ordinal)), after: 0)
    }

    mutating func serve(_ control: Control) {
        upstreams[Int(control.subject)].pools[Int(control.host)].isServing = false
        servePending(Int(control.subject), Int(control.host))
    }

    /// A replica is gone, and every connection to it with it. Who waits for one fails, or, where nothing is heard of the
    /// replica, waits on.
    mutating func disconnect(_ replica: UInt32) {
        let station = replicas[replica].station
        let ordinal = Int(replicas[replica].ordinal)
        for index in upstreamsOfStation[Int(station)] {
            let upstream = Int(index)
            guard ordinal < upstreams[upstream].pools.count else { continue }
            let open = upstreams[upstream].pools[ordinal].open
            upstreams[upstream].pools[ordinal].closeConnections()
            changeConnections(upstream, by: -open)
            if replicas[replica].isSilent {
                openConnections(upstream, ordinal)
            } else {
                failPending(upstream, ordinal)
            }
        }
    }
}
