public import Routing
public import Traffic

/// How requests that a record holds whole are decided at a port, without a look at anything else.
enum WholeKind {
    /// Without TLS.
    case plain
    /// Inside TLS.
    case secure
    /// The record has to be looked at more closely.
    case other

    static func ofPorts(_ table: RoutingTable, _ kinds: [PortKind]) -> [WholeKind] {
        let demanding = Set(table.listeners.filter(\.demandsClientCertificate).map(RoutingTable.Port.init))
        return zip(table.ports, kinds).map { port, kind in
            if demanding.contains(port) { return .other }
            return switch kind {
            case .plain: .plain
            case .secure: .secure
            case .hello, .opaque: .other
            }
        }
    }
}

/// The decision on a record that holds all that it can hang on.
public struct WholeDecision: Hashable, Sendable {
    /// Where it arrived.
    public var port: PortIndex
    /// What the table says.
    public var decision: Decision
    /// What the client speaks.
    public var conversation: Conversation
}

extension RequestDecider {
    /// Decides a record that tells its port and holds all of its request, on the core's fast path; nil for any other, or where
    /// the table cannot say.
    public mutating func decideWhole(_ record: RequestRecord) -> WholeDecision? {
        guard let port = locator.singlePort(record),
            record.areHeadersKnown && record.headersComplete != false || !asksForHeaders,
            record.queryComplete, !asksForHeaders || !record.hasRedactedHeader, record.range(of: .method) != nil,
            record.range(of: .host) != nil, record.range(of: .path) != nil
        else { return nil }
        switch wholeKinds[port.place] {
        case .plain:
            guard !record.isOpaque, !record.isOverTLS else { return nil }
            prepare(record, nil)
        case .secure:
            guard !record.isOpaque, !record.isKnownPlain, let name = record.range(of: .sni) else { return nil }
            prepare(record, serverName: record.text.span.extracting(name))
        case .other: return nil
        }
        let decision = table.decide(&scratch, port: port)
        if decision.outcome == .ambiguous { return nil }
        return WholeDecision(port: port, decision: decision, conversation: record.speaksGRPC ? .grpc : .http)
    }
}

extension RequestRecord {
    /// Whether the value of a header field is one that a redaction put there, so that nobody knows what it was.
    fileprivate var hasRedactedHeader: Bool {
        // Hardly any value begins so: one byte tells, and nothing is allocated.
        for field in headerFields where field.value.count > 9 && text[field.value.lowerBound] == UInt8(ascii: "r") {
            if text[field.value].starts(with: Redactor.valuePrefix.utf8) { return true }
        }
        return false
    }

    /// "Content-Type: application/grpc", perhaps with a suffix: gRPC over HTTP2, "Requests".
    fileprivate var speaksGRPC: Bool {
        if self.protocol == .grpc { return true }
        guard areHeadersKnown else { return false }
        for field in headerFields where field.name.count == 12 {
            if matches(field.name, "content-type", ignoringCase: true),
                matches(field.value, "application/grpc", ignoringCase: false)
            {
                return true
            }
        }
        return false
    }

    /// Whether a text begins with a word in lower case.
    private func matches(_ range: Range<Int>, _ word: StaticString, ignoringCase: Bool) -> Bool {
        guard range.count >= word.utf8CodeUnitCount else { return false }
        for place in 0..<word.utf8CodeUnitCount {
            let byte = text[range.lowerBound + place]
            let lowered = ignoringCase && byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lowered != word.utf8Start[place] { return false }
        }
        return true
    }
}

extension RoutingTable {
    /// Whether a decision can hang on header fields.
    var asksForHeaders: Bool {
        routes.contains { route in
            route.rules.contains { rule in
                rule.matches.contains { !$0.headers.isEmpty }
                    || rule.filters.contains { if case .cors = $0 { true } else { false } }
            }
        }
    }
}
