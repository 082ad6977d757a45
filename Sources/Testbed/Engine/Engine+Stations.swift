import Simulation

/// The replicas: waiting, service, and its end.
extension Engine {
    /// A request comes to its replica.
    @inline(never)
    mutating func enter(_ request: UInt32) {
        let replica = requests[request].replica
        let station = replicas[replica].station
        if rarely(stations[station].cell == none) { addCell(toStation: station) }
        let cell = stations[station].cell
        requests[request].stationCell = cell
        requests[request].reached = kernel.now
        stationCells[cell].requests &+= 1
        guard usually(replicas[replica].isUp) else {
            if replicas[replica].isSilent { strand(request) } else { lose(request, .notConnected) }
            return
        }
        if replicas[replica].busy < replicas[replica].concurrency {
            stations[station].inSystem.increment(at: kernel.now)
            serve(request, replica, station, waited: 0)
        } else if usually(replicas[replica].waiting < replicas[replica].queue) {
            stations[station].inSystem.increment(at: kernel.now)
            appendWaiting(request, replica, station)
        } else {
            refuse(request)
        }
    }

    private mutating func refuse(_ request: UInt32) {
        let cell = requests[request].stationCell
        stationCells[cell].refused &+= 1
        stationStatuses[Int(cell)].add(503)
        leave(request, status: 503)
    }

    /// Service begins at a server that was free.
    @inline(__always)
    private mutating func serve(_ request: UInt32, _ replica: UInt32, _ station: UInt32, waited: Int64) {
        replicas[replica].busy &+= 1
        if rarely(stations[station].isSharing) {
            share(request, replica, station, waited: waited)
        } else {
            stations[station].busy.increment(at: kernel.now)
            beginService(request, replica, station, waited: waited)
        }
    }

    /// Service begins at a server of a FIFO station that counts as busy.
    @inline(__always)
    private mutating func beginService(_ request: UInt32, _ replica: UInt32, _ station: UInt32, waited: Int64) {
        stationLatencies.record(waited, in: requests[request].stationCell &* 2)
        let time = serviceTime(request, replica, station)
        // Only where nobody ever waits may the end follow at once: elsewhere each end begins the next service.
        if usually(time > 0 || replicas[replica].concurrency != .max) {
            requests[request].place = .serving
            kernel.schedule(.served, slot: request, after: time)
        } else {
            finishAtOnce(request, replica, station)
        }
    }

    @inline(never)
    private mutating func finishAtOnce(_ request: UInt32, _ replica: UInt32, _ station: UInt32) {
        finishService(request, replica, station)
    }

    @inline(__always)
    mutating func serviceTime(_ request: UInt32, _ replica: UInt32, _ station: UInt32) -> Int64 {
        if usually(stations[station].service.isSimple && !replicas[replica].isSlow) {
            let time = stations[station].upcoming
            stations[station].upcoming = stations[station].service.draw(&stations[station].serviceTimes)
            return time
        }
        return rareServiceTime(request, replica, station)
    }

    private mutating func rareServiceTime(_ request: UInt32, _ replica: UInt32, _ station: UInt32) -> Int64 {
        let distribution = stations[station].serviceTime
        let time: Int64
        if stations[station].service.isSimple {
            time = stations[station].upcoming
            stations[station].upcoming = stations[station].service.draw(&stations[station].serviceTimes)
        } else if distribution != none {
            time = distributions[Int(distribution)].draw(&stations[station].serviceTimes)
            if station < drawnTimes.count { drawnTimes[Int(station)].add(time) }
        } else {
            time = observedTime(of: request)
            if time < 0 {
                if interval >= firstMeasured { requestsWithoutObservation &+= 1 }
                return 0
            }
        }
        return !replicas[replica].isSlow ? time : Nanoseconds.rounded(Double(time) * replicas[replica].slowness)
    }

    /// A server of a FIFO station is done with a request, or with one that was cancelled meanwhile.
    @inline(__always)
    mutating func served(_ request: UInt32) {
        if rarely(requests[request].place == .cancelled) {
            requests.giveBack(request)
            return
        }
        let replica = requests[request].replica
        finishService(request, replica, replicas[replica].station)
    }

    @inline(__always)
    private mutating func finishService(_ request: UInt32, _ replica: UInt32, _ station: UInt32) {
        if rarely(stations[station].hasCalls), beginCalls(request, replica, station) { return }
        complete(request, station)
        let next = replicas[replica].firstWaiting
        guard next != none else {
            stopServing(replica)
            if rarely(replicas[replica].isRetired) { dismissIfEmpty(replica) }
            return
        }
        // The server goes from one to the next without being free.
        removeFirstWaiting(next, replica, station)
        beginService(next, replica, station, waited: kernel.now - requests[next].reached)
    }

    /// A request has all the service it needs: its response leaves the replica.
    @inline(__always)
    mutating func complete(_ request: UInt32, _ station: UInt32) {
        stations[station].inSystem.decrement(at: kernel.now)
        var status: UInt16 = 200
        let cell = requests[request].stationCell
        if rarely(stations[station].errorRatio > 0), stations[station].errors.happens(stations[station].errorRatio) {
            status = stations[station].errorStatus
            stationStatuses[Int(cell)].add(status)
        } else if rarely(hasErrorFaults), let faulty = statusByFaults(at: requests[request].replica, station) {
            status = faulty
            stationStatuses[Int(cell)].add(status)
        }
        stationLatencies.record(kernel.now - requests[request].reached, in: cell &* 2 &+ 1)
        leave(request, status: status)
    }

    /// Frees what a request in service holds of its replica.
    mutating func stopServing(_ replica: UInt32) {
        let station = replicas[replica].station
        if stations[station].isSharing {
            bringUpToDate(replica)
            replicas[replica].busy &-= 1
            if replicas[replica].busy == 0 { stations[station].busy.decrement(at: kernel.now) }
        } else {
            replicas[replica].busy &-= 1
            stations[station].busy.decrement(at: kernel.now)
        }
    }

    /// Gives free servers of a replica to those who wait.
    mutating func serveNext(at replica: UInt32) {
        let station = replicas[replica].station
        while replicas[replica].firstWaiting != none, replicas[replica].busy < replicas[replica].concurrency {
            let request = replicas[replica].firstWaiting
            removeWaiting(request, replica)
            serve(request, replica, station, waited: kernel.now - requests[request].reached)
        }
        if stations[station].isSharing { scheduleShared(replica) }
        if replicas[replica].isRetired { dismissIfEmpty(replica) }
    }

    @inline(__always)
    private mutating func appendWaiting(_ request: UInt32, _ replica: UInt32, _ station: UInt32) {
        requests[request].place = .waiting
        let last = replicas[replica].lastWaiting
        requests[request].previous = last
        requests[request].next = none
        if last == none { replicas[replica].firstWaiting = request } else { requests[last].next = request }
        replicas[replica].lastWaiting = request
        replicas[replica].waiting &+= 1
        stations[station].waiting.increment(at: kernel.now)
    }

    @inline(__always)
    private mutating func removeFirstWaiting(_ request: UInt32, _ replica: UInt32, _ station: UInt32) {
        let next = requests[request].next
        replicas[replica].firstWaiting = next
        if next == none { replicas[replica].lastWaiting = none } else { requests[next].previous = none }
        replicas[replica].waiting &-= 1
        stations[station].waiting.decrement(at: kernel.now)
    }

    mutating func removeWaiting(_ request: UInt32, _ replica: UInt32) {
        let (previous, next) = (requests[request].previous, requests[request].next)
        if previous == none { replicas[replica].firstWaiting = next } else { requests[previous].next = next }
        if next == none { replicas[replica].lastWaiting = previous } else { requests[next].previous = previous }
        replicas[replica].waiting &-= 1
        stations[replicas[replica].station].waiting.decrement(at: kernel.now)
    }
}
