import Simulation

/// A request in service at a processor-sharing replica: it is done when the replica's virtual time reaches `finish`.
struct SharedRequest: Comparable, BitwiseCopyable {
    var finish: Double
    var sequence: UInt64
    var request: UInt32

    static func < (left: SharedRequest, right: SharedRequest) -> Bool {
        left.finish < right.finish || (left.finish == right.finish && left.sequence < right.sequence)
    }
}

/// The requests in service at one processor-sharing replica, as a binary heap.
struct SharingHeap {
    private(set) var elements: [SharedRequest] = []
    private var sequence: UInt64 = 0

    var first: SharedRequest? { elements.first }

    mutating func insert(_ request: UInt32, finish: Double) {
        sequence += 1
        elements.append(SharedRequest(finish: finish, sequence: sequence, request: request))
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

    /// Service of a request begins; it already counts as busy.
    mutating func share(_ request: UInt32, _ replica: UInt32, _ station: UInt32, waited: Int64) {
        requests[request].place = .serving
        stationLatencies.record(waited, in: requests[request].stationCell &* 2)
        let work = serviceTime(request, replica, station)
        if replicas[replica].busy == 1 { stations[station].busy.increment(at: kernel.now) }
        replicas[replica].busy &-= 1  // until now the others had the replica among themselves
        bringUpToDate(replica)
        replicas[replica].busy &+= 1
        let finish = shared[Int(replica)].virtualTime + Double(work)
        shared[Int(replica)].heap.insert(request, finish: finish)
        scheduleShared(replica)
    }

    /// Lets virtual time run up to now.
    mutating func bringUpToDate(_ replica: UInt32) {
        let now = kernel.now
        let busy = replicas[replica].busy
        if busy > 0 {
            shared[Int(replica)].virtualTime += Double(now - shared[Int(replica)].updated) / Double(busy)
        }
        shared[Int(replica)].updated = now
    }

    /// Sees to it that an event waits for the next end of a service, if there is one.
    mutating func scheduleShared(_ replica: UInt32) {
        dropCancelled(replica)
        guard let first = shared[Int(replica)].heap.first else {
            shared[Int(replica)].virtualTime = 0  // empty: begin anew, so that precision is never lost
            return
        }
        let rest = max(first.finish - shared[Int(replica)].virtualTime, 0) * Double(replicas[replica].busy)
        let whole = Nanoseconds.rounded(rest)
        let delay = Double(whole) < rest - Self.tolerance ? whole + 1 : whole
        let due = kernel.now + delay
        if due < shared[Int(replica)].due {
            shared[Int(replica)].due = due
            kernel.schedule(.shared, slot: replica, at: due)
        }
    }

    /// Ends the service of all requests that are due. An event that came for an end that has moved finds none.
    mutating func shared(_ replica: UInt32) {
        guard shared[Int(replica)].due == kernel.now else { return }
        shared[Int(replica)].due = .distantFuture
        bringUpToDate(replica)
        while let request = nextShared(replica) {
            stopServing(replica)
            let station = replicas[replica].station
            if stations[station].hasCalls, beginCalls(request, replica, station) { continue }
            complete(request, station)
        }
        serveNext(at: replica)
    }

    private mutating func nextShared(_ replica: UInt32) -> UInt32? {
        dropCancelled(replica)
        guard let first = shared[Int(replica)].heap.first else { return nil }
        let rest = (first.finish - shared[Int(replica)].virtualTime) * Double(replicas[replica].busy)
        guard rest < 0.5 + Self.tolerance else { return nil }
        shared[Int(replica)].heap.removeFirst()
        return first.request
    }

    private mutating func dropCancelled(_ replica: UInt32) {
        while let first = shared[Int(replica)].heap.first, requests[first.request].place == .cancelled {
            shared[Int(replica)].heap.removeFirst()
            requests.giveBack(first.request)
        }
    }
}
