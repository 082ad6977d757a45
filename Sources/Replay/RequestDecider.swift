public import Routing
internal import Simulation
public import Traffic

/// Decides request records by a table: finds the port, fills in nothing that the record does not say, and draws the split.
///
/// The draw of a record hangs on the seed and on its place in the trace alone, never on other records.
public struct RequestDecider {
    private let table: RoutingTable
    private let seed: UInt64
    private let takesAbsentHeadersAsNone: Bool
    private var locator: GatewayLocator
    private let schemes: [Listener.Scheme]
    private var scratch = Scratch()
    private var ranges: [HeaderRange] = []

    /// - Parameters:
    ///   - addresses: where the Gateways are reached.
    ///   - defaultGateway: `namespace/name` for records that do not tell.
    ///   - takesAbsentHeadersAsNone: for records that a person writes, where leaving headers out means that there are none.
    public init(
        table: RoutingTable, addresses: [GatewayAddresses], defaultGateway: String? = nil, seed: UInt64 = 1,
        takesAbsentHeadersAsNone: Bool = false
    ) {
        self.table = table
        self.seed = seed
        self.takesAbsentHeadersAsNone = takesAbsentHeadersAsNone
        locator = GatewayLocator(table: table, addresses: addresses, defaultGateway: defaultGateway)
        schemes = table.ports.map { port in
            table.listeners.first { $0.gateway == port.gateway && $0.port == port.number }?.scheme ?? .http
        }
    }

    /// The ports at which a request may have arrived; more than one where its record does not tell.
    public mutating func ports(of record: RequestRecord) -> [PortIndex] { locator.place(record).ports }

    /// Decides the record at `place` of its trace, counted from 0.
    public mutating func decide(_ record: RequestRecord, at place: UInt64) -> DecidedRequest {
        if let reason = Self.notModelled(record) {
            return DecidedRequest(possible: [], missing: [], notModelled: reason)
        }
        let partial = partialRequest(record)
        let found = locator.place(record)
        if found.ports.isEmpty {
            let answer = Answer(plan: .refused)
            return DecidedRequest(answer: answer, outcome: .refused, possible: [answer], missing: [])
        }
        var answers: [Answer] = []
        var missing = Set(found.missing)
        for port in found.ports { answers += self.answers(record, partial, port, &missing) }
        let request = partial.known
        let unknown = Set(answers.flatMap(\.plan.unknown))
        missing.formUnion(unknown.map(\.rawValue))
        if let first = answers.first, unknown.isEmpty,
            answers.dropFirst().allSatisfy({ table.treatsAlike(first, $0, request) })
        {
            return determined(first, request, place, possible: answers)
        }
        return DecidedRequest(possible: answers, missing: missing.sorted())
    }

    /// What the record says of the request.
    public func partialRequest(_ record: RequestRecord) -> PartialRequest {
        let headers = record.headers
        let complete = headers == nil ? takesAbsentHeadersAsNone : record.headersComplete ?? true
        return PartialRequest(
            method: record.method, host: record.host, target: record.path,
            headers: headers?.map { HeaderField($0.name, $0.value) } ?? [], headersComplete: complete)
    }

    private static func notModelled(_ record: RequestRecord) -> String? {
        if record.mesh != nil { return "traffic between services is not decided yet" }
        switch record.protocol {
        case .tls, .tcp, .udp: return "connections of protocol \(record.protocol?.name ?? "") are not decided yet"
        default: return nil
        }
    }

    private mutating func answers(
        _ record: RequestRecord, _ partial: PartialRequest, _ port: PortIndex, _ missing: inout Set<String>
    ) -> [Answer] {
        let scheme = schemes[port.place]
        let isTLS = record.sni != nil || record.protocol == .https
        let isKnownPlain = record.protocol == .http && !isTLS
        // One side speaks TLS and the other does not: the connection ends before any request.
        guard scheme == .https ? !isKnownPlain : !isTLS else { return [Answer(port: port, plan: .refused)] }
        // Clients ask in TLS for the name that they ask for in HTTP, unless the record says otherwise.
        let serverName: String? =
            scheme == .https ? record.sni ?? EffectiveURI(host: partial.host ?? "", target: "/").host : nil
        if let request = partial.complete {
            prepare(record, serverName)
            let decision = table.decide(&scratch, port: port)
            if decision.outcome != .ambiguous { return [answer(decision, port, request, serverName)] }
        }
        let decided = table.decidePartial(
            partial, port: port, serverName: record.sni == nil && partial.host == nil ? nil : serverName)
        if decided.possible.count > 1 { missing.formUnion(decided.missing) }
        return decided.possible.map { answer($0, port, partial.known, serverName) }
    }

    /// Over TLS a server name that no listener has ends the handshake; over plain HTTP the gateway answers 404.
    private func answer(_ decision: Decision, _ port: PortIndex, _ request: Request, _ serverName: String?) -> Answer {
        let plan =
            decision.outcome == .noListener && serverName != nil ? Plan.refused : table.plan(decision, for: request)
        return Answer(port: port, decision: decision, plan: plan)
    }

    private mutating func prepare(_ record: RequestRecord, _ serverName: String?) {
        ranges.removeAll(keepingCapacity: true)
        for field in record.headerFields {
            ranges.append(
                HeaderRange(
                    nameStart: UInt32(field.name.lowerBound), nameEnd: UInt32(field.name.upperBound),
                    valueStart: UInt32(field.value.lowerBound), valueEnd: UInt32(field.value.upperBound)))
        }
        let (table, ranges, bytes) = (table, ranges, record.text.span)
        let method = record.range(of: .method) ?? 0..<0
        let host = record.range(of: .host) ?? 0..<0
        let target = record.range(of: .path) ?? 0..<0
        if let serverName {
            table.prepare(
                method: bytes.extracting(method), authority: bytes.extracting(host), target: bytes.extracting(target),
                headerBytes: bytes, headers: ranges.span, serverName: serverName.utf8Span.span, into: &scratch)
        } else {
            table.prepare(
                method: bytes.extracting(method), authority: bytes.extracting(host), target: bytes.extracting(target),
                headerBytes: bytes, headers: ranges.span, into: &scratch)
        }
    }

    private func determined(_ answer: Answer, _ request: Request, _ place: UInt64, possible: [Answer]) -> DecidedRequest
    {
        guard let decision = answer.decision else {
            return DecidedRequest(answer: answer, outcome: .refused, possible: possible, missing: [])
        }
        var drawn: Int?
        if answer.plan.action == .forward, let rule = answer.plan.rule {
            let split = table.splits[rule.place]
            var stream = RandomStream(seed: seed &+ place &* 0x9E37_79B9_7F4A_7C15, entity: "request", purpose: "split")
            drawn = split.draw(using: &stream)
        }
        let outcome = table.outcome(decision, answer.plan, drawn: drawn, for: request)
        return DecidedRequest(answer: answer, outcome: outcome, possible: possible, missing: [])
    }
}
