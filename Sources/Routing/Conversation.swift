/// What a client speaks to a gateway, and so how the gateway can say no by itself.
public enum Conversation: UInt8, Hashable, Sendable {
    /// Requests: the gateway answers with a status.
    case http
    /// Requests of gRPC: the answer's status means one of gRPC's to the client.
    case grpc
    /// A connection whose content the gateway does not read: it is cut.
    case connection
    /// Datagrams: they are not answered.
    case datagrams

    /// Whether there are requests; else only connections or flows.
    public var carriesRequests: Bool { self == .http || self == .grpc }

    /// What the gateway does in place of forwarding.
    var refusal: Plan.Action {
        switch self {
        case .http, .grpc: .respond
        case .connection: .reset
        case .datagrams: .drop
        }
    }
}

extension Plan {
    /// What a gRPC client makes of the gateway's own answer; nil where there is none, or the client does not speak gRPC.
    /// gRPC, "HTTP to gRPC Status Code Mapping".
    public var grpcStatus: UInt8? {
        guard conversation == .grpc, answersInGRPC, let status else { return nil }
        switch status {
        case 400: return 13
        case 401: return 16
        case 403: return 7
        case 404: return 12
        case 429, 502, 503, 504: return 14
        default: return 2
        }
    }

    /// The same plan for a client that speaks otherwise.
    func spoken(in conversation: Conversation) -> Plan {
        var plan = self
        plan.conversation = conversation
        guard plan.action == .respond, conversation.refusal != .respond else { return plan }
        plan.action = conversation.refusal
        plan.status = nil
        plan.responseHeaders = HeaderModifier()
        return plan
    }
}

extension RoutingTable {
    /// What becomes of what `decision` is about. A connection or a flow of datagrams is a request without any property.
    public func plan(_ decision: Decision, for request: Request, in conversation: Conversation) -> Plan {
        var plan = plan(decision, for: request)
        plan.answersInGRPC = dialect.backends.speaksGRPC
        // A connection without TLS always finds its listener.
        let isUnrouted =
            plan.reason == .noListener
            || plan.reason == .noRoute && decision.listener.map { listeners[$0.place].scheme } == .passthrough
        if conversation == .connection, isUnrouted, dialect.hostnames.answersUnroutedConnections {
            return plan
        }
        return plan.spoken(in: conversation)
    }
}
