public import JSON
public import Replay
public import Routing
public import Traffic

/// Writes decisions as JSON, one object each.
public struct DecisionReport: Sendable {
    let table: RoutingTable

    /// Writes decisions of `table`.
    public init(table: RoutingTable) { self.table = table }

    /// Writes the decision on a record.
    public func write(_ decided: DecidedRequest, for record: RequestRecord, to writer: inout JSONWriter) {
        writer.object { writer in
            if let id = record.range(of: .id) {
                writer.key("id")
                writer.string(utf8: record.text[id])
            } else {
                writer.member("id", String?.none)
            }
            writeMembers(decided, to: &writer)
        }
    }

    /// Writes the members of a decision, all but its id.
    func writeMembers(_ decided: DecidedRequest, to writer: inout JSONWriter) {
        if let answer = decided.answer, let outcome = decided.outcome {
            write(answer, outcome, to: &writer)
        } else {
            writeUndetermined(decided, to: &writer)
        }
    }

    private func writeUndetermined(_ decided: DecidedRequest, to writer: inout JSONWriter) {
        let first = decided.possible.first
        let entrances = Set(decided.possible.map { $0.port.map { table.ports[$0.place].entrance } })
        write(entrances.count == 1 ? first?.port.map { table.ports[$0.place].entrance } : nil, to: &writer)
        writer.member("listener", String?.none)
        for name in ["route", "rule", "ruleName", "match"] as [StaticString] { writer.member(name, String?.none) }
        writer.member("action", "undetermined")
        writer.member("reason", decided.notModelled == nil ? "Undetermined" : "NotModelled")
        if let why = decided.notModelled { writer.member("notModelled", why) }
        writer.key("candidates")
        writer.array { writer in
            for answer in decided.possible {
                writer.object { write(answer, nil, to: &$0) }
            }
        }
        writer.key("missing")
        writer.array { writer in
            for name in decided.missing { writer.string(name) }
        }
    }

    /// The members of a decision; those that hang on the draw only where `outcome` is given.
    private func write(_ answer: Answer, _ outcome: RequestOutcome?, to writer: inout JSONWriter) {
        let plan = outcome?.plan ?? answer.plan
        let listener = answer.decision?.listener.map { table.listeners[$0.place] }
        write(answer.port.map { table.ports[$0.place].entrance }, to: &writer)
        writer.member("listener", listener?.entrance.meshService == nil ? listener?.name : nil)
        if let set = listener?.listenerSet { writer.member("listenerSet", set) }
        writeRule(answer, plan, to: &writer)
        writer.member("action", plan.action.rawValue)
        writer.key("backends")
        writer.array { writer in
            for share in plan.shares { write(share, to: &writer) }
        }
        if let outcome {
            writer.key("backend")
            writeBackend(outcome.backend, to: &writer)
            writer.key("forwarded")
            writeForwarded(plan.conversation.carriesRequests ? outcome.forwarded : nil, to: &writer)
        }
        writer.member("status", plan.status)
        writer.member("grpcStatus", plan.grpcStatus)
        writer.member("location", plan.location)
        writer.key("responseHeaders")
        write(plan.responseHeaders, to: &writer)
        writer.key("mirrors")
        writer.array { writer in
            for mirror in plan.mirrors {
                writer.object { writer in
                    writer.key("backend")
                    writeBackend(mirror.backend, to: &writer)
                    writer.member("fraction", mirror.fraction)
                }
            }
        }
        writePolicies(plan, to: &writer)
        writer.key("backendTLS")
        writeBackendTLS(outcome?.backend, on: listener, to: &writer)
        writer.member("reason", plan.reason.rawValue)
    }

    private func write(_ entrance: Entrance?, to writer: inout JSONWriter) {
        switch entrance {
        case .gateway(let name): writer.member("gateway", name)
        case .mesh(let service, _):
            writer.member("gateway", String?.none)
            writer.member("mesh", service)
        case nil: writer.member("gateway", String?.none)
        }
    }

    private func writeBackendTLS(_ index: BackendIndex?, on listener: Listener?, to writer: inout JSONWriter) {
        guard let tls = index.flatMap({ table.backends[$0.place].tls }), let listener, listener.originatesTLS else {
            return writer.null()
        }
        writer.object { writer in
            writer.member("policy", tls.policy)
            writer.member("sni", tls.serverName)
            writer.key("subjectAltNames")
            writer.array { writer in
                for name in tls.subjectAltNames { writer.string(name) }
            }
            writer.member("clientCertificate", listener.backendClientCertificate)
        }
    }

    private func writeRule(_ answer: Answer, _ plan: Plan, to writer: inout JSONWriter) {
        writer.key("route")
        guard let index = plan.rule, let match = answer.decision?.match else {
            writer.null()
            for name in ["rule", "ruleName", "match"] as [StaticString] { writer.member(name, String?.none) }
            return
        }
        let place = table.rules[index.place]
        let route = table.routes[place.route.place]
        writer.object { writer in
            writer.member("kind", route.kind)
            writer.member("namespace", route.namespace)
            writer.member("name", route.name)
        }
        writer.member("rule", place.rule)
        writer.member("ruleName", route.rules[Int(place.rule)].name)
        writer.member("match", table.matches[match.place].match)
    }

    private func write(_ share: Plan.Share, to writer: inout JSONWriter) {
        writer.object { writer in
            writeBackendMembers(share.backend, to: &writer)
            writer.member("weight", share.weight)
            writer.member("share", share.share)
        }
    }

    private func writeBackend(_ index: BackendIndex?, to writer: inout JSONWriter) {
        guard let index else { return writer.null() }
        writer.object { writeBackendMembers(index, to: &$0) }
    }

    private func writeBackendMembers(_ index: BackendIndex?, to writer: inout JSONWriter) {
        let backend = index.map { table.backends[$0.place] }
        writer.member("kind", backend?.kind)
        writer.member("namespace", backend?.namespace)
        writer.member("name", backend?.name)
        writer.member("port", backend?.port)
    }

    private func writeForwarded(_ request: Request?, to writer: inout JSONWriter) {
        guard let request else { return writer.null() }
        writer.object { writer in
            writer.member("method", request.method)
            writer.member("host", request.host)
            writer.member("path", request.target)
            writer.key("headers")
            write(request.headers, to: &writer)
        }
    }

    private func write(_ fields: [HeaderField], to writer: inout JSONWriter) {
        writer.array { writer in
            for field in fields {
                writer.array { writer in
                    writer.string(field.name)
                    writer.string(field.value)
                }
            }
        }
    }

    private func write(_ modifier: HeaderModifier, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("set")
            write(modifier.set, to: &writer)
            writer.key("add")
            write(modifier.add, to: &writer)
            writer.key("remove")
            writer.array { writer in
                for name in modifier.remove { writer.string(name) }
            }
        }
    }

    private func writePolicies(_ plan: Plan, to writer: inout JSONWriter) {
        writer.key("timeouts")
        writer.object { writer in
            writer.key("request")
            writeSeconds(plan.timeouts.request, to: &writer)
            writer.key("backendRequest")
            writeSeconds(plan.timeouts.backendRequest, to: &writer)
        }
        writer.key("retry")
        guard let retry = plan.retry else { return writer.null() }
        writer.object { writer in
            writer.member("attempts", retry.attempts)
            writer.key("codes")
            writer.array { writer in
                for code in retry.codes { writer.integer(code) }
            }
            writer.key("backoff")
            writeSeconds(retry.backoff, to: &writer)
        }
    }

    private func writeSeconds(_ nanoseconds: Int64?, to writer: inout JSONWriter) {
        if let nanoseconds { writer.seconds(nanoseconds: nanoseconds) } else { writer.null() }
    }
}
