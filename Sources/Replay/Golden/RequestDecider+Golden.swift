internal import JSON
internal import Routing
public import Traffic

extension RequestDecider {
    /// The decision on a request as a golden one, before the draw. What is empty or not set is left out.
    public mutating func golden(_ record: RequestRecord) -> GoldenDecision {
        let decided = decide(record, at: 0)
        let request = partialRequest(record).known
        guard let answer = decided.answer else {
            let candidates = decided.possible.map { members(GoldenWriter.members($0, request, self)) }
            return GoldenDecision(
                request: record,
                decision: [
                    ("action", "\"undetermined\""),
                    ("missing", GoldenWriter.list(decided.missing.map(GoldenWriter.quoted))),
                    ("candidates", GoldenWriter.list(candidates)),
                ], by: [])
        }
        return GoldenDecision(
            request: record, decision: GoldenWriter.members(answer, request, self), by: GoldenWriter.by(answer, table))
    }

    private func members(_ members: [(name: String, json: String)]) -> String {
        "{" + members.map { "\(GoldenWriter.quoted($0.name)):\($0.json)" }.joined(separator: ",") + "}"
    }
}

/// Writes golden decisions. Whatever it leaves out is as nothing.
enum GoldenWriter {
    static func quoted(_ text: String) -> String { json { $0.string(text) } }

    static func list(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

    private static func json(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return writer.text
    }

    static func by(_ answer: Answer, _ table: RoutingTable) -> [(name: String, json: String)] {
        var members: [(name: String, json: String)] = []
        if let port = answer.port.map({ table.ports[$0.place] }) {
            members.append(("gateway", quoted("\(port.entrance)")))
        }
        if let listener = answer.decision?.listener.map({ table.listeners[$0.place] }) {
            members.append(("listener", quoted(listener.name)))
        }
        if let rule = answer.plan.rule, let match = answer.decision?.match {
            let place = table.rules[rule.place]
            members.append(("rule", String(place.rule)))
            if let name = table.routes[place.route.place].rules[Int(place.rule)].name {
                members.append(("ruleName", quoted(name)))
            }
            members.append(("match", String(table.matches[match.place].match)))
        }
        return members
    }

    static func members(
        _ answer: Answer, _ request: Request, _ decider: RequestDecider
    ) -> [(name: String, json: String)] {
        let (plan, table) = (answer.plan, decider.table)
        var members: [(name: String, json: String)] = [("action", quoted(plan.action.rawValue))]
        func add(_ name: String, _ value: String?) { if let value { members.append((name, value)) } }
        if plan.reason != .matched { add("reason", quoted(plan.reason.rawValue)) }
        if let rule = plan.rule {
            let route = table.route(of: rule)
            add("route", quoted("\(route.kind) \(route.namespace)/\(route.name)"))
        }
        add("status", plan.status.map { String($0) })
        add("grpcStatus", plan.grpcStatus.map { String($0) })
        add("location", plan.location.map(quoted))
        if plan.action == .forward { addBackends(answer, request, decider, &members) }
        if !plan.responseHeaders.isNothing { add("responseHeaders", modifier(plan.responseHeaders)) }
        if !plan.mirrors.isEmpty { add("mirrors", mirrors(plan.mirrors, table)) }
        add("timeout", plan.timeouts.request.map(seconds))
        add("backendTimeout", plan.timeouts.backendRequest.map(seconds))
        add("retry", plan.retry.map(retry))
        return members
    }

    /// The backends with a share. What they get is told once where it is the same for all of them.
    private static func addBackends(
        _ answer: Answer, _ request: Request, _ decider: RequestDecider, _ members: inout [(name: String, json: String)]
    ) {
        let table = decider.table
        let shares = answer.plan.shares.enumerated().filter { $0.element.share > 0 }
        let outcomes = shares.map { decider.outcome(answer, request, drawn: $0.offset) }
        let carries = answer.plan.conversation.carriesRequests
        let forwarded = Set(outcomes.compactMap(\.forwarded))
        let isSame = forwarded.count == 1 && outcomes.allSatisfy { $0.forwarded != nil }
        let backends = zip(shares, outcomes).map { share, outcome in
            json { writer in
                writer.object { writer in
                    let backend = share.element.backend.map { table.backends[$0.place].title }
                    writer.member("backend", backend)
                    writer.member("share", share.element.share)
                    if outcome.backend == nil { writer.member("status", outcome.plan.status) }
                    let more = outcome.plan.mirrors.dropFirst(answer.plan.mirrors.count)
                    if !more.isEmpty {
                        writer.key("mirrors")
                        writer.raw(mirrors(Array(more), table))
                    }
                    if outcome.backend != nil, outcome.plan.responseHeaders != answer.plan.responseHeaders {
                        writer.key("responseHeaders")
                        writer.raw(modifier(outcome.plan.responseHeaders))
                    }
                    guard carries, !isSame, let request = outcome.forwarded else { return }
                    writer.key("forwarded")
                    write(request, to: &writer)
                }
            }
        }
        members.append(("backends", list(backends)))
        if carries, isSame, let request = forwarded.first {
            members.append(("forwarded", json { write(request, to: &$0) }))
        }
    }

    private static func write(_ request: Request, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("method", request.method)
            writer.member("host", request.host)
            writer.member("path", request.target)
            if !request.headers.isEmpty {
                writer.key("headers")
                write(request.headers, to: &writer)
            }
        }
    }

    private static func write(_ fields: [HeaderField], to writer: inout JSONWriter) {
        writer.array { writer in
            for field in fields {
                writer.array { writer in
                    writer.string(field.name)
                    writer.string(field.value)
                }
            }
        }
    }

    private static func modifier(_ modifier: HeaderModifier) -> String {
        json { writer in
            writer.object { writer in
                if !modifier.set.isEmpty {
                    writer.key("set")
                    write(modifier.set, to: &writer)
                }
                if !modifier.add.isEmpty {
                    writer.key("add")
                    write(modifier.add, to: &writer)
                }
                if !modifier.remove.isEmpty {
                    writer.key("remove")
                    writer.array { writer in for name in modifier.remove { writer.string(name) } }
                }
            }
        }
    }

    private static func mirrors(_ mirrors: [Plan.MirrorShare], _ table: RoutingTable) -> String {
        list(
            mirrors.map { mirror in
                json { writer in
                    writer.object { writer in
                        writer.member("backend", table.backends[mirror.backend.place].title)
                        writer.member("fraction", mirror.fraction)
                    }
                }
            })
    }

    private static func retry(_ retry: Retry) -> String {
        json { writer in
            writer.object { writer in
                writer.member("attempts", retry.attempts)
                writer.key("codes")
                writer.array { writer in for code in retry.codes { writer.integer(code) } }
                writer.key("backoff")
                if let backoff = retry.backoff { writer.seconds(nanoseconds: backoff) } else { writer.null() }
            }
        }
    }

    private static func seconds(_ nanoseconds: Int64) -> String { json { $0.seconds(nanoseconds: nanoseconds) } }
}

extension HeaderModifier {
    fileprivate var isNothing: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }
}

extension Backend {
    /// `Service store/cart-v1:8080`
    fileprivate var title: String { "\(kind) \(namespace)/\(name)\(port.map { ":\($0)" } ?? "")" }
}
