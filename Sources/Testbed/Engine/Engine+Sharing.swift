import Simulation

/// A request in service at a processor-sharing replica: it is done when the replica's virtual time reaches `finish`.
struct SharedJob: Comparable, BitwiseCopyable {
    var finish: Double
    var sequence: UInt64
    var job: UInt32

    static func < (left: SharedJob, right: SharedJob) -> Bool {
        left.finish < right.finish || (left.finish == right.finish && left.sequence < right.sequence)
    }
}

/// The requests in service at one processor-sharing replica, as a binary heap.
struct SharingHeap {
    private(set) var elements: [SharedJob] = []
    private var sequence: UInt64 = 0

    var first: SharedJob? { elements.first }

    mutating func insert(_ job: UInt32, finish: Double) {
        sequence += 1
        elements.append(SharedJob(finish: finish, sequence: sequence, job: job))
        var index = elements.count - 1
        while index > 0, elements[index] < elements[(index - 1) / 2] {
            elements.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() {
        elements.swapAt(0, elements.count - 1)
        elements.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < elements.count && elements[child] < elements[least] {
                least = child
            }
            guard least != index else { return }
            elements.swapAt(index, least)
            index = least
        }
    }
}

/// Exact processor sharing: with n requests present, virtual time runs at 1/n of the clock's speed, and a request that
/// needs x of service is done when x of virtual time has passed since its service began. Only the earliest end is an
/// event; others move when requests come and go (L. Kleinrock, "Time-shared systems: a theoretical treatment", 1967).
extension Engine {
    /// Virtual time of a nanosecond in a thousand counts as none: it is what rounding of times to nanoseconds leaves.
    private static var tolerance: Double { 1e-3 }

    /// Adds a job that needs `work` nanoseconds of service alone; it already counts as busy.
    mutating func share(_ job: UInt32, work: Int64) {
        let replica = jobs[job].replica
        replicas[replica].busy &-= 1  // until now the others had the replica among themselves
        bringUpToDate(replica)
        replicas[replica].busy &+= 1
        sharing[Int(replica)].insert(job, finish: replicas[replica].virtualTime + Double(work))
        scheduleShared(replica)
    }

    /// Lets virtual time run up to now.
    mutating func bringUpToDate(_ replica: UInt32) {
        let now = kernel.now
        let state = replicas[replica]
        if state.busy > 0 {
            replicas[replica].virtualTime += Double(now - state.updated) / Double(state.busy)
        }
        replicas[replica].updated = now
    }

    /// Sees to it that an event waits for the next end of a service, if there is one.
    mutating func scheduleShared(_ replica: UInt32) {
        dropCancelled(replica)
        guard let first = sharing[Int(replica)].first else {
            replicas[replica].virtualTime = 0  // empty: begin anew, so that precision is never lost
            return
        }
        let rest = max(first.finish - replicas[replica].virtualTime, 0) * Double(replicas[replica].busy)
        let whole = Nanoseconds.rounded(rest)
        let delay = Double(whole) < rest - Self.tolerance ? whole + 1 : whole
        let due = kernel.now + delay
        if due < replicas[replica].due {
            replicas[replica].due = due
            kernel.schedule(.shared, slot: replica, at: due)
        }
    }

    /// Ends the service of all jobs that are due. An event that came for an end that has moved finds none.
    mutating func shared(_ replica: UInt32) {
        guard replicas[replica].due == kernel.now else { return }
        replicas[replica].due = .distantFuture
        bringUpToDate(replica)
        while let job = nextShared(replica) {
            stopServing(job)
            complete(job)
        }
        serveNext(at: replica)
    }

    private mutating func nextShared(_ replica: UInt32) -> UInt32? {
        dropCancelled(replica)
        guard let first = sharing[Int(replica)].first else { return nil }
        let rest = (first.finish - replicas[replica].virtualTime) * Double(replicas[replica].busy)
        guard rest < 0.5 + Self.tolerance else { return nil }
        sharing[Int(replica)].removeFirst()
        return first.job
    }

    private mutating func dropCancelled(_ replica: UInt32) {
        while let first = sharing[Int(replica)].first, jobs[first.job].place == .cancelled {
            sharing[Int(replica)].removeFirst()
            jobs.giveBack(first.job)
        }
    }
}
