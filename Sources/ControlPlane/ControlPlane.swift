public import GatewayAPI
public import Routing

/// What a conformant controller makes of the resources of a cluster: statuses, and the table that its proxies route by.
///
/// weir plays the controller of every GatewayClass in the input, and of those that the input names but does not hold.
public struct ControlPlane: Sendable {
    /// The controller's name for classes that are not in the input.
    public static let ownControllerName = "weir.dev/gateway-controller"

    /// In the order of the input.
    public private(set) var gatewayClasses: [GatewayClassStatus] = []
    /// In the order of the input.
    public private(set) var gateways: [GatewayStatus] = []
    /// In the order of the input.
    public private(set) var listenerSets: [ListenerSetStatus] = []
    /// In the order of the input: HTTPRoutes, GRPCRoutes, TLSRoutes, TCPRoutes, UDPRoutes.
    public private(set) var routes: [RouteStatus] = []
    /// BackendTLSPolicies, in the order of the input.
    public private(set) var policies: [PolicyStatus] = []
    /// Every parentRef of every route against every listener of the parent that it names.
    public private(set) var attachments: [Attachment] = []
    /// References that lead nowhere, routes that attach nowhere, what is taken for granted and what is not modelled.
    public private(set) var findings: [Diagnostic] = []
    /// What the proxies route by.
    public let table: RoutingTable

    /// Reconciles `resources`.
    public init(_ resources: ResourceSet, dialect: Dialect = .specification) {
        var reconciliation = Reconciliation(
            resources, areHostnamesShared: dialect.hostnames.isSharedBetweenKinds)
        reconciliation.run()
        gatewayClasses = reconciliation.gatewayClasses
        gateways = reconciliation.gateways
        listenerSets = reconciliation.listenerSets
        routes = reconciliation.routes
        policies = reconciliation.policyStatuses
        attachments = reconciliation.attachments
        findings = reconciliation.findings
        table = RoutingTable(
            dialect: dialect, listeners: reconciliation.tableListeners, routes: reconciliation.tableRoutes,
            backends: reconciliation.resolver.backends)
    }
}
