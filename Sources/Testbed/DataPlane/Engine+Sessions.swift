import Simulation

/// Whose session, and in which line of the result.
struct SessionKey: Hashable {
    var line: UInt32
    var client: UInt64
}

/// The replica that a client stays with.
struct Session {
    var replica: UInt32
    /// In nanoseconds.
    var until: Int64
}

/// Session persistence (GEP-1619): a client stays with the replica that its first request got, and with it on one side of
/// the split, until the session ends or the replica is no longer there.
extension Engine {
    mutating func attemptInSession(_ request: UInt32, _ plan: UInt32) {
        let client = requests[request].traits.contains(.detailed) ? details[request].client : 0
        let key = SessionKey(line: plans[plan].line, client: client)
        let now = kernel.now.nanoseconds
        var held = none
        var place = none
        // A retry is not held, and the session goes where it goes: Envoy's cookie is that of the host that answered.
        let isFirst = requests[request].retries == 0
        if isFirst, !sessions.isEmpty, let session = sessions[key], now < session.until, isListed(session.replica) {
            place = self.place(of: replicas[session.replica].station, in: plan)
            if place != none { held = session.replica }
        }
        if place == none {
            // A retry stays on its side of the split, unless the proxy draws anew.
            let isDrawn = isFirst || plans[plan].traits.contains(.redrawsSplit)
            place =
                isDrawn
                ? drawBranch(plan, at: requests[request].gatewayReplica) : UInt32(requests[request].branch)
        }
        requests[request].branch = UInt16(truncatingIfNeeded: place)
        let branch = plans[plan].firstBranch &+ place
        attempts[planCells[requests[request].cell].firstAttempts &+ place] &+= 1
        if branches[branch].hasMirrors, isFirst { copy(request, to: catalogue.branches[Int(branch)].mirrors) }
        let link = branches[branch].link
        guard link != none else {
            end(request, status: branches[branch].status)
            return
        }
        guard links[link].group != none ? boardGoverned(request, link, held: held) : boardHeld(request, link, held)
        else {
            if links[link].group != none {
                end(request, status: 503)
            } else {
                attemptEnded(request, status: 503)
            }
            return
        }
        let lifetime = catalogue.branches[Int(branch)].session
        if lifetime > 0, sessions[key]?.replica != requests[request].replica || now >= sessions[key]?.until ?? 0 {
            let (end, overflow) = now.addingReportingOverflow(lifetime)
            sessions[key] = Session(replica: requests[request].replica, until: overflow ? .max : end)
        }
        if links[link].group != none {
            proceed(request)
            return
        }
        if plans[plan].traits.contains(.hasAttemptTimeout) {
            requests[request].timer = kernel.arm(plans[plan].attemptTimeout, .attemptTimedOut, slot: request)
        }
        depart(request, link)
    }

    private mutating func boardHeld(_ request: UInt32, _ link: UInt32, _ held: UInt32) -> Bool {
        guard held != none else { return board(request, link) }
        requests[request].link = link
        requests[request].replica = held
        if links[link].countsRequests {
            let balancer = links[link].firstBalancer + requests[request].gatewayReplica
            activeRequests[Int(balancer)][Int(replicas[held].ordinal)] &+= 1
        }
        return true
    }

    private func isListed(_ replica: UInt32) -> Bool {
        replicas[replica].unlisted == 0 && !replicas[replica].isRetired
    }

    /// The branch of a plan that leads to a station and has sessions, even one without weight: "the persistence … MUST be
    /// maintained across services, even if the weight is set to 0" (GEP-1619); `none` where there is none.
    private func place(of station: UInt32, in plan: UInt32) -> UInt32 {
        for place in 0..<plans[plan].branchCount {
            let branch = plans[plan].firstBranch &+ place
            let link = branches[branch].link
            if link != none, links[link].station == station, catalogue.branches[Int(branch)].session > 0 {
                return place
            }
        }
        return none
    }
}
