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
    }

    /// The route.
    public var route: ResourceName
    /// Where the route's parentRef was written: a route may refer to one Gateway more than once.
    public var parentRefPosition: SourcePosition
    /// `namespace/name` of the Gateway.
    public var gateway: String
    /// The listener's name.
    public var listener: String
    /// The answer.
    public var verdict: Verdict

    /// Whether the route attached.
    public var isAttached: Bool {
        if case .attached = verdict { true } else { false }
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
        }
    }
}

/// Decides whether routes attach to listeners. Gateway API v1.6, `ParentReference`, `AllowedRoutes`, `Listener.hostname`.
struct AttachmentPolicy {
    let namespaces: [String: Namespace]

    func verdict(
        route: ResourceName, hostnames: [HostnamePattern], parentRef: ParentReference, gateway: Gateway,
        listener: GatewayAPI.Listener,
        supportedKinds: [RouteKind]
    ) -> Attachment.Verdict {
        if let section = parentRef.sectionName, section != listener.name { return .otherSection(section) }
        if let port = parentRef.port, port != listener.port { return .otherPort(port) }
        guard supportedKinds.contains(where: { $0.kind == route.kind && $0.group == APIGroup.gateway }) else {
            return .kindNotAllowed
        }
        if let asked = unmetNamespaceDemand(route.namespace ?? "", gateway, listener.allowedRoutes.namespaces) {
            return .namespaceNotAllowed(asked)
        }
        let own = HostnamePattern(listener.hostname?.value)
        guard !hostnames.isEmpty else { return .attached(hostnames: own == .any ? [] : [own.description]) }
        let common = hostnames.compactMap { $0.intersection(own) }
        guard !common.isEmpty else {
            return .noHostnameInCommon(route: hostnames.map { $0.description }, listener: own.description)
        }
        return .attached(hostnames: common.map(\.description))
    }

    /// What the listener asks of a route's namespace, in words, where the namespace is not so; nil where it is.
    private func unmetNamespaceDemand(_ namespace: String, _ gateway: Gateway, _ allowed: RouteNamespaces) -> String? {
        let own = gateway.metadata.namespace ?? ""
        switch allowed.from {
        case .all: return nil
        case .same: return namespace == own ? nil : "namespace \(own) only"
        case .none: return "no namespace"
        case .selector:
            guard let selector = allowed.selector else { return "no namespace: the selector is missing" }
            // An API server puts this label on every namespace, so a namespace that is not in the input has it too.
            let labels = namespaces[namespace]?.metadata.labels ?? ["kubernetes.io/metadata.name": namespace]
            return selector.matches(labels) ? nil : "namespaces with \(selector.text), which \(namespace) is not"
        }
    }
}

extension LabelSelector {
    /// The selector as `kubectl get -l` takes it.
    fileprivate var text: String {
        let labels = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let expressions = matchExpressions.map { expression in
            let values = "(\(expression.values.joined(separator: ",")))"
            return switch expression.comparison {
            case .isIn: "\(expression.key) in \(values)"
            case .isNotIn: "\(expression.key) notin \(values)"
            case .exists: expression.key
            case .doesNotExist: "!\(expression.key)"
            }
        }
        return (labels + expressions).joined(separator: ",")
    }
}
