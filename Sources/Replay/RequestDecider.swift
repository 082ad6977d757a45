public import Routing
internal import Simulation
public import Traffic

/// Decides request records by a table: finds the port, fills in nothing that the record does not say, and draws the split.
///
/// The draw of a record hangs on the seed and on its place in the trace alone, never on other records.
public struct RequestDecider {
    let table: RoutingTable
    private let seed: UInt64
    private let takesAbsentHeadersAsNone: Bool
    var locator: GatewayLocator
    let portKinds: [PortKind]
    var scratch = Scratch()
    /// Whether a decision of the table can hang on header fields.
    let asksForHeaders: Bool
    let wholeKinds: [WholeKind]
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
        portKinds = PortKind.ofPorts(table)
        asksForHeaders = table.asksForHeaders
        wholeKinds = WholeKind.ofPorts(table, portKinds)
    }

    /// The ports at which a request may have arrived; more than one where its record does not tell.
    public mutating func ports(of record: RequestRecord) -> [PortIndex] { locator.place(record).ports }

    /// Decides the record at `place` of its trace, counted from 0.
    public mutating func decide(_ record: RequestRecord, at place: UInt64) -> DecidedRequest {
        let partial = partialRequest(record)
        let found = locator.place(record)
        if found.ports.isEmpty {
            let answer = Answer(plan: record.protocol == .udp ? .dropped : .refused)
            return DecidedRequest(
                answer: answer, outcome: RequestOutcome(ending: answer.plan), possible: [answer], missing: [])
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
        // "Method: always POST": gRPC over HTTP2, "Requests".
        let method = record.method ?? (record.protocol == .grpc ? "POST" : nil)
        var partial = PartialRequest(
            method: method, host: record.host, target: record.path,
            headers: headers?.map { HeaderField($0.name, $0.value) } ?? [], headersComplete: complete,
            queryComplete: record.queryComplete)
        for field in partial.headers where field.value.hasPrefix(Redactor.valuePrefix) {
            partial.unknownHeaders.insert(field.name.lowercased())
        }
        partial.headers.removeAll { partial.unknownHeaders.contains($0.name.lowercased()) }
        return partial
    }

    /// Decides a connection or flow by its server name, empty for none: to the core a request without any other property.
    mutating func decideConnection(serverName: String, _ port: PortIndex) -> Decision {
        table.prepare(Request(host: serverName, target: "/"), into: &scratch)
        return table.decide(&scratch, port: port)
    }

    /// Decides a request by its host, path and headers.
    mutating func decideRequest(
        _ record: RequestRecord, _ partial: PartialRequest, _ port: PortIndex, serverName: String?
    ) -> (possible: [Decision], missing: [String]) {
        let isWhole =
            partial.complete != nil
            || !asksForHeaders && partial.queryComplete && partial.method != nil && partial.host != nil
                && partial.target != nil
        if isWhole {
            if record.range(of: .method) == nil {
                var whole = record
                whole.method = partial.method
                prepare(whole, serverName)
            } else {
                prepare(record, serverName)
            }
            let decision = table.decide(&scratch, port: port)
            if decision.outcome != .ambiguous { return ([decision], []) }
        }
        let decided = table.decidePartial(
            partial, port: port, serverName: record.sni == nil && partial.host == nil ? nil : serverName)
        return (decided.possible, decided.missing)
    }

    mutating func prepare(_ record: RequestRecord, _ serverName: String?) {
        if let serverName {
            prepare(record, serverName: serverName.utf8Span.span)
        } else {
            setRanges(record)
            let (table, ranges, bytes) = (table, ranges, record.text.span)
            table.prepare(
                method: bytes.extracting(record.range(of: .method) ?? 0..<0),
                authority: bytes.extracting(record.range(of: .host) ?? 0..<0),
                target: bytes.extracting(record.range(of: .path) ?? 0..<0), headerBytes: bytes,
                headers: ranges.span, into: &scratch)
        }
    }

    /// Prepares a request inside TLS.
    mutating func prepare(_ record: RequestRecord, serverName: Span<UInt8>) {
        setRanges(record)
        let (table, ranges, bytes) = (table, ranges, record.text.span)
        table.prepare(
            method: bytes.extracting(record.range(of: .method) ?? 0..<0),
            authority: bytes.extracting(record.range(of: .host) ?? 0..<0),
            target: bytes.extracting(record.range(of: .path) ?? 0..<0), headerBytes: bytes,
            headers: ranges.span, serverName: serverName, into: &scratch)
    }

    private mutating func setRanges(_ record: RequestRecord) {
        ranges.removeAll(keepingCapacity: true)
        guard record.areHeadersKnown else { return }
        for field in record.headerFields {
            ranges.append(
                HeaderRange(
                    nameStart: UInt32(field.name.lowerBound), nameEnd: UInt32(field.name.upperBound),
                    valueStart: UInt32(field.value.lowerBound), valueEnd: UInt32(field.value.upperBound)))
        }
    }

    private func determined(_ answer: Answer, _ request: Request, _ place: UInt64, possible: [Answer]) -> DecidedRequest
    {
        DecidedRequest(
            answer: answer, outcome: outcome(answer, request, drawn: draw(answer.plan, at: place)), possible: possible,
            missing: [])
    }

    /// The place of the backend that a record gets of its rule's split, which hangs on the seed and the record's place in the
    /// trace alone; nil where there is nothing to draw.
    public func draw(_ plan: Plan, at place: UInt64) -> Int? {
        guard plan.action == .forward, let rule = plan.rule else { return nil }
        return draw(table.splits[rule.place], at: place)
    }

    func draw(_ split: Split, at place: UInt64) -> Int? {
        var stream = RandomStream(seed: seed &+ place &* 0x9E37_79B9_7F4A_7C15, entity: "request", purpose: "split")
        return split.draw(using: &stream)
    }

    /// What an answer comes to once the backend was drawn.
    public func outcome(_ answer: Answer, _ request: Request, drawn: Int?) -> RequestOutcome {
        guard let decision = answer.decision else { return RequestOutcome(ending: answer.plan) }
        return table.outcome(decision, answer.plan, drawn: drawn, for: request)
    }
}
