/// A route: it asks parents to be attached, and its rules send to backends what the parents let through.
///
/// What the kinds of routes have in common; attaching and checking references need no more.
public protocol RouteResource: Resource {
    /// A rule of the route.
    associatedtype Rule: RouteRule
    /// Where the route asks to be attached.
    var parentRefs: [ParentReference] { get }
    /// Hosts, or `*.` and a domain; empty for all that the listener takes, and for kinds that have none.
    var hostnames: [Located<String>] { get }
    /// In the order of the manifest.
    var rules: [Rule] { get }
    /// Whether the route attaches to the default Gateways as well. Experimental.
    var useDefaultGateways: GatewayDefaultScope? { get }
}

/// A rule of a route of any kind.
public protocol RouteRule: Hashable, Sendable {
    /// A backend with its weight.
    associatedtype Backend: WeightedBackendRef
    /// Unique within the route.
    var name: Located<String>? { get }
    /// Chosen among by weight.
    var backendRefs: [Backend] { get }
    /// What is done to requests on their way; empty for kinds without filters.
    var filters: [HTTPRouteFilter] { get }
    /// Where it begins.
    var position: SourcePosition { get }
}

extension RouteRule {
    /// Every backend that the rule refers to: its own, and those of mirrors and external authorisation.
    public var backendReferences: [BackendObjectReference] {
        filters.compactMap(\.backendRef)
            + backendRefs.flatMap { [$0.backend] + $0.filters.compactMap(\.backendRef) }
    }
}

/// A backend with its share of the traffic of a rule.
public protocol WeightedBackendRef: Hashable, Sendable {
    /// What receives the traffic.
    var backend: BackendObjectReference { get }
    /// Its share is this over the sum of the weights; from 0 to 1,000,000.
    var weight: Int32 { get }
    /// Applied to the requests of this backend alone; empty for kinds without filters.
    var filters: [HTTPRouteFilter] { get }
    /// Where it begins.
    var position: SourcePosition { get }
}

extension HTTPBackendRef: WeightedBackendRef {}
extension HTTPRouteRule: RouteRule {}

extension HTTPRouteFilter {
    /// The backend that the filter sends requests to; nil for types that send none.
    public var backendRef: BackendObjectReference? {
        switch action {
        case .requestMirror(let filter): filter.backendRef
        case .externalAuth(let filter): filter.backendRef
        default: nil
        }
    }
}
