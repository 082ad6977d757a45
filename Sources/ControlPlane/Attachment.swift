public import GatewayAPI
internal import Routing

/// Whether a route attached to a listener, and if not, why not: a cell of the attachment matrix.
public struct Attachment: Hashable, Sendable {
    /// The answer.
    public enum Verdict: Hashable, Sendable {
        /// The route's rules serve these hosts on the listener; empty is every host.
        case attached(hostnames: [String])
        /// `parentRef.sectionName` names another listener.
        case otherSection(String)
        /// `parentRef.port` is another port.
        case otherPort(UInt16)
        /// `allowedRoutes.kinds`, or the listener's protocol, leaves the route's kind out.
        case kindNotAllowed
        /// `allowedRoutes.namespaces` leaves the route's namespace out; the text says what it asks for.
        case namespaceNotAllowed(String)
        /// No hostname of the route intersects the listener's.
        case noHostnameInCommon(route: [String], listener: String)
        /// A route of another kind has the traffic already.
        case conflicts(with: ResourceName)
    }

    /// The route.
    public var route: ResourceName
    /// Where the route's parentRef was written: a route may refer to one Gateway more than once.
    public var parentRefPosition: SourcePosition
    /// The Gateway, the ListenerSet or, in the mesh, the Service.
    public var parent: ResourceName
    /// The listener's name; the port's for a Service.
    public var listener: String
    /// The answer.
    public var verdict: Verdict

    /// Whether the route attached.
    public var isAttached: Bool {
        if case .attached = verdict { true } else { false }
    }

    /// Whether the parentRef means this listener at all.
    var isSelected: Bool {
        switch verdict {
        case .otherSection, .otherPort: false
        default: true
        }
    }
}

extension Attachment.Verdict: CustomStringConvertible {
    /// The answer in words.
    public var description: String {
        switch self {
        case .attached(let hostnames):
            hostnames.isEmpty ? "attached" : "attached for \(hostnames.joined(separator: ", "))"
        case .otherSection(let name): "no: the parentRef names listener \(name)"
        case .otherPort(let port): "no: the parentRef names port \(port)"
        case .kindNotAllowed: "no: the listener does not take routes of this kind"
        case .namespaceNotAllowed(let asked): "no: allowedRoutes takes routes from \(asked)"
        case .noHostnameInCommon(let route, let listener):
            "no: no hostname in common (route \(route.joined(separator: ", ")); listener \(listener))"
        case .conflicts(let other): "no: \(other) has the traffic"
        }
    }
}

/// Decides whether routes attach to listeners. Gateway API v1.6, `ParentReference`, `AllowedRoutes`, `Listener.hostname`.
struct AttachmentPolicy {
    let selection: NamespaceSelection

    /// The answer as far as the route and the listener alone give it.
    func verdict(_ route: AttachingRoute, _ parentRef: ParentReference, _ state: ListenerState) -> Attachment.Verdict {
        let listener = state.listener
        if let section = parentRef.sectionName, section != listener.name { return .otherSection(section) }
        if let port = parentRef.port, port != listener.port { return .otherPort(port) }
        guard state.finding.supportedKinds.contains(where: { $0.kind == route.name.kind }) else {
            return .kindNotAllowed
        }
        let unmet = selection.unmetDemand(
            listener.allowedRoutes.namespaces, by: route.name.namespace ?? "", own: state.owner.namespace)
        if let unmet { return .namespaceNotAllowed(unmet) }
        guard state.usesHostnames else { return .attached(hostnames: []) }
        let own = HostnamePattern(listener.hostname?.value)
        guard !route.hostnames.isEmpty else { return .attached(hostnames: own == .any ? [] : [own.description]) }
        let common = route.hostnames.compactMap { $0.intersection(own) }
        guard !common.isEmpty else {
            return .noHostnameInCommon(route: route.hostnames.map(\.description), listener: own.description)
        }
        return .attached(hostnames: common.map(\.description))
    }
}

/// What attaching needs to know of a route, whatever its kind.
struct AttachingRoute {
    let name: ResourceName
    let seniority: Seniority
    let generation: Int64
    let position: SourcePosition
    let hostnames: [HostnamePattern]
    let parentRefs: [ParentReference]
    let compiled: RuleCompiler.Result
    /// Its place in the table.
    let index: RouteIndex
}
