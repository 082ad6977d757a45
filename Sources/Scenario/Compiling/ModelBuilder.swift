import Capture
import GatewayAPI
import Simulation
import Testbed
import Traffic

/// Makes the testbed's model of a scenario: names are resolved, requests decided by every table.
struct ModelBuilder {
    let scenario: ScenarioFile
    let timetable: Timetable
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var notModelled: [String] = []
    /// For each source of traffic, what is to be told of it after the run.
    private(set) var unknowns: [(source: String, requests: UnknownRequests)] = []

    init(_ scenario: ScenarioFile, _ timetable: Timetable) {
        self.scenario = scenario
        self.timetable = timetable
        if !timetable.unusedKinds.isEmpty {
            let kinds = timetable.unusedKinds.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
            notModelled.append("objects of the manifests that play no part: \(kinds)")
        }
        for finding in timetable.diagnostics where finding.code == "not-modelled" && !Self.isModelledHere(finding) {
            notModelled.append((finding.resource.map { "\($0): " } ?? "") + finding.message)
        }
    }

    /// Whether a run does what a table alone does not.
    private static func isModelledHere(_ finding: Diagnostic) -> Bool {
        finding.path?.hasSuffix(".sessionPersistence") == true
            || finding.resource?.kind == XBackendTrafficPolicy.kind
    }

    mutating func model() -> TestbedModel {
        notePolicies()
        noteGatewaysInFaults()
        var model = TestbedModel(
            seed: scenario.seed, duration: scenario.duration.value, warmup: scenario.warmup.value, sources: sources(),
            backends: scenario.backends.map(backend),
            gateways: scenario.gateways.map(gateway) + scenario.backends.compactMap(sidecar), events: events(),
            cuts: cuts())
        model.network = NetworkModel(paths: scenario.network.map(\.value))
        addCalls(to: &model)
        return model
    }

    private mutating func addCalls(to model: inout TestbedModel) {
        guard scenario.backends.contains(where: { $0.calls != nil }) else { return }
        var binder = CallBinder(timetable)
        for (index, entry) in scenario.backends.enumerated() {
            model.backends[index].calls = entry.calls.map { binder.calls($0, of: entry.service.value) }
        }
        diagnostics += binder.diagnostics
        unknowns += binder.unknowns
        if let circle = model.circleOfCalls(in: scenario) { diagnostics.append(circle) }
    }

    /// The proxies beside the replicas of a backend that calls others.
    private func sidecar(_ entry: BackendEntry) -> GatewayModel? {
        guard entry.calls != nil else { return nil }
        var model = GatewayModel(
            gateway: CallBinder.sidecar(of: entry.service.value), overhead: entry.sidecar,
            replicas: max(replicas(entry), 1))
        model.placement = entry.placement
        return model
    }

    private mutating func sources() -> [TrafficSource] {
        var sources: [TrafficSource] = []
        for entry in scenario.traffic {
            switch entry.content {
            case .trace(let trace):
                if let content = content(trace, of: entry) {
                    sources.append(TrafficSource(name: entry.name.value, content: content))
                }
            case .requests(let requests, let arrivals):
                var source = TrafficSource(name: entry.name.value, content: mix(requests, arrivals, of: entry))
                source.clients = entry.clients
                sources.append(source)
            case .flows(let flows, let arrivals):
                let content = TrafficSource.Content.flows(mix(flows, arrivals, of: entry))
                sources.append(TrafficSource(name: entry.name.value, content: content))
            }
        }
        return sources
    }

    private mutating func content(_ trace: TraceEntry, of entry: TrafficEntry) -> TrafficSource.Content? {
        let traffic = TraceTraffic(
            path: scenario.resolve(trace.path.value), timetable: timetable,
            defaultGateway: entry.gateway?.value.description, entry: entry, isWatched: isWatched(entry),
            repeats: trace.repeats)
        do throws(InputError) {
            try traffic.check()
        } catch {
            diagnostics.append(
                Diagnostic(
                    .error, code: "unreadable-trace", error.description,
                    hint: error.offset == nil
                        ? nil : "weir trace convert makes request records of what it is told how to read",
                    position: trace.path.position))
            return nil
        }
        unknowns.append((entry.name.value, traffic.unknowns))
        return .trace(traffic, speed: trace.speed, repeats: trace.repeats)
    }

    /// Whether an expectation asks what clients of a source saw.
    private func isWatched(_ entry: TrafficEntry) -> Bool {
        scenario.expectations.contains { expectation in
            guard case .metric(let metric) = expectation.subject else { return false }
            return metric.traffic?.value == entry.name.value
        }
    }

    private mutating func mix(
        _ requests: [RequestEntry], _ arrivals: TrafficSource.Arrivals, of entry: TrafficEntry
    ) -> TrafficSource.Content {
        let unknown = UnknownRequests()
        var binder = RequestBinder(timetable, takesAbsentHeadersAsNone: true)
        let records = requests.map { request in
            var record = RequestRecord(
                request.request, protocol: RequestProtocol(entry.protocol), port: entry.port,
                gateway: entry.gateway?.value.description)
            record.mesh = entry.mesh?.value.description
            record.from = entry.from
            return record
        }
        let isWatched = isWatched(entry)
        let treatments = timetable.versions.indices.map { version in
            records.enumerated().map { shape, record in
                var treatment = binder.treatment(record, version: version, unknown)
                treatment.client = entry.behavior(ofShape: shape, isWatched: isWatched)
                return treatment
            }
        }
        unknowns.append((entry.name.value, unknown))
        return .mix(arrivals: arrivals, weights: requests.map(\.weight), treatments: treatments)
    }

    private mutating func mix(
        _ flows: [FlowEntry], _ arrivals: TrafficSource.Arrivals, of entry: TrafficEntry
    ) -> FlowMix {
        let unknown = UnknownRequests()
        var binder = RequestBinder(timetable, takesAbsentHeadersAsNone: true)
        let records = flows.map { flow -> RequestRecord in
            let gateway = entry.gateway?.value.description
            var record: RequestRecord
            if let request = flow.request {
                record = RequestRecord(
                    request, protocol: RequestProtocol(entry.protocol), port: entry.port, gateway: gateway)
                if entry.protocol == .webSocket { record.protocol = .webSocket }
            } else {
                record = RequestRecord()
                record.protocol = RequestProtocol(entry.protocol)
                record.port = entry.port
                record.gateway = gateway
            }
            if let sni = flow.sni { record.sni = sni }
            record.mesh = entry.mesh?.value.description
            record.from = entry.from
            return record
        }
        let treatments = timetable.versions.indices.map { version in
            records.map { binder.treatment($0, version: version, unknown) }
        }
        unknowns.append((entry.name.value, unknown))
        let kinds = flows.map { flow in
            FlowMix.Kind(
                weight: flow.weight, duration: flow.duration, bytes: flow.bytes, isDatagrams: entry.protocol == .udp)
        }
        return FlowMix(arrivals: arrivals, kinds: kinds, treatments: treatments)
    }

    private func backend(_ entry: BackendEntry) -> BackendModel {
        var model = BackendModel(
            backend: BackendIdentity(entry), station: station(entry.station, replicas: replicas(entry)),
            errorRatio: entry.errorRatio, errorStatus: entry.errorStatus)
        model.policy = entry.policy
        model.policy.retryBudget = entry.policy.retryBudget ?? retryBudget(of: model.backend)
        model.placement = entry.placement
        model.ignoresCancel = entry.ignoresCancel
        model.lifecycle = entry.lifecycle
        model.autoscaling = entry.autoscaling
        model.maxFlows = entry.maxFlows
        model.sidecar = entry.sidecar
        return model
    }

    /// What an XBackendTrafficPolicy of the start says of the retries to a Service (GEP-3388).
    private func retryBudget(of backend: BackendIdentity) -> RetryBudget? {
        let policies = timetable.versions.first?.resources.xBackendTrafficPolicies ?? []
        return policies.first { $0.targets.contains(backend) && $0.retryConstraint != nil }?.retryBudget
    }

    /// Gateways go on in a zone or cluster that fails.
    private mutating func noteGatewaysInFaults() {
        for event in scenario.events {
            guard case .fault(.place(let name), _, _) = event.change else { continue }
            for gateway in scenario.gateways {
                let isThere = gateway.placement.contains { [$0.place.zone, $0.place.cluster].contains(name.value) }
                let sentence = "\(gateway.gateway.value): its own replicas go on whatever becomes of \(name.value)"
                if isThere, !notModelled.contains(sentence) { notModelled.append(sentence) }
            }
        }
    }

    /// What a run does not do of the XBackendTrafficPolicies.
    private mutating func notePolicies() {
        let modelled = Set(scenario.backends.map { BackendIdentity($0) })
        let first = timetable.versions.first?.resources.xBackendTrafficPolicies ?? []
        for policy in first {
            let name = "XBackendTrafficPolicy \(policy.metadata.namespace ?? "")/\(policy.metadata.name)"
            if policy.retryConstraint != nil, !policy.targets.contains(where: modelled.contains) {
                notModelled.append(
                    "\(name): its retry constraint, as none of its targets has an entry among the backends")
            }
        }
        if timetable.versions.contains(where: { Self.constraints($0) != Self.constraints(timetable.versions[0]) }) {
            notModelled.append("changes of the retry constraints of XBackendTrafficPolicies in the course of the run")
        }
    }

    private static func constraints(_ version: ClusterVersion) -> [[BackendIdentity]: RetryBudget] {
        var found: [[BackendIdentity]: RetryBudget] = [:]
        for policy in version.resources.xBackendTrafficPolicies { found[policy.targets] = policy.retryBudget }
        return found
    }

    private func station(_ entry: StationEntry, replicas: Int) -> StationModel {
        StationModel(
            replicas: replicas, concurrency: entry.concurrency, queue: entry.queue, discipline: entry.discipline,
            serviceTime: entry.serviceTime ?? .observed)
    }

    /// Those of the entry, else the ready endpoints of the Service's slices at the start, else one.
    private func replicas(_ entry: BackendEntry) -> Int {
        if let replicas = entry.station.replicas { return replicas }
        let slices = timetable.versions.first?.resources.endpointSlices ?? []
        let own = slices.filter { slice in
            slice.metadata.namespace == entry.service.value.namespace
                && slice.serviceName?.value == entry.service.value.name
        }
        let ready = Set(own.flatMap { $0.endpoints.filter(\.ready).compactMap(\.addresses.first) })
        return max(ready.count, 1)
    }

    private func gateway(_ entry: GatewayEntry) -> GatewayModel {
        var model = GatewayModel(
            gateway: entry.gateway.value.description, loadBalancing: entry.loadBalancing, overhead: entry.overhead,
            station: entry.station.serviceTime == nil
                ? nil : station(entry.station, replicas: entry.station.replicas ?? 1),
            replicas: entry.station.replicas ?? 1, hop: entry.hop)
        model.policy = entry.policy
        model.placement = entry.placement
        model.maxFlowDuration = entry.maxFlowDuration
        model.filters = entry.filters.map(\.value)
        return model
    }

    private func events() -> [TestbedEvent] {
        // The timetable has its versions in the order of time, the first being that of the start.
        let changes = timetable.versions.enumerated().dropFirst().map { place, version in
            TestbedEvent(time: version.time, change: .apply(version: place))
        }
        return changes + scenario.events.compactMap(fault)
    }

    private func fault(_ event: EventEntry) -> TestbedEvent? {
        switch event.change {
        case .apply, .delete: nil
        case .fail(let service, let replicas, let duration):
            TestbedEvent(
                time: event.time,
                change: .fail(
                    identity(service, event), replicas: replicas ?? replicasMax(service, event), duration: duration))
        case .slow(let service, let factor, let replicas, let duration):
            TestbedEvent(
                time: event.time,
                change: .slow(
                    identity(service, event), factor: factor, replicas: replicas ?? replicasMax(service, event),
                    duration: duration))
        case .scale(let service, let replicas):
            TestbedEvent(time: event.time, change: .scale(identity(service, event), replicas: replicas))
        case .rollout(let service, let update):
            TestbedEvent(time: event.time, change: .rollout(identity(service, event), update))
        case .fault(let subject, let effect, let duration):
            TestbedEvent(time: event.time, change: .fault(Fault(target(subject, event), effect), duration: duration))
        }
    }

    private func identity(_ name: Located<NamespacedName>, _ event: EventEntry) -> BackendIdentity {
        scenario.backend(name.value, isImport: event.isImport).map { BackendIdentity($0) }
            ?? BackendIdentity(name.value)
    }

    private func target(_ subject: EventEntry.FaultSubject, _ event: EventEntry) -> Fault.Target {
        switch subject {
        case .service(let service, let replicas):
            .backend(identity(service, event), replicas: replicas ?? replicasMax(service, event))
        case .place(let name): .place(name.value)
        case .network(let ends): .network(from: ends.first?.value, to: ends.last?.value)
        }
    }

    /// As many replicas as a backend ever has.
    private func replicasMax(_ service: Located<NamespacedName>, _ event: EventEntry) -> Int {
        guard let entry = scenario.backend(service.value, isImport: event.isImport) else { return 1 }
        var most = max(replicas(entry), 2 * (entry.autoscaling?.maxReplicas ?? 0))
        for other in scenario.events {
            if case .scale(let scaled, let replicas) = other.change, scaled.value == service.value {
                most = max(most, replicas)
            }
        }
        return most
    }

    /// Where windows of expectations begin and end: what lies in one is then measured exactly.
    private func cuts() -> [Int64] {
        scenario.expectations.flatMap { entry -> [Int64] in
            guard case .metric(let expectation) = entry.subject else { return [] }
            return [expectation.since, expectation.until].compactMap { $0 }
        }
    }
}

extension TrafficEntry {
    /// What clients do when an answer is late or bad; nil where they wait, and nobody asks what they saw.
    func behavior(ofShape shape: Int, isWatched: Bool) -> ClientBehavior? {
        guard timeout != nil || retry != nil || isWatched else { return nil }
        return ClientBehavior(source: name.value, shape: shape, timeout: timeout, retry: retry)
    }
}

extension ScenarioFile {
    /// The entry of a backend: of several of one name, a Service and a ServiceImport, that of the Service, unless the other is
    /// asked for.
    func backend(_ name: NamespacedName, isImport: Bool) -> BackendEntry? {
        let own = backends.filter { $0.service.value == name }
        return own.first { $0.isImport == isImport } ?? (isImport ? nil : own.first)
    }
}

extension BackendIdentity {
    init(_ service: NamespacedName) { self.init(namespace: service.namespace, name: service.name) }
}
