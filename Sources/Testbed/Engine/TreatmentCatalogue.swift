import Simulation

/// A stretch of places in a list of the catalogue.
struct Places: BitwiseCopyable {
    private let first: UInt32
    private let end: UInt32

    init(_ first: UInt32, _ end: UInt32) {
        self.first = first
        self.end = end
    }

    var indices: Range<Int> { Int(first)..<Int(end) }
}

/// A treatment as the run needs it: indices in place of names. Treatments that are equal are one.
struct CompiledTreatment: BitwiseCopyable {
    enum Action: UInt8, BitwiseCopyable { case forward, respond }

    var action: Action
    /// Of an answer by the gateway itself; 0 for a connection that it cuts.
    var status: UInt16
    var gateway: UInt32
    var line: UInt32
    var firstBranch: UInt32
    var branchCount: UInt32
    var weight: UInt64
    var mirrors: Places
    var codes: Places
    var retries: UInt32
    /// The least wait before a retry; negative for Envoy's default.
    var backoff: Int64
    var hasRequestTimeout: Bool
    var hasAttemptTimeout: Bool
    var requestTimeout: TimeoutQueue
    var attemptTimeout: TimeoutQueue
}

/// An alternative of a split.
struct CompiledBranch: BitwiseCopyable {
    /// The sum of the weights up to and including this one's.
    var cumulative: UInt64
    var weight: UInt64
    /// The way to the backend; `none` where the gateway answers with `status`.
    var link: UInt32
    var status: UInt16
    var mirrors: Places
}

/// A backend that gets copies.
struct CompiledMirror: BitwiseCopyable {
    var link: UInt32
    var fraction: Double
}

/// All treatments that came up in a run.
struct TreatmentCatalogue {
    var treatments: [CompiledTreatment] = []
    var branches: [CompiledBranch] = []
    var mirrors: [CompiledMirror] = []
    var codes: [UInt16] = []
    var lines: [LineIdentity] = []
    /// Of each branch, the treatment's line and what it stands for in a result.
    var branchLines: [UInt32] = []
    var branchBackends: [BackendIdentity?] = []
    var indexOfTreatment: [Treatment: UInt32] = [:]
    var indexOfLine: [String: UInt32] = [:]
}

extension Engine {
    /// The index of a treatment, which is compiled where it is new.
    mutating func compile(_ treatment: Treatment) -> UInt32 {
        if let index = treatments.indexOfTreatment[treatment] { return index }
        let gateway = gateway(named: treatment.gateway)
        let line = line(treatment.line)
        let mirrors = compile(treatment.mirrors, gateway)
        let firstBranch = UInt32(treatments.branches.count)
        var weight: UInt64 = 0
        for branch in treatment.branches {
            let (sum, overflow) = weight.addingReportingOverflow(branch.weight)
            weight = overflow ? .max : sum
            let branchMirrors = compile(branch.mirrors, gateway)
            let (link, status, backend) = destination(branch.destination, gateway)
            treatments.branches.append(
                CompiledBranch(
                    cumulative: weight, weight: branch.weight, link: link, status: status, mirrors: branchMirrors))
            treatments.branchLines.append(line)
            treatments.branchBackends.append(backend)
            branchCells.append(contentsOf: repeatElement(0, count: intervalCount))
        }
        let firstCode = UInt32(treatments.codes.count)
        treatments.codes += treatment.retry?.codes ?? []
        let (action, status) = answer(treatment, weight: weight)
        let requestTimeout = treatment.requestTimeout ?? 0
        let attemptTimeout = treatment.backendRequestTimeout ?? 0
        let index = UInt32(treatments.treatments.count)
        treatments.treatments.append(
            CompiledTreatment(
                action: action, status: status, gateway: gateway, line: line, firstBranch: firstBranch,
                branchCount: UInt32(treatment.branches.count), weight: weight, mirrors: mirrors,
                codes: Places(firstCode, UInt32(treatments.codes.count)),
                retries: UInt32(clamping: treatment.retry?.attempts ?? 0), backoff: treatment.retry?.backoff ?? -1,
                hasRequestTimeout: requestTimeout > 0, hasAttemptTimeout: attemptTimeout > 0,
                requestTimeout: kernel.timeoutQueue(of: max(requestTimeout, 0)),
                attemptTimeout: kernel.timeoutQueue(of: max(attemptTimeout, 0))))
        treatments.indexOfTreatment[treatment] = index
        return index
    }

    /// Without any weight there is nobody to forward to.
    private func answer(_ treatment: Treatment, weight: UInt64) -> (CompiledTreatment.Action, UInt16) {
        switch treatment.action {
        case .forward: weight > 0 ? (.forward, 200) : (.respond, 500)
        case .respond(let status): (.respond, status)
        case .reset: (.respond, 0)
        }
    }

    private mutating func compile(_ mirrors: [Treatment.MirrorBranch], _ gateway: UInt32) -> Places {
        let first = UInt32(treatments.mirrors.count)
        for mirror in mirrors {
            let link = link(gateway, station(of: mirror.backend))
            treatments.mirrors.append(CompiledMirror(link: link, fraction: mirror.fraction))
        }
        return Places(first, UInt32(treatments.mirrors.count))
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
        if let index = treatments.indexOfLine[name] {
            treatments.lines[Int(index)] = identity  // a rule that moved is shown where it is now
            return index
        }
        let index = UInt32(treatments.lines.count)
        treatments.indexOfLine[name] = index
        treatments.lines.append(identity)
        splits.append(RandomStream(seed: model.seed, entity: name, purpose: "split"))
        mirrorings.append(RandomStream(seed: model.seed, entity: name, purpose: "mirrors"))
        backoffs.append(RandomStream(seed: model.seed, entity: name, purpose: "back-off"))
        lineCells.append(contentsOf: repeatElement(RequestCell(), count: intervalCount))
        return index
    }
}
