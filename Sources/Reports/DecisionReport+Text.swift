public import Replay
public import Routing

extension DecisionReport {
    /// A decision for a person to read, a line each.
    public func lines(_ decided: DecidedRequest, style: TextStyle = .plain) -> [String] {
        guard let answer = decided.answer, let outcome = decided.outcome else { return undetermined(decided, style) }
        var rows = AlignedRows()
        if let port = answer.port.map({ table.ports[$0.place] }) {
            let listener = answer.decision?.listener.map { ", listener \(name(of: table.listeners[$0.place]))" } ?? ""
            let isMesh = port.entrance.meshService != nil
            rows.add(isMesh ? "mesh" : "gateway", "\(port.entrance), port \(port.number)\(isMesh ? "" : listener)")
        }
        if let match = answer.decision?.match, outcome.plan.rule != nil { rows.add("rule", name(of: match)) }
        for (place, share) in outcome.plan.shares.enumerated() {
            rows.add(
                place == 0 ? "backends" : "",
                "\(percent(share.share))  \(name(of: share, outcome.plan.conversation))\(note(share.backend))")
        }
        if let request = outcome.forwarded, outcome.plan.conversation.carriesRequests {
            rows.add("forwarded", "\(request.method) \(request.target)  Host: \(request.host)")
            for header in request.headers { rows.add("", "\(header.name): \(header.value)") }
        }
        addBackendTLS(outcome, answer, to: &rows)
        add(outcome.plan, to: &rows)
        return [headline(outcome, style)] + rows.lines(indent: "  ")
    }

    private func headline(_ outcome: RequestOutcome, _ style: TextStyle) -> String {
        let plan = outcome.plan
        switch plan.action {
        case .forward: return style.good("forward") + " to \(name(of: outcome.backend))"
        case .redirect: return style.good("redirect") + " \(plan.status ?? 0) to \(plan.location ?? "")"
        case .respond:
            let grpc = plan.grpcStatus.map { " (gRPC status \($0))" } ?? ""
            return style.bad("respond \(plan.status ?? 0)") + "\(grpc): \(plan.reason.explanation)"
        case .drop: return style.bad("drop") + ": \(plan.reason.explanation)"
        case .reset: return style.bad("reset") + ": \(plan.reason.explanation)"
        }
    }

    private func undetermined(_ decided: DecidedRequest, _ style: TextStyle) -> [String] {
        if let why = decided.notModelled { return [style.doubtful("undetermined") + ": \(why)"] }
        var lines = [
            style.doubtful("undetermined") + ": it hangs on \(decided.missing.joined(separator: ", ")). Possible:"
        ]
        for answer in decided.possible {
            let gateway = answer.port.map { "\(table.ports[$0.place].entrance)" } ?? "no gateway"
            if let match = answer.decision?.match, answer.plan.rule != nil {
                lines.append("  \(gateway): \(name(of: match))")
            } else {
                lines.append(
                    "  \(gateway): \(answer.plan.status.map { "\($0), " } ?? "")\(answer.plan.reason.explanation)")
            }
        }
        return lines
    }

    private func name(of listener: Listener) -> String {
        listener.listenerSet.map { "\(listener.name) of ListenerSet \($0)" } ?? listener.name
    }

    private func addBackendTLS(_ outcome: RequestOutcome, _ answer: Answer, to rows: inout AlignedRows) {
        guard let listener = answer.decision?.listener, table.listeners[listener.place].originatesTLS,
            let backend = outcome.backend, let tls = table.backends[backend.place].tls
        else { return }
        rows.add("TLS", "to the backend as \(tls.serverName), by BackendTLSPolicy \(tls.policy)")
    }

    private func add(_ plan: Plan, to rows: inout AlignedRows) {
        for mirror in plan.mirrors { rows.add("mirror", "\(percent(mirror.fraction))  \(name(of: mirror.backend))") }
        for field in plan.responseHeaders.set { rows.add("response", "set \(field.name): \(field.value)") }
        for field in plan.responseHeaders.add { rows.add("response", "add \(field.name): \(field.value)") }
        for name in plan.responseHeaders.remove { rows.add("response", "remove \(name)") }
        if let request = plan.timeouts.request { rows.add("timeout", "\(duration(request)) for the request") }
        if let attempt = plan.timeouts.backendRequest { rows.add("timeout", "\(duration(attempt)) for each attempt") }
        if let retry = plan.retry {
            let attempts = retry.attempts.map { "up to \($0) retries" } ?? "retries"
            let codes = retry.codes.isEmpty ? "" : " on \(retry.codes.map { String($0) }.joined(separator: ", "))"
            rows.add("retry", attempts + codes + (retry.backoff.map { ", \(duration($0)) apart" } ?? ""))
        }
    }

    /// How the decision came about: every match of the hostnames that serve the request, the preferred ones first.
    public func lines(_ explanation: Explanation, style: TextStyle = .plain) -> [String] {
        guard let listener = explanation.listener else { return ["no listener of the port serves the host"] }
        var lines = [
            "listener \(table.listeners[listener.place].name) (\(table.listeners[listener.place].hostname)) serves the host"
        ]
        for other in explanation.isolatedListeners {
            let listener = table.listeners[other.place]
            lines.append(
                "listener \(listener.name) (\(listener.hostname)) would too, but is less specific: its routes are never asked"
            )
        }
        let order: [(Explanation.Candidate) -> Bool] = [
            { $0.fate == .wins }, { if case .loses = $0.fate { true } else { false } },
            { if case .unknown = $0.fate { true } else { false } },
            { if case .fails = $0.fate { true } else { false } },
        ]
        for belongs in order {
            for candidate in explanation.candidates where belongs(candidate) { lines.append(line(candidate, style)) }
        }
        if explanation.candidates.isEmpty { lines.append("no route of the listener serves the host") }
        return lines
    }

    private func line(_ candidate: Explanation.Candidate, _ style: TextStyle) -> String {
        let match = table.match(candidate.match)
        let what = "\(name(of: candidate.match)): \(match) on \(candidate.hostname)"
        switch candidate.fate {
        case .wins: return style.good("✓") + " \(what): wins"
        case .loses(let criterion): return "· \(what): matches too, loses by \(criterion.explanation)"
        case .unknown(let names): return style.doubtful("?") + " \(what): hangs on \(names.joined(separator: ", "))"
        case .fails(let mismatch): return style.dim("✗ \(what): \(mismatch.explanation)")
        }
    }

    /// `HTTPRoute shop/cart rule 0 (canary) match 1 (routes.yaml:12)`
    func name(of match: MatchIndex) -> String {
        let place = table.matches[match.place]
        let rulePlace = table.rules[place.rule.place]
        let route = table.routes[rulePlace.route.place]
        let rule = route.rules[Int(rulePlace.rule)]
        let origins = rule.matchOrigins
        let origin = Int(place.match) < origins.count ? origins[Int(place.match)] : rule.origin
        let file = origin.file.isEmpty ? "" : " (\(origin.file):\(origin.line))"
        let name = rule.name.map { " \"\($0)\"" } ?? ""
        return
            "\(route.kind) \(route.namespace)/\(route.name) rule \(rulePlace.rule)\(name) match \(place.match)\(file)"
    }

    private func name(of backend: BackendIndex?) -> String {
        guard let backend = backend.map({ table.backends[$0.place] }) else { return "500 (the reference is not valid)" }
        return "\(backend.kind) \(backend.namespace)/\(backend.name)\(backend.port.map { ":\($0)" } ?? "")"
    }

    private func name(of share: Plan.Share, _ conversation: Conversation) -> String {
        guard share.backend == nil else { return name(of: share.backend) }
        let answer = conversation == .http ? "500" : conversation == .grpc ? "503" : "refused"
        return "\(answer) (the reference is not valid)"
    }

    private func note(_ backend: BackendIndex?) -> String {
        guard let backend else { return "" }
        if !table.backends[backend.place].hasReadyEndpoints { return "  (no ready endpoint: 503)" }
        guard case .certificate(let why)? = table.backends[backend.place].tls?.failure else { return "" }
        return "  (its certificate is not accepted: \(why))"
    }
}

private func percent(_ share: Double) -> String {
    let tenths = Int(share * 1000 + 0.5)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}

private func duration(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "off" }
    return nanoseconds % 1_000_000_000 == 0
        ? "\(nanoseconds / 1_000_000_000) s" : "\(Double(nanoseconds) / 1_000_000) ms"
}

extension Plan.Reason {
    fileprivate var explanation: String {
        switch self {
        case .matched: "matched"
        case .noListener: "no listener takes it"
        case .noRoute: "no route matches"
        case .noBackend: "the rule has no backend, or weights of 0 only"
        case .invalidBackendReference: "the backend's reference is not valid"
        case .noEndpoints: "the backend has no ready endpoint"
        case .misdirected: "the host belongs to another listener than the connection's server name"
        case .invalidBackendTLS: "the backend's BackendTLSPolicy names no authority that can be used"
        case .backendCertificate: "the backend's certificate is not what its BackendTLSPolicy asks for"
        case .clientCertificate: "the listener asks for a client certificate that its authorities vouch for"
        case .preflight: "the gateway answers the CORS preflight"
        case .unsupportedFilter: "the gateway does not know a filter of the rule"
        case .badRequest: "the request is malformed"
        case .encodedSlash: "the path has encoded slashes"
        case .serverOptions: "the request is about the server as a whole"
        }
    }
}

extension Precedence.Criterion {
    fileprivate var explanation: String {
        switch self {
        case .hostname: "a less specific hostname"
        case .score: "fewer points"
        case .pathType: "the type of path match (Exact before RegularExpression before PathPrefix)"
        case .pathLength, .pathByteCount: "a shorter path"
        case .method: "not asking for a method"
        case .headerCount: "fewer headers"
        case .headerAndMethodCount: "fewer headers, a method being one"
        case .exactHeaderAndMethodCount: "fewer headers that are compared with a text, a method being one"
        case .queryParameterCount: "fewer query parameters"
        case .exactQueryParameterCount: "fewer query parameters that are compared with a text"
        case .routeAge: "the age of the route (the older one is preferred)"
        case .routeName: "the name of the route (the first by namespace/name is preferred)"
        case .ruleOrder: "the order of the rules"
        case .matchOrder: "the order of the matches"
        }
    }
}

extension Mismatch {
    fileprivate var explanation: String {
        switch self {
        case .path: "the path does not match"
        case .method: "the method is another"
        case .header(let name, let found): found.map { "header \(name) is \"\($0)\"" } ?? "header \(name) is missing"
        case .queryParameter(let name, let found):
            found.map { "query parameter \(name) is \"\($0)\"" } ?? "query parameter \(name) is missing"
        }
    }
}
