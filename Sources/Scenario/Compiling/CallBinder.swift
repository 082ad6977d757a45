import GatewayAPI
import Routing
import Testbed
import Traffic
import Validation

/// Makes the testbed's calls of what a scenario says of them: the mesh's routes decide where each goes.
struct CallBinder {
    private let timetable: Timetable
    private var binder: RequestBinder
    private(set) var diagnostics: [Diagnostic] = []
    /// For each caller, what is to be told of its calls after the run.
    private(set) var unknowns: [(source: String, requests: UnknownRequests)] = []

    init(_ timetable: Timetable) {
        self.timetable = timetable
        binder = RequestBinder(timetable, takesAbsentHeadersAsNone: true)
    }

    /// The proxy beside the replicas of a backend, as results name it.
    static func sidecar(of service: NamespacedName) -> String { "sidecar of \(service)" }

    mutating func calls(_ entry: CallsEntry, of caller: NamespacedName) -> ServiceCalls {
        let unknown = UnknownRequests()
        var counts: [BackendIdentity: Int] = [:]
        var calls: [ServiceCalls.Call] = []
        for call in entry.calls {
            let callee = call.service.value
            let identity = BackendIdentity(call)
            let count = counts[identity, default: 0] + 1
            counts[identity] = count
            guard let port = port(of: call) else { continue }
            let name = count == 1 ? identity.description : "\(identity.description) \(count)"
            if call.isImport {
                let treatments = timetable.versions.map { _ in treatment(of: identity, port: port, caller) }
                calls.append(
                    ServiceCalls.Call(
                        name: name, probability: call.probability, isRequired: call.isRequired, treatments: treatments))
                continue
            }
            guard let url = RequestURL("http://\(callee.name).\(callee.namespace):\(port)\(call.path)") else {
                diagnostics.append(
                    Diagnostic(
                        .error, code: "unknown-service", "\(callee) cannot stand in a URL",
                        position: call.service.position))
                continue
            }
            var record = RequestRecord(
                RequestLine(method: call.method, url: url, headers: call.headers),
                protocol: call.isGRPC ? .grpc : nil, gateway: nil)
            record.mesh = callee.description
            record.from = caller.namespace
            let treatments = timetable.versions.indices.map { version in
                var treatment = binder.treatment(record, version: version, unknown)
                treatment.gateway = Self.sidecar(of: caller)
                return treatment
            }
            calls.append(
                ServiceCalls.Call(
                    name: name, probability: call.probability, isRequired: call.isRequired, treatments: treatments))
        }
        unknowns.append(("calls of \(caller)", unknown))
        return ServiceCalls(calls, order: entry.order, holdsPlace: entry.holdsPlace)
    }

    /// What becomes of a call of a ServiceImport: no route of the mesh has one as its parent, so that it goes to the
    /// replicas, in whatever cluster they are.
    private func treatment(of callee: BackendIdentity, port: UInt16, _ caller: NamespacedName) -> Treatment {
        var backend = callee
        backend.port = port
        let line = RuleIdentity(
            kind: ServiceImport.kind, namespace: callee.namespace, name: callee.name, rule: 0, ruleName: nil,
            key: Match().description)
        return Treatment(
            gateway: Self.sidecar(of: caller), line: .rule(line), action: .forward,
            branches: [Treatment.Branch(weight: 1, destination: .backend(backend))])
    }

    /// The port that is written, else the callee's only one.
    private mutating func port(of call: CallEntry) -> UInt16? {
        let callee = call.service.value
        let kind = call.isImport ? ServiceImport.kind : Service.kind
        let found = timetable.versions.flatMap { version in
            call.isImport
                ? version.resources.serviceImports.filter { NamespacedName($0.metadata) == callee }.flatMap(\.ports)
                : version.resources.services.filter { NamespacedName($0.metadata) == callee }.flatMap(\.ports)
        }
        let ports = Set(found.map(\.port)).sorted()
        if let port = call.port ?? (ports.count == 1 ? ports.first : nil), ports.contains(port) { return port }
        let known = ports.map { String($0) }.joined(separator: ", ")
        let message =
            call.port.map { "\(kind) \(callee) has no port \($0)" }
            ?? "\(kind) \(callee) has \(ports.count) ports, so that the call has to say which"
        diagnostics.append(
            Diagnostic(
                .error, code: "unknown-port", message, hint: ports.isEmpty ? nil : "it has \(known)",
                position: call.position))
        return nil
    }
}

extension TestbedModel {
    /// What is wrong with calls that go round in a circle, where they are written.
    func circleOfCalls(in scenario: ScenarioFile) -> Diagnostic? {
        guard let circle = circleOfCalls, let first = circle.first else { return nil }
        let names = (circle + [first]).map(\.description).joined(separator: " → ")
        let caller = scenario.backends.first { BackendIdentity($0) == first }
        let next = circle.count > 1 ? circle[1] : first
        let call = caller?.calls?.calls.first { BackendIdentity($0) == next } ?? caller?.calls?.calls.first
        return Diagnostic(
            .error, code: "circular-calls", "calls go round in a circle: \(names)",
            hint: "leave out the call that leads back, or let another Service answer it", position: call?.position)
    }
}

extension BackendIdentity {
    init(_ call: CallEntry) {
        self.init(call.service.value)
        if call.isImport { kind = ServiceImport.kind }
    }

    init(_ entry: BackendEntry) {
        self.init(entry.service.value)
        if entry.isImport { kind = ServiceImport.kind }
    }
}
