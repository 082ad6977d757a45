import GatewayAPI
import Routing
import Testbed
import Traffic
import Validation

/// Holds the names and times of a scenario against its manifests and its duration.
///
/// One mistake is told once: what an object that was refused is called is no unknown name, where a whole file could not be
/// read nothing is said of names at all, and a name that is wrong in several places is one error.
struct ReferenceCheck {
    private let scenario: ScenarioFile
    private let timetable: Timetable
    /// Whether something of the scenario's file could not be read: what is missing then may have been meant to be there.
    private let isPartial: Bool
    private(set) var diagnostics: [Diagnostic] = []
    /// The places of names that are not there, the first of which is told.
    private var unknowns: [UnknownName: (place: Int, others: [UInt32])] = [:]
    /// Whether manifests could not be read at all.
    private let isBlind: Bool
    /// Objects that the API server would refuse.
    private let refused: [String: Set<NamespacedName>]
    private var services: Set<NamespacedName> = []
    private var imports: Set<NamespacedName> = []
    private var gateways: Set<NamespacedName> = []
    private var routes: Set<NamespacedName> = []

    init(_ scenario: ScenarioFile, _ timetable: Timetable, isPartial: Bool) {
        self.scenario = scenario
        self.timetable = timetable
        self.isPartial = isPartial
        let errors = timetable.diagnostics.filter { $0.severity == .error }
        isBlind = scenario.manifests.isEmpty || errors.contains { $0.resource == nil }
        refused = Dictionary(grouping: errors.compactMap(\.resource), by: \.kind).mapValues { names in
            Set(names.map { NamespacedName(namespace: $0.namespace ?? "default", name: $0.name) })
        }
        for version in timetable.versions {
            services.formUnion(version.resources.services.map { NamespacedName($0.metadata) })
            imports.formUnion(version.resources.serviceImports.map { NamespacedName($0.metadata) })
            gateways.formUnion(version.resources.gateways.map { NamespacedName($0.metadata) })
            routes.formUnion(version.resources.routeRules.map(\.route))
        }
        checkTraffic()
        checkBackends()
        checkEvents()
        for expectation in scenario.expectations { check(expectation) }
        for (place, others) in unknowns.values where !others.isEmpty {
            let lines = others.map { String($0) }.joined(separator: ", ")
            diagnostics[place].message += "; so say\(others.count == 1 ? "s line" : " lines") \(lines)"
        }
    }

    private mutating func checkTraffic() {
        var names: Set<String> = []
        for entry in scenario.traffic {
            if !entry.name.value.isEmpty, !names.insert(entry.name.value).inserted {
                report(.error, "duplicate-item", "a source named \(entry.name.value) stands above", entry.name.position)
            }
            checkSize(entry)
            requireService(entry.mesh)
            guard requireGateway(entry.gateway), let gateway = entry.gateway?.value, let port = port(of: entry) else {
                continue
            }
            let ports = Set(
                timetable.versions.flatMap { $0.table.ports.filter { $0.gateway == gateway.description }.map(\.number) }
            )
            if !ports.contains(port) {
                let known = ports.sorted().map { String($0) }.joined(separator: ", ")
                report(
                    .warning, "unknown-port",
                    "no listener of \(gateway) serves port \(port): its connections are refused",
                    entry.position, hint: ports.isEmpty ? nil : "it serves \(known); say which with port")
            }
        }
    }

    /// More than any machine simulates in weeks is a slip of a unit.
    private static let requestsMax = 1e12

    private mutating func checkSize(_ entry: TrafficEntry) {
        let arrivals: TrafficSource.Arrivals
        switch entry.content {
        case .requests(_, let given), .flows(_, let given): arrivals = given
        case .trace: return
        }
        guard let expected = arrivals.expectedCount(until: scenario.duration.value), expected > Self.requestsMax
        else { return }
        report(
            .error, "too-much",
            "found about \(QuantityText.large(expected)) requests in \(QuantityText.exact(scenario.duration.value)), expected at most 1e12, which take weeks",
            entry.position)
    }

    private func port(of entry: TrafficEntry) -> UInt16? {
        switch entry.content {
        case .requests(let requests, _): entry.port ?? requests.first?.request.url.port
        case .flows(let flows, _): entry.port ?? flows.first?.request?.url.port
        case .trace: nil
        }
    }

    private mutating func checkBackends() {
        var known: Set<NamespacedName> = []
        var backends: Set<BackendIdentity> = []
        for entry in scenario.backends {
            let isKnown =
                entry.isImport
                ? require(entry.service, among: imports, "ServiceImport", "unknown-service")
                : require(entry.service, among: services, "Service", "unknown-service")
            for call in entry.calls?.calls ?? [] {
                require(
                    call.service, among: call.isImport ? imports : services,
                    call.isImport ? "ServiceImport" : "Service", "unknown-service")
            }
            guard isKnown else { continue }
            if !backends.insert(BackendIdentity(entry)).inserted {
                report(
                    .error, "duplicate-item", "an entry for \(entry.service.value) stands above", entry.service.position
                )
            }
        }
        for entry in scenario.gateways where requireGateway(entry.gateway) {
            if !known.insert(entry.gateway.value).inserted {
                report(
                    .error, "duplicate-item", "an entry for \(entry.gateway.value) stands above", entry.gateway.position
                )
            }
            for filter in entry.filters {
                guard let route = filter.value.route.flatMap(NamespacedName.init) else { continue }
                requireRoute(Located(value: route, position: filter.position), nil)
            }
        }
    }

    /// Zones and clusters are known by the replicas that are there.
    private mutating func requirePlace(_ name: Located<String>) {
        let placements = scenario.backends.flatMap(\.placement) + scenario.gateways.flatMap(\.placement)
        let known = Set(placements.flatMap { [$0.place.zone, $0.place.cluster].compactMap { $0 } })
        guard !known.contains(name.value), !isPartial else { return }
        report(
            .error, "unknown-place", "no replica is in a zone or cluster \(name.value)", name.position,
            hint: known.isEmpty
                ? "say where replicas are with zones, cluster or clusters"
                : "there are \(known.sorted().joined(separator: ", "))")
    }

    private mutating func checkEvents() {
        for name in scenario.backends.flatMap(\.policyPlaces) + scenario.gateways.flatMap(\.policyPlaces) {
            requirePlace(name)
        }
        var paths: Set<[String]> = []
        for path in scenario.network {
            for end in path.value.ends { requirePlace(Located(value: end, position: path.position)) }
            if !paths.insert(path.value.ends.sorted()).inserted {
                let ends = path.value.ends.joined(separator: " and ")
                report(.error, "duplicate-item", "an entry between \(ends) stands above", path.position)
            }
        }
        let modelled = Set(scenario.backends.map(\.service.value))
        for event in scenario.events {
            if event.time >= scenario.duration.value, scenario.duration.value > 0 {
                report(.warning, "event-after-end", "the run ends before this event", event.position)
            }
            if case .fault(.place(let name), _, _) = event.change { requirePlace(name) }
            if case .fault(.network(let ends), _, _) = event.change { ends.forEach { requirePlace($0) } }
            guard let service = event.service,
                event.isImport
                    ? require(service, among: imports, "ServiceImport", "unknown-service") : requireService(service)
            else { continue }
            guard let entry = scenario.backend(service.value, isImport: event.isImport) else {
                if isPartial { continue }
                report(
                    .error, "backend-not-modelled",
                    "an event is about \(service.value), which has no entry in backends", service.position,
                    hint: Suggestion.nearest(to: "\(service.value)", among: modelled.map(\.description).sorted())
                        .map { "did you mean \($0)?" })
                continue
            }
            if case .fail(_, let replicas?, _) = event.change, let all = entry.station.replicas, replicas > all,
                !scenario.events.contains(where: { if case .scale(service, _) = $0.change { true } else { false } })
            {
                report(
                    .warning, "too-many-replicas", "\(service.value) has \(all) replicas, so that \(all) fail",
                    event.position)
            }
        }
    }

    private mutating func check(_ entry: ExpectationEntry) {
        switch entry.subject {
        case .request(let expectation):
            requireGateway(expectation.gateway)
            requireRoute(expectation.route, expectation.rule)
            for backend in [expectation.backend].compactMap({ $0 }) + (expectation.shares ?? []).map(\.backend) {
                requireService(Located(value: backend.value.key, position: backend.position))
            }
            if let time = expectation.time, time > scenario.duration.value, scenario.duration.value > 0 {
                report(.warning, "after-end", "the run ends before this time", entry.position)
            }
        case .metric(let expectation):
            requireGateway(expectation.gateway)
            requireRoute(expectation.route, expectation.rule)
            requireService(expectation.backend)
            requireTraffic(expectation.traffic)
            checkWindow(expectation, entry.position)
        }
    }

    private mutating func requireTraffic(_ name: Located<String>?) {
        let names = scenario.traffic.map(\.name.value)
        guard let name, !names.contains(name.value) else { return }
        report(
            .error, "unknown-traffic", "there is no traffic named \(name.value)", name.position,
            hint: Suggestion.nearest(to: name.value, among: names.sorted()).map { "did you mean \($0)?" })
    }

    private mutating func checkWindow(_ expectation: MetricExpectation, _ position: SourcePosition) {
        // Of a duration that is wrong every window would be.
        guard scenario.duration.value > scenario.warmup.value else { return }
        let (since, until) = (expectation.since ?? scenario.warmup.value, expectation.until ?? scenario.duration.value)
        if until <= scenario.warmup.value || since >= scenario.duration.value {
            report(.error, "empty-window", "nothing is measured between since and until", position)
        } else if since < scenario.warmup.value {
            report(.warning, "window-in-warmup", "what arrives in the warm-up is not measured", position)
        } else if until > scenario.duration.value {
            report(.warning, "after-end", "the run ends before until", position)
        }
    }

    @discardableResult
    private mutating func requireService(_ name: Located<NamespacedName>?) -> Bool {
        require(name, among: services.union(imports), "Service", "unknown-service")
    }

    @discardableResult
    private mutating func requireGateway(_ name: Located<NamespacedName>?) -> Bool {
        require(name, among: gateways, "Gateway", "unknown-gateway")
    }

    private mutating func requireRoute(_ name: Located<NamespacedName>?, _ rule: RuleReference?) {
        guard require(name, among: routes, "route", "unknown-route"), let name, let rule else { return }
        let found = timetable.versions.flatMap { version in
            version.resources.routeRules.filter { $0.route == name.value }
        }
        if !found.contains(where: { $0.names.enumerated().contains { rule.names($0.offset, $0.element) } }) {
            let kind = found.first?.kind ?? "route"
            report(.error, "unknown-rule", "\(kind) \(name.value) has no rule \(rule.description)", name.position)
        }
    }

    /// Whether a name is that of an object at some time of the run.
    @discardableResult
    private mutating func require(
        _ name: Located<NamespacedName>?, among known: Set<NamespacedName>, _ kind: String, _ code: String
    ) -> Bool {
        guard let name else { return false }
        if known.contains(name.value) { return true }
        let isRefused = refused.contains { Self.isKind($0.key, kind) && $0.value.contains(name.value) }
        if isBlind || isRefused { return false }
        let unknown = UnknownName(kind: kind, name: name.value)
        if unknowns[unknown] != nil {
            unknowns[unknown]?.others.append(name.position.line)
            return false
        }
        unknowns[unknown] = (diagnostics.count, [])
        let suggestion = Suggestion.nearest(to: "\(name.value)", among: known.map(\.description).sorted())
        report(
            .error, code, "there is no \(kind) \(name.value) in the manifests", name.position,
            hint: suggestion.map { "did you mean \($0)?" })
        return false
    }

    private static func isKind(_ kind: String, _ wanted: String) -> Bool {
        switch wanted {
        case "route": kind.hasSuffix("Route")
        case "Service": kind == "Service" || kind == "ServiceImport"
        default: kind == wanted
        }
    }

    private mutating func report(
        _ severity: Diagnostic.Severity, _ code: String, _ message: String, _ position: SourcePosition,
        hint: String? = nil
    ) {
        diagnostics.append(Diagnostic(severity, code: code, message, hint: hint, position: position))
    }
}

private struct UnknownName: Hashable {
    var kind: String
    var name: NamespacedName
}

extension NamespacedName {
    init(_ metadata: ObjectMetadata) {
        self.init(namespace: metadata.namespace ?? "default", name: metadata.name)
    }
}

extension ResourceSet {
    /// The routes of every kind, with the names of their rules.
    fileprivate var routeRules: [(kind: String, route: NamespacedName, names: [String?])] {
        httpRoutes.map { (HTTPRoute.kind, NamespacedName($0.metadata), $0.rules.map { $0.name?.value }) }
            + grpcRoutes.map { (GRPCRoute.kind, NamespacedName($0.metadata), $0.rules.map { $0.name?.value }) }
            + tlsRoutes.map { (TLSRoute.kind, NamespacedName($0.metadata), $0.rules.map { $0.name?.value }) }
            + tcpRoutes.map { (TCPRoute.kind, NamespacedName($0.metadata), $0.rules.map { $0.name?.value }) }
            + udpRoutes.map { (UDPRoute.kind, NamespacedName($0.metadata), $0.rules.map { $0.name?.value }) }
    }
}

extension RuleReference {
    /// Whether it names the rule at a place with a name.
    package func names(_ place: Int, _ name: String?) -> Bool {
        switch self {
        case .name(let wanted): wanted == name
        case .place(let wanted): wanted == place
        }
    }
}
