internal import GatewayAPI
internal import Routing

/// One pass over the resources, from the classes down to the routes.
struct Reconciliation {
    /// A Gateway with what was found of its listeners.
    struct GatewayState {
        var gateway: Gateway
        var controllerName: String
        var listeners: [ListenerCheck.Finding]
        /// For each listener, the routes attached, in the order of the input.
        var attached: [[RouteIndex]]
        /// For each listener, how many routes attached, those that the table leaves out included.
        var attachedCount: [Int]
    }

    let resources: ResourceSet
    let grants: ReferenceGrants
    let namespacesByName: [String: Namespace]
    var resolver: BackendResolver
    var states: [GatewayState] = []
    /// Places in `states` by `namespace/name`.
    var statePlaces: [String: Int] = [:]

    var gatewayClasses: [GatewayClassStatus] = []
    var gateways: [GatewayStatus] = []
    var routes: [RouteStatus] = []
    var attachments: [Attachment] = []
    var findings: [Diagnostic] = []
    var tableListeners: [Routing.Listener] = []
    var tableRoutes: [Route] = []

    init(_ resources: ResourceSet) {
        self.resources = resources
        grants = ReferenceGrants(resources.referenceGrants)
        namespacesByName = Dictionary(resources.namespaces.map { ($0.metadata.name, $0) }) { $1 }
        resolver = BackendResolver(resources, grants: grants)
    }

    mutating func run() {
        reconcileClasses()
        checkListeners()
        for route in resources.httpRoutes { reconcile(route) }
        reconcileGateways()
        for state in states { addListeners(of: state) }
        noteServicesWithoutSlices()
    }

    private mutating func reconcileClasses() {
        for gatewayClass in resources.gatewayClasses {
            gatewayClasses.append(
                GatewayClassStatus(
                    name: gatewayClass.resourceName,
                    conditions: [
                        Condition(
                            "Accepted", true, "Accepted",
                            "weir plays the controller \(gatewayClass.controllerName.value)",
                            generation: gatewayClass.metadata.generation)
                    ]))
        }
    }

    private mutating func checkListeners() {
        let controllers = Dictionary(resources.gatewayClasses.map { ($0.metadata.name, $0.controllerName.value) }) {
            $1
        }
        let secrets = Dictionary(
            resources.secrets.map { ("\($0.metadata.namespace ?? "")/\($0.metadata.name)", $0) }
        ) { $1 }
        for gateway in resources.gateways {
            let controller = controllers[gateway.gatewayClassName.value]
            if controller == nil {
                findings.append(
                    Diagnostic(
                        .info, code: "unknown-gateway-class",
                        "GatewayClass \(gateway.gatewayClassName.value) is not in the input; weir plays its controller all the same",
                        position: gateway.gatewayClassName.position, resource: gateway.resourceName,
                        path: "spec.gatewayClassName"))
            }
            let listeners = ListenerCheck(gateway: gateway, grants: grants, secrets: secrets).findings()
            statePlaces[gateway.key] = states.count
            states.append(
                GatewayState(
                    gateway: gateway, controllerName: controller ?? ControlPlane.ownControllerName,
                    listeners: listeners,
                    attached: Array(repeating: [], count: listeners.count),
                    attachedCount: Array(repeating: 0, count: listeners.count)))
            for problem in listeners.compactMap(\.unresolved) { note(problem, gateway.resourceName) }
        }
    }

    /// Only what the data plane can serve comes into the table; HTTP alone so far.
    private mutating func addListeners(of state: GatewayState) {
        for (place, listener) in state.gateway.listeners.enumerated() where state.listeners[place].isProgrammed {
            guard listener.protocolType == "HTTP" || listener.protocolType == "HTTPS" else { continue }
            tableListeners.append(
                Routing.Listener(
                    gateway: state.gateway.key, name: listener.name, port: listener.port,
                    scheme: listener.protocolType == "HTTPS" ? .https : .http,
                    hostname: HostnamePattern(listener.hostname?.value), routes: state.attached[place],
                    origin: Origin(listener.position)))
        }
    }

    private mutating func noteServicesWithoutSlices() {
        for key in resolver.servicesWithoutSlices.sorted() {
            let service = resources.services.first { "\($0.metadata.namespace ?? "")/\($0.metadata.name)" == key }
            findings.append(
                Diagnostic(
                    .info, code: "endpoints-assumed",
                    "no EndpointSlice of the Service is in the input: it is taken to have ready endpoints",
                    position: service?.metadata.position, resource: service?.resourceName))
        }
    }

    /// A reference that leads nowhere is accepted by the API server: a warning, with the reason that the status has.
    mutating func note(_ problem: ReferenceProblem, _ resource: ResourceName) {
        findings.append(
            Diagnostic(
                .warning, code: problem.reason.kebabCase, problem.message, position: problem.position,
                resource: resource,
                path: problem.path))
    }
}

extension Gateway {
    /// `namespace/name`
    var key: String { "\(metadata.namespace ?? "")/\(metadata.name)" }
}

extension String {
    /// `RefNotPermitted` as `ref-not-permitted`.
    fileprivate var kebabCase: String {
        var result = ""
        for character in self {
            if character.isUppercase, !result.isEmpty { result += "-" }
            result += character.lowercased()
        }
        return result
    }
}
