internal import Routing
internal import Traffic

/// What a proxy really did with a request, as far as its record says.
struct Observation {
    var gateway: String?
    var routeKind: String?
    var routeNamespace: String?
    var routeName: String?
    var rule: Int?
    var match: Int?
    var backendKind: String?
    var backendNamespace: String?
    var backendName: String?
    var backendPort: UInt16?
    var endpoint: String?
    var status: UInt16?

    init(_ record: RequestRecord) {
        gateway = record[.observedGateway]
        routeKind = record[.observedRouteKind]
        routeNamespace = record[.observedRouteNamespace]
        routeName = record[.observedRouteName]
        rule = record.observed.rule.map { Int($0) }
        match = record.observed.match.map { Int($0) }
        backendKind = record[.observedBackendKind]
        backendNamespace = record[.observedBackendNamespace]
        backendName = record[.observedBackendName]
        backendPort = record.observed.backendPort
        // Of several that were tried one after the other, the last one answered.
        endpoint = record[.observedEndpoint].map { text in
            String((text.split(separator: ",").last ?? "").drop { $0 == " " })
        }
        // A gRPC client reads its status from the trailers; the one in the head says nothing.
        status = record.protocol == .grpc ? nil : record.observed.status
    }

    var route: String {
        "\(routeKind ?? "route") \(routeNamespace.map { "\($0)/" } ?? "")\(routeName ?? "?")"
    }

    var backend: String {
        "\(backendNamespace.map { "\($0)/" } ?? "")\(backendName ?? "?")\(backendPort.map { ":\($0)" } ?? "")"
    }

    /// What was asked behind the gateway; nil where nothing is known to have been.
    var upstream: String? { backendName != nil ? backend : endpoint }
}

extension RequestRecord {
    /// Appends all that an observation is made of.
    func appendObservation(to bytes: inout [UInt8]) {
        let fields: [Field] = [
            .observedGateway, .observedRouteKind, .observedRouteNamespace, .observedRouteName, .observedBackendKind,
            .observedBackendNamespace, .observedBackendName, .observedEndpoint,
        ]
        func append(_ number: UInt32) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
        for field in fields {
            let range = range(of: field)
            append(range.map { UInt32(truncatingIfNeeded: $0.count) } ?? .max)
            if let range { bytes.append(contentsOf: text[range]) }
        }
        append(observed.rule.map { UInt32(bitPattern: $0) } ?? .max)
        append(observed.match.map { UInt32(bitPattern: $0) } ?? .max)
        append(observed.backendPort.map { UInt32($0) } ?? .max)
        append(observed.status.map { UInt32($0) } ?? .max)
        append(self.protocol == .grpc ? 1 : 0)
    }
}

/// What was recorded held against one decision.
struct Comparison {
    struct Compared {
        var aspect: BackTest.Aspect
        var recorded: String
        var says: String
    }

    var compared: [Compared] = []
    var differs: Set<BackTest.Aspect> = []
    /// Why nothing could be compared, where that is so.
    var whyNot = "the trace does not say what the gateway did"

    mutating func add(_ aspect: BackTest.Aspect, _ isSame: Bool, recorded: String, says: String) {
        compared.append(Compared(aspect: aspect, recorded: recorded, says: says))
        if !isSame { differs.insert(aspect) }
    }
}

extension BackTest {
    func compare(_ observation: Observation, _ group: DecisionGroup) -> Comparison {
        var comparison = Comparison()
        if let gateway = observation.gateway {
            let own = group.port.map { table.ports[$0.place].entrance }
            comparison.add(
                .gateway, own == .gateway(gateway), recorded: gateway, says: own.map { "\($0)" } ?? "no gateway")
        }
        compareRoute(observation, group, &comparison)
        compareBackend(observation, group, &comparison)
        compareStatus(observation, group, &comparison)
        return comparison
    }

    private func compareRoute(_ observation: Observation, _ group: DecisionGroup, _ comparison: inout Comparison) {
        guard let rule = group.rule else {
            if let asked = observation.routeName != nil ? observation.route : observation.upstream {
                comparison.add(.unrouted, false, recorded: asked, says: answer(group))
            }
            return
        }
        guard observation.routeName != nil else { return }
        let place = table.rules[rule.place]
        let route = table.routes[place.route.place]
        func isSame(_ recorded: String?, _ own: String) -> Bool { recorded.map { $0 == own } ?? true }
        let isSameRoute =
            isSame(observation.routeKind, route.kind) && isSame(observation.routeNamespace, route.namespace)
            && isSame(observation.routeName, route.name)
        let own = "\(route.kind) \(route.namespace)/\(route.name)"
        comparison.add(.route, isSameRoute, recorded: observation.route, says: own)
        guard isSameRoute, let recorded = observation.rule else { return }
        comparison.add(
            .rule, recorded == place.rule, recorded: "\(own) rule \(recorded)", says: "\(own) rule \(place.rule)")
        guard recorded == place.rule, let recorded = observation.match, let match = group.match else { return }
        let number = table.matches[match.place].match
        comparison.add(
            .match, recorded == number, recorded: "\(own) rule \(place.rule) match \(recorded)",
            says: "\(own) rule \(place.rule) match \(number)")
    }

    private func compareBackend(_ observation: Observation, _ group: DecisionGroup, _ comparison: inout Comparison) {
        guard let upstream = observation.upstream, group.rule != nil else { return }
        guard group.action == .forward else {
            comparison.add(.answered, false, recorded: upstream, says: answer(group))
            return
        }
        let backends: [BackendIndex]
        var recorded = upstream
        if observation.backendName != nil {
            backends = table.backends.indices.map(BackendIndex.init(place:)).filter { isSame($0, observation) }
        } else {
            backends = found(at: upstream)
            guard !backends.isEmpty else {
                comparison.whyNot = "the endpoint recorded is in no EndpointSlice of a backend"
                return
            }
            recorded = backends.map(name).joined(separator: " or ")
        }
        let sharing = group.branches.filter { branch in
            branch.share > 0 && branch.backend.map(backends.contains) == true
        }
        let says = group.branches.filter { $0.share > 0 }.map { branch in
            let answer = branch.status.map { $0 == 0 ? " (refused)" : " (answered \($0))" } ?? ""
            return "\(branch.backend.map(name) ?? "no valid backend")\(answer)"
        }.joined(separator: ", ")
        if !sharing.isEmpty, sharing.allSatisfy({ $0.status != nil }) {
            comparison.add(.answered, false, recorded: recorded, says: says)
        } else {
            comparison.add(.backend, !sharing.isEmpty, recorded: recorded, says: says)
        }
    }

    private func compareStatus(_ observation: Observation, _ group: DecisionGroup, _ comparison: inout Comparison) {
        guard let status = observation.status else { return }
        guard group.action != .forward, let own = group.status else {
            if comparison.compared.isEmpty, observation.endpoint == nil {
                comparison.whyNot = "the trace says the status alone, and that is the backend's"
            }
            return
        }
        // A status beside a backend that should not have been asked is the backend's.
        guard observation.upstream == nil else { return }
        comparison.add(.status, status == own, recorded: "status \(status)", says: answer(group))
    }

    private func isSame(_ index: BackendIndex, _ observation: Observation) -> Bool {
        let backend = table.backends[index.place]
        return observation.backendName == backend.name
            && observation.backendNamespace.map { $0 == backend.namespace } ?? true
            && observation.backendKind.map { $0 == backend.kind } ?? true
            && observation.backendPort.map { $0 == backend.port } ?? true
    }

    private func found(at endpoint: String) -> [BackendIndex] {
        if let backends = endpoints[endpoint] { return backends }
        guard let colon = endpoint.lastIndex(of: ":") else { return [] }
        let address = endpoint[..<colon]
        let bare = address.hasPrefix("[") ? String(address.dropFirst().dropLast()) : String(address)
        return endpoints[bare] ?? []
    }

    private func name(_ index: BackendIndex) -> String {
        let backend = table.backends[index.place]
        return "\(backend.namespace)/\(backend.name)\(backend.port.map { ":\($0)" } ?? "")"
    }

    /// What the gateway does by itself.
    private func answer(_ group: DecisionGroup) -> String {
        let status = group.status.map { "\($0), " } ?? ""
        return "\(status)\(group.reason?.rawValue ?? group.action?.rawValue ?? "undetermined")"
    }
}
