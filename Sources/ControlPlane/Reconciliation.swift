internal import GatewayAPI
internal import Routing

/// One pass over the resources: classes, listeners, rules, attachment, and then the statuses.
struct Reconciliation {
    let resources: ResourceSet
    let objects: ClusterObjects
    let references: CertificateReferences
    let policies: BackendTLSPolicies
    var resolver: BackendResolver
    var states: [GatewayState] = []
    /// Where each Gateway and ListenerSet stands.
    var parents: [ParentName: ParentPlace] = [:]
    var mesh: MeshState
    let areHostnamesShared: Bool
    var attaching: [AttachingRoute] = []

    var gatewayClasses: [GatewayClassStatus] = []
    var gateways: [GatewayStatus] = []
    var listenerSets: [ListenerSetStatus] = []
    var routes: [RouteStatus] = []
    var policyStatuses: [PolicyStatus] = []
    var attachments: [Attachment] = []
    var findings: [Diagnostic] = []
    var tableListeners: [Routing.Listener] = []
    var tableRoutes: [Routing.Route] = []

    /// What a parentRef names.
    struct ParentName: Hashable {
        var group: String
        var kind: String
        var key: String
    }

    /// Listeners of a Gateway by their places: its own, or those of a ListenerSet. None where the set was not taken.
    struct ParentPlace {
        var gateway: Int
        var listeners: Range<Int>
    }

    /// - Parameter areHostnamesShared: whether routes of different kinds may serve one hostname of a listener.
    init(_ resources: ResourceSet, areHostnamesShared: Bool) {
        self.resources = resources
        self.areHostnamesShared = areHostnamesShared
        objects = ClusterObjects(resources)
        let grants = ReferenceGrants(resources.referenceGrants)
        references = CertificateReferences(objects: objects, grants: grants)
        policies = BackendTLSPolicies(resources.backendTLSPolicies, references: references)
        resolver = BackendResolver(resources, objects: objects, grants: grants, policies: policies)
        mesh = MeshState(resources.services)
    }

    mutating func run() {
        reconcileClasses()
        gatherListeners()
        for route in resources.httpRoutes { add(route) }
        for route in resources.grpcRoutes { add(route) }
        for route in resources.tlsRoutes { add(route) }
        for route in resources.tcpRoutes { add(route) }
        for route in resources.udpRoutes { add(route) }
        attachRoutes()
        reconcileGateways()
        reconcileListenerSets()
        reconcilePolicies()
        for state in states where state.isAccepted { addListeners(of: state) }
        addMeshListeners()
        noteMissingSlices()
    }

    private mutating func reconcileClasses() {
        for gatewayClass in resources.gatewayClasses {
            let generation = gatewayClass.metadata.generation
            var accepted = Condition(
                "Accepted", true, "Accepted", "weir plays the controller \(gatewayClass.controllerName.value)",
                generation: generation)
            if let reference = gatewayClass.parametersRef,
                !objects.holdsParameters(
                    kind: reference.kind, namespace: reference.namespace, name: reference.name)
            {
                let problem = ReferenceProblem(
                    reason: "InvalidParameters", message: "there is no \(reference.kind) \(reference.name)",
                    position: reference.position, path: "spec.parametersRef")
                note(problem, gatewayClass.resourceName)
                accepted = Condition("Accepted", false, problem.reason, problem.message, generation: generation)
            }
            gatewayClasses.append(GatewayClassStatus(name: gatewayClass.resourceName, conditions: [accepted]))
        }
        for mesh in resources.xMeshes {
            gatewayClasses.append(
                GatewayClassStatus(
                    name: mesh.resourceName,
                    conditions: [
                        Condition(
                            "Accepted", true, "Accepted", "weir plays the mesh", generation: mesh.metadata.generation)
                    ]))
        }
    }

    /// Only what the data plane can serve comes into the table.
    private mutating func addListeners(of state: GatewayState) {
        let certificate = state.invalidClientCertificate == nil ? state.gateway.clientCertificate : nil
        for listener in state.listeners where listener.finding.isProgrammed {
            guard let scheme = listener.scheme else { continue }
            let isOfSet = listener.owner.name.kind != Gateway.kind
            tableListeners.append(
                Routing.Listener(
                    entrance: .gateway(state.gateway.key),
                    listenerSet: isOfSet ? "\(listener.owner.namespace)/\(listener.owner.name.name)" : nil,
                    name: listener.listener.name, port: listener.listener.port, scheme: scheme,
                    hostname: listener.usesHostnames ? HostnamePattern(listener.listener.hostname?.value) : .any,
                    routes: listener.attached, demandsClientCertificate: listener.finding.demandsClientCertificate,
                    backendClientCertificate: certificate, origin: Origin(listener.listener.position)))
        }
    }

    private mutating func noteMissingSlices() {
        for name in resolver.withoutSlices.sorted() {
            let key = "\(name.namespace ?? "")/\(name.name)"
            let position =
                name.kind == Service.kind
                ? objects.services[key]?.metadata.position : objects.serviceImports[key]?.metadata.position
            findings.append(
                Diagnostic(
                    .info, code: "endpoints-assumed",
                    "no EndpointSlice of the \(name.kind) is in the input: it is taken to have ready endpoints",
                    position: position, resource: name))
        }
    }

    /// A reference that leads nowhere is accepted by the API server: a warning, with the reason that the status has.
    /// One that several listeners share is told once.
    mutating func note(_ problem: ReferenceProblem, _ resource: ResourceName) {
        let diagnostic = problem.diagnostic(problem.owner ?? resource)
        if problem.owner == nil || !findings.contains(diagnostic) { findings.append(diagnostic) }
    }
}

extension Gateway {
    /// The Secret that backends are shown, as `namespace/name`.
    fileprivate var clientCertificate: String? {
        tls?.backend?.clientCertificateRef.map { "\($0.namespace ?? metadata.namespace ?? "")/\($0.name)" }
    }
}

extension ReferenceProblem {
    /// What a person is told.
    func diagnostic(_ resource: ResourceName) -> Diagnostic {
        Diagnostic(
            .warning, code: reason.kebabCase, message, position: position, resource: resource, path: path)
    }
}

extension String {
    /// `RefNotPermitted` as `ref-not-permitted`, `InvalidCACertificateRef` as `invalid-ca-certificate-ref`.
    fileprivate var kebabCase: String {
        let letters = Array(utf8)
        let isUpper = { (place: Int) in letters[place] &- UInt8(ascii: "A") < 26 }
        var result: [UInt8] = []
        for place in letters.indices {
            let followsLower = place > 0 && !isUpper(place - 1)
            let precedesLower = place + 1 < letters.count && !isUpper(place + 1)
            if isUpper(place), place > 0, followsLower || precedesLower { result.append(UInt8(ascii: "-")) }
            result.append(isUpper(place) ? letters[place] | 0x20 : letters[place])
        }
        return String(decoding: result, as: UTF8.self)
    }
}
