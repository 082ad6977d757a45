import Simulation

/// What the plans of a run are in names, and where they are found again.
struct Catalogue {
    /// Of each plan, the wait before a retry.
    var backoffs: [BackOff] = []
    var clients: [UInt32: PlanClient] = [:]
    var branches: [BranchDetails] = []
    var mirrors: [Mirror] = []
    var codes: [UInt16] = []
    var lines: [LineIdentity] = []
    var indexOfTreatment: [Treatment: UInt32] = [:]
    var indexOfLine: [String: UInt32] = [:]
}

extension Engine {
    /// The plan of a treatment, which is made where it is new.
    mutating func compile(_ treatment: Treatment) -> UInt32 {
        if let index = catalogue.indexOfTreatment[treatment] { return index }
        let gateway = gateway(named: treatment.gateway)
        let line = line(treatment.line)
        let mirrors = compile(treatment.mirrors, gateway)
        let firstBranch = UInt32(branches.peak)
        var weight: UInt64 = 0
        for branch in treatment.branches {
            let (sum, overflow) = weight.addingReportingOverflow(branch.weight)
            weight = overflow ? .max : sum
            let mirrors = compile(branch.mirrors, gateway)
            let (link, status, backend) = destination(branch.destination, gateway)
            _ = branches.take(Branch(cumulative: weight, link: link, status: status, hasMirrors: !mirrors.isEmpty))
            let session = (treatment.session ?? branch.session).map { $0.lifetime ?? .max } ?? 0
            catalogue.branches.append(
                BranchDetails(weight: branch.weight, backend: backend, mirrors: mirrors, session: session))
        }
        let firstCode = UInt32(catalogue.codes.count)
        catalogue.codes += treatment.retry?.codes ?? []
        let (responds, status) = answer(treatment, weight: weight)
        let givenTimeout = max(treatment.requestTimeout ?? 0, 0)
        let patience = max(treatment.client?.timeout ?? 0, 0)
        let isClientFirst = patience > 0 && (givenTimeout == 0 || patience <= givenTimeout)
        let requestTimeout = isClientFirst ? patience : givenTimeout
        let attemptTimeout = max(treatment.backendRequestTimeout ?? 0, 0)
        var traits: Plan.Traits = responds ? [.responds] : []
        if requestTimeout > 0 { traits.insert(.hasRequestTimeout) }
        if attemptTimeout > 0 { traits.insert(.hasAttemptTimeout) }
        if !mirrors.isEmpty { traits.insert(.hasMirrors) }
        if treatment.hasSession { traits.insert(.hasSession) }
        if treatment.retry?.retriesBroken == false { traits.insert(.keepsBroken) }
        if treatment.retry?.redrawsSplit == true { traits.insert(.redrawsSplit) }
        if treatment.splitsInTurn { traits.insert(.splitsInTurn) }
        if treatment.client != nil { traits.insert(.hasClient) }
        if isFiltered(treatment.line, gateway) { traits.insert(.isFiltered) }
        let index = plans.take(
            Plan(
                traits: traits, status: status, retries: UInt16(clamping: treatment.retry?.attempts ?? 0),
                gateway: gateway, line: line, firstBranch: firstBranch, branchCount: UInt32(treatment.branches.count),
                requestTimeout: kernel.timeoutQueue(of: requestTimeout),
                attemptTimeout: kernel.timeoutQueue(of: attemptTimeout), weight: weight,
                mirrors: mirrors, codes: Places(firstCode, UInt32(catalogue.codes.count))))
        catalogue.backoffs.append(
            treatment.retry.flatMap { retry in
                retry.backoff.map { BackOff(base: $0, isLeastWait: retry.backoffIsLeast) }
            } ?? BackOff())
        if let client = treatment.client {
            catalogue.clients[index] = PlanClient(
                behavior: client, isFirst: isClientFirst,
                copyTimeout: givenTimeout > 0 ? kernel.timeoutQueue(of: givenTimeout) : nil)
        }
        catalogue.indexOfTreatment[treatment] = index
        return index
    }

    /// Without any weight there is nobody to forward to.
    private func answer(_ treatment: Treatment, weight: UInt64) -> (responds: Bool, status: UInt16) {
        switch treatment.action {
        case .forward: weight > 0 ? (false, 200) : (true, 500)
        case .respond(let status): (true, status)
        case .reset: (true, 0)
        }
    }

    private mutating func compile(_ mirrors: [Treatment.MirrorBranch], _ gateway: UInt32) -> Places {
        let first = UInt32(catalogue.mirrors.count)
        for mirror in mirrors {
            let link = link(gateway, station(of: mirror.backend))
            catalogue.mirrors.append(Mirror(link: link, fraction: mirror.fraction))
        }
        return Places(first, UInt32(catalogue.mirrors.count))
    }

    private mutating func destination(
        _ destination: Treatment.Destination, _ gateway: UInt32
    ) -> (UInt32, UInt16, BackendIdentity?) {
        switch destination {
        case .backend(let backend): (link(gateway, station(of: backend)), 200, backend)
        case .failure(let backend, let status): (none, status, backend)
        }
    }

    /// The line of a result; its streams are named after it, whatever else there is in the model.
    private mutating func line(_ identity: LineIdentity) -> UInt32 {
        let name = identity.lineName
        if let index = catalogue.indexOfLine[name] {
            catalogue.lines[Int(index)] = identity  // a rule that moved is shown where it is now
            return index
        }
        let index = splits.take(RandomStream(seed: model.seed, entity: name, purpose: "split"))
        _ = lines.take(
            LineStreams(
                mirrors: RandomStream(seed: model.seed, entity: name, purpose: "mirrors"),
                backoff: RandomStream(seed: model.seed, entity: name, purpose: "back-off")))
        catalogue.indexOfLine[name] = index
        catalogue.lines.append(identity)
        return index
    }

    /// Gives a plan its cell of the interval in force.
    mutating func addCell(to plan: UInt32) {
        let firstAttempts = UInt32(attempts.peak)
        for _ in 0..<plans[plan].branchCount { _ = attempts.take(0) }
        plans[plan].cell = planCells.take(PlanCell(plan: plan, interval: interval, firstAttempts: firstAttempts))
        plans[plan].cellInterval = interval
        _ = planLatencies.make()
        planStatuses.append(StatusCounts())
        planRetries.append(0)
    }

    /// Gives a station its cell of the interval in force.
    mutating func addCell(toStation station: UInt32) {
        stations[station].cell = stationCells.take(StationCell(station: station, interval: interval))
        _ = stationLatencies.make()
        _ = stationLatencies.make()
        stationStatuses.append(StatusCounts())
    }
}
