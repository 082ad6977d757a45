import Simulation

/// The replicas: waiting, service, and its end.
extension Engine {
    /// A job comes to its replica.
    mutating func enter(_ job: UInt32) {
        let station = jobs[job].station
        let replica = jobs[job].replica
        jobs[job].interval = interval
        jobs[job].reached = kernel.now
        let cell = Int(station) * intervalCount + Int(interval)
        stationCells[cell].requests &+= 1
        guard replicas[replica].isUp else {
            lose(job)
            return
        }
        if replicas[replica].busy < stations[station].concurrency {
            stations[station].inSystem.change(by: 1, at: kernel.now)
            serve(job)
        } else if replicas[replica].waiting < stations[station].queue {
            stations[station].inSystem.change(by: 1, at: kernel.now)
            appendWaiting(job)
        } else {
            stationCells[cell].refused &+= 1
            stationCells[cell].statuses.add(503)
            leave(job, status: 503)
        }
    }

    /// Service begins.
    private mutating func serve(_ job: UInt32) {
        let state = jobs[job]
        jobs[job].place = .serving
        stationCells[Int(state.station) * intervalCount + Int(state.interval)].wait.record(kernel.now - state.reached)
        let time = serviceTime(job)
        linkServing(job)
        replicas[state.replica].busy &+= 1
        if stations[state.station].isSharing {
            if replicas[state.replica].busy == 1 { stations[state.station].busy.change(by: 1, at: kernel.now) }
            share(job, work: time)
        } else {
            stations[state.station].busy.change(by: 1, at: kernel.now)
            // Only where nobody ever waits may the end follow at once: elsewhere each end begins the next service.
            if time > 0 || stations[state.station].concurrency != .max {
                kernel.schedule(.served, slot: job, after: time)
            } else {
                served(job)
            }
        }
    }

    private mutating func serviceTime(_ job: UInt32) -> Int64 {
        let station = jobs[job].station
        let distribution = stations[station].serviceTime
        let time: Int64
        if distribution != none {
            time = distributions[Int(distribution)].draw(&stations[station].serviceTimes)
        } else {
            time = jobs[job].observed
            if time < 0 {
                if interval >= firstMeasured { requestsWithoutObservation &+= 1 }
                return 0
            }
        }
        let slowness = replicas[jobs[job].replica].slowness
        return slowness == 1 ? time : Nanoseconds.rounded(Double(time) * slowness)
    }

    /// A server of a FIFO station is done with a job, or with one that was cancelled meanwhile.
    mutating func served(_ job: UInt32) {
        if jobs[job].place == .cancelled {
            jobs.giveBack(job)
            return
        }
        let replica = jobs[job].replica
        stopServing(job)
        complete(job)
        serveNext(at: replica)
    }

    /// A job has all the service it needs: its response leaves the replica.
    mutating func complete(_ job: UInt32) {
        let state = jobs[job]
        stations[state.station].inSystem.change(by: -1, at: kernel.now)
        let isError =
            stations[state.station].errorRatio > 0
            && stations[state.station].errors.happens(stations[state.station].errorRatio)
        let status = isError ? stations[state.station].errorStatus : 200
        let cell = Int(state.station) * intervalCount + Int(state.interval)
        stationCells[cell].statuses.add(status)
        stationCells[cell].latency.record(kernel.now - state.reached)
        leave(job, status: status)
    }

    /// Frees what a job in service holds of its replica.
    mutating func stopServing(_ job: UInt32) {
        let replica = jobs[job].replica
        let station = jobs[job].station
        if stations[station].isSharing {
            bringUpToDate(replica)
            replicas[replica].busy &-= 1
            if replicas[replica].busy == 0 { stations[station].busy.change(by: -1, at: kernel.now) }
        } else {
            replicas[replica].busy &-= 1
            stations[station].busy.change(by: -1, at: kernel.now)
        }
        unlinkServing(job)
    }

    /// Gives free servers of a replica to those who wait.
    mutating func serveNext(at replica: UInt32) {
        let station = replicas[replica].station
        while replicas[replica].firstWaiting != none, replicas[replica].busy < stations[station].concurrency {
            let job = replicas[replica].firstWaiting
            removeWaiting(job)
            serve(job)
        }
        if stations[station].isSharing { scheduleShared(replica) }
        if replicas[replica].isRetired { dismissIfEmpty(replica) }
    }

    private mutating func appendWaiting(_ job: UInt32) {
        let replica = jobs[job].replica
        jobs[job].place = .waiting
        let last = replicas[replica].lastWaiting
        jobs[job].previous = last
        jobs[job].next = none
        if last == none { replicas[replica].firstWaiting = job } else { jobs[last].next = job }
        replicas[replica].lastWaiting = job
        replicas[replica].waiting &+= 1
        stations[jobs[job].station].waiting.change(by: 1, at: kernel.now)
    }

    mutating func removeWaiting(_ job: UInt32) {
        let (previous, next, replica) = (jobs[job].previous, jobs[job].next, jobs[job].replica)
        if previous == none { replicas[replica].firstWaiting = next } else { jobs[previous].next = next }
        if next == none { replicas[replica].lastWaiting = previous } else { jobs[next].previous = previous }
        replicas[replica].waiting &-= 1
        stations[jobs[job].station].waiting.change(by: -1, at: kernel.now)
    }

    private mutating func linkServing(_ job: UInt32) {
        let replica = jobs[job].replica
        let first = replicas[replica].firstServing
        jobs[job].previous = none
        jobs[job].next = first
        if first != none { jobs[first].previous = job }
        replicas[replica].firstServing = job
    }

    private mutating func unlinkServing(_ job: UInt32) {
        let (previous, next) = (jobs[job].previous, jobs[job].next)
        if previous == none { replicas[jobs[job].replica].firstServing = next } else { jobs[previous].next = next }
        if next != none { jobs[next].previous = previous }
    }
}
