internal import Routing
internal import Traffic

/// What the listeners of a port understand.
enum PortKind {
    /// HTTP without TLS.
    case plain
    /// Requests inside TLS.
    case secure
    /// TLS connections, told apart by the server name; requests too where `hasRequests`.
    case hello(hasRequests: Bool)
    /// Connections or datagrams as they come.
    case opaque

    static func ofPorts(_ table: RoutingTable) -> [PortKind] {
        var schemes: [RoutingTable.Port: Set<Listener.Scheme>] = [:]
        for listener in table.listeners { schemes[RoutingTable.Port(listener), default: []].insert(listener.scheme) }
        return table.ports.map { port in
            let own = schemes[port] ?? []
            if own == [.https] { return .secure }
            if own.contains(where: \.beginsWithHello) { return .hello(hasRequests: own.contains(.https)) }
            return own.contains(.http) ? .plain : .opaque
        }
    }
}

extension RequestDecider {
    /// What may become of a record at a port.
    mutating func answers(
        _ record: RequestRecord, _ partial: PartialRequest, _ port: PortIndex, _ missing: inout Set<String>
    ) -> [Answer] {
        // Clients ask in TLS for the name that they ask for in HTTP, unless the record says otherwise.
        let serverName = record.sni ?? partial.host.map { EffectiveURI(host: $0, target: "/").host }
        switch portKinds[port.place] {
        case .opaque:
            return connection(partial, serverName: "", port, &missing)
        case .plain:
            if record.isOpaque || record.isOverTLS { return unreadable(record, partial, port, &missing) }
            return requests(record, partial, port, serverName: nil, &missing)
        case .secure:
            if record.isKnownPlain { return [Answer(port: port, plan: .refused)] }
            return requests(record, partial, port, serverName: serverName ?? "", &missing)
        case .hello(let hasRequests):
            if record.isKnownPlain { return [Answer(port: port, plan: .refused)] }
            guard hasRequests else { return connection(partial, serverName: serverName, port, &missing) }
            let listener = serverName.flatMap { decideConnection(serverName: $0, port).listener }
            if serverName == nil || listener.map({ table.listeners[$0.place].scheme }) == .https {
                return requests(record, partial, port, serverName: serverName ?? "", &missing)
            }
            return connection(partial, serverName: serverName, port, &missing)
        }
    }

    /// Requests: each decision with what the gateway does, and for TLS with the handshake before it.
    private mutating func requests(
        _ record: RequestRecord, _ partial: PartialRequest, _ port: PortIndex, serverName: String?,
        _ missing: inout Set<String>
    ) -> [Answer] {
        let decided = decideRequest(record, partial, port, serverName: serverName)
        if decided.possible.count > 1 { missing.formUnion(decided.missing) }
        let conversation: Conversation = record.protocol == .grpc || partial.speaksGRPC ? .grpc : .http
        var answers: [Answer] = []
        for decision in decided.possible {
            // Over TLS a server name that no listener has ends the handshake; over plain HTTP the gateway answers 404.
            if decision.outcome == .noListener, serverName != nil {
                answers.append(Answer(port: port, decision: decision, plan: .refused))
                continue
            }
            let listener = decision.listener.map { table.listeners[$0.place] }
            let isConnection = listener.map { !$0.scheme.carriesRequests } ?? false
            let possible = possibleRequests(partial, decision, &missing).map { request in
                let plan = table.plan(decision, for: request, in: isConnection ? .connection : conversation)
                return Answer(port: port, decision: decision, plan: plan)
            }
            guard listener?.demandsClientCertificate == true, record.clientCertificate != .valid else {
                answers += possible
                continue
            }
            answers.append(Answer(port: port, decision: decision, plan: .clientCertificateRejected))
            if record.clientCertificate == nil {
                answers += possible
                missing.insert("clientCertificate")
            }
        }
        return answers
    }

    /// The request as it is known. Where its rule has rules for other origins and the record may lack an Origin, also as it
    /// would be with one: a preflight is answered by the gateway, and other answers get headers.
    private func possibleRequests(
        _ partial: PartialRequest, _ decision: Decision, _ missing: inout Set<String>
    ) -> [Request] {
        let known = partial.known
        guard !partial.headersComplete, known.header("origin") == nil, let match = decision.match else {
            return [known]
        }
        let filters = table.rule(table.matches[match.place].rule).filters
        for case .cors(let cors) in filters {
            guard let allowed = cors.allowOrigins.first else { continue }
            missing.insert("headers.origin")
            // A wildcard stands for any name.
            let origin = HeaderField("Origin", allowed == "*" ? "https://any.invalid" : allowed.replacingStar)
            var simple = known
            simple.headers.append(origin)
            guard partial.method == nil || partial.method == "OPTIONS" else { return [known, simple] }
            var preflight = simple
            preflight.method = "OPTIONS"
            if known.header("access-control-request-method") == nil {
                preflight.headers.append(HeaderField("Access-Control-Request-Method", "GET"))
            }
            return [known, simple, preflight]
        }
        return [known]
    }

    /// A connection or flow, by its server name alone. Nil is not known, empty is none.
    private mutating func connection(
        _ partial: PartialRequest, serverName: String?, _ port: PortIndex, _ missing: inout Set<String>
    ) -> [Answer] {
        let conversation: Conversation = table.ports[port.place].isDatagram ? .datagrams : .connection
        var possible: [Decision] = []
        if let serverName {
            let decision = decideConnection(serverName: serverName, port)
            if decision.outcome != .ambiguous { possible = [decision] }
        }
        if possible.isEmpty {
            let decided = table.decidePartial(PartialRequest(method: "GET", host: serverName, target: "/"), port: port)
            if decided.possible.count > 1 { missing.formUnion(decided.missing.map { $0 == "host" ? "sni" : $0 }) }
            possible = decided.possible
        }
        return possible.map { decision in
            Answer(port: port, decision: decision, plan: table.plan(decision, for: partial.known, in: conversation))
        }
    }

    /// At a port for plain requests: a Gateway speaks no TLS there. In the mesh a Service without routes passes on
    /// whatever comes; one with routes reads requests, if there are any, and which these are is not known.
    private func unreadable(
        _ record: RequestRecord, _ partial: PartialRequest, _ port: PortIndex, _ missing: inout Set<String>
    ) -> [Answer] {
        if table.ports[port.place].entrance.meshService == nil, record.isOverTLS {
            return [Answer(port: port, plan: .refused)]
        }
        let nothing = PartialRequest(method: nil, host: nil, target: nil, headersComplete: false)
        let decided = table.decidePartial(nothing, port: port)
        let possible = decided.possible.filter { $0.outcome != .noListener }
        let own = possible.first { decision in
            decision.match.map { table.route(of: table.matches[$0.place].rule).kind == "Service" } ?? false
        }
        if let own {
            return [Answer(port: port, decision: own, plan: table.plan(own, for: partial.known, in: .connection))]
        }
        missing.formUnion(decided.missing)
        missing.insert("protocol")
        return possible.map {
            Answer(port: port, decision: $0, plan: table.plan($0, for: partial.known, in: .http))
        } + [Answer(port: port, plan: .refused)]
    }
}

extension RequestRecord {
    /// A connection or flow, of whose content nothing is known.
    var isOpaque: Bool { [.tls, .tcp, .udp].contains(self.protocol) }
    var isOverTLS: Bool { sni != nil || self.protocol == .https || self.protocol == .tls }
    /// Whether it certainly does not begin with a TLS hello. A TCP connection may be anything.
    var isKnownPlain: Bool { self.protocol == .http && sni == nil }
}

extension String {
    /// `https://*.example.com` as one of the origins that it stands for.
    fileprivate var replacingStar: String {
        split(separator: "*", omittingEmptySubsequences: false).joined(separator: "any")
    }
}

extension PartialRequest {
    /// "Content-Type: application/grpc", perhaps with a suffix: gRPC over HTTP2, "Requests".
    fileprivate var speaksGRPC: Bool {
        headers.contains { $0.name.lowercased() == "content-type" && $0.value.hasPrefix("application/grpc") }
    }
}
