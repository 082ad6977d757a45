internal import GatewayAPI

/// Judges the listeners of a Gateway or ListenerSet one by one: protocols, kinds, certificates. Gateway API v1.6,
/// `GatewaySpec.listeners`.
struct ListenerCheck {
    /// What was found of one listener.
    struct Finding {
        var supportedKinds: [RouteKind]
        /// A protocol that no controller of this API knows.
        var unsupportedProtocol = false
        /// The reason of the Conflicted condition, or nil.
        var conflict: String?
        /// The reason and message of a False ResolvedRefs condition, or nil.
        var unresolved: ReferenceProblem?
        /// It needs a certificate, and none of its references leads to one.
        var lacksCertificate = false
        /// It is to check the certificates of clients, and none of its references leads to an authority.
        var lacksAuthority = false
        /// Clients without a valid certificate are cut off.
        var demandsClientCertificate = false

        /// Whether the data plane serves it.
        var isProgrammed: Bool {
            !unsupportedProtocol && conflict == nil && !lacksCertificate && !lacksAuthority && !supportedKinds.isEmpty
        }

        /// Whether there is nothing to say against it.
        var isValid: Bool { !unsupportedProtocol && conflict == nil && unresolved == nil && !lacksAuthority }
    }

    let references: CertificateReferences
    let owner: ListenerOwner
    /// The Gateway's: it holds for the listeners of its ListenerSets too.
    let gateway: ResourceName
    let frontend: FrontendTLSConfig?

    func finding(_ listener: Listener, at place: Int) -> Finding {
        var finding = Finding(supportedKinds: [])
        guard let kinds = Self.kinds(ofProtocol: listener.protocolType) else {
            finding.unsupportedProtocol = true
            return finding
        }
        finding.supportedKinds = kinds
        checkKinds(listener, place, kinds, &finding)
        checkCertificates(listener, place, &finding)
        if listener.protocolType == "HTTPS" { checkAuthorities(listener, &finding) }
        return finding
    }

    /// The kinds of route that listeners of a protocol take; nil for a protocol that is not known.
    private static func kinds(ofProtocol name: String) -> [RouteKind]? {
        let kinds: [String]
        switch name {
        case "HTTP", "HTTPS": kinds = [HTTPRoute.kind, GRPCRoute.kind]
        case "TLS": kinds = [TLSRoute.kind]
        case "TCP": kinds = [TCPRoute.kind]
        case "UDP": kinds = [UDPRoute.kind]
        default: return nil
        }
        return kinds.map { RouteKind(group: APIGroup.gateway, kind: $0) }
    }

    private func checkKinds(_ listener: Listener, _ place: Int, _ kinds: [RouteKind], _ finding: inout Finding) {
        guard !listener.allowedRoutes.kinds.isEmpty else { return }
        finding.supportedKinds = []
        for (kindPlace, allowed) in listener.allowedRoutes.kinds.enumerated() {
            let kind = RouteKind(group: allowed.group, kind: allowed.kind)
            if kinds.contains(kind) {
                finding.supportedKinds.append(kind)
            } else if finding.unresolved == nil {
                finding.unresolved = ReferenceProblem(
                    reason: "InvalidRouteKinds",
                    message: "a listener of protocol \(listener.protocolType) takes no route of kind \(allowed.kind)",
                    position: allowed.position, path: "spec.listeners[\(place)].allowedRoutes.kinds[\(kindPlace)]")
            }
        }
    }

    private func checkCertificates(_ listener: Listener, _ place: Int, _ finding: inout Finding) {
        let terminates = listener.protocolType == "HTTPS" || listener.protocolType == "TLS"
        guard terminates, listener.tls?.mode ?? .terminate == .terminate else { return }
        let path = "spec.listeners[\(place)].tls.certificateRefs"
        var valid = 0
        for (referencePlace, reference) in (listener.tls?.certificateRefs ?? []).enumerated() {
            let problem = references.problem(
                reference, of: owner.name, path: "\(path)[\(referencePlace)]", invalid: "InvalidCertificateRef")
            if let problem {
                finding.unresolved = finding.unresolved ?? problem
            } else {
                valid += 1
            }
        }
        finding.lacksCertificate = valid == 0
        if valid == 0, finding.unresolved == nil {
            finding.unresolved = ReferenceProblem(
                reason: "InvalidCertificateRef", message: "the listener terminates TLS and names no certificate",
                position: listener.tls?.position ?? listener.position, path: path)
        }
    }

    /// Gateway API v1.6, `FrontendTLSConfig`: `perPort` stands in place of `default` for its port.
    private func checkAuthorities(_ listener: Listener, _ finding: inout Finding) {
        guard let frontend, let validation = frontend.validation(port: listener.port) else { return }
        let entry = frontend.perPort.firstIndex { $0.port == listener.port }.map { "perPort[\($0)].tls" }
        let found = references.authorities(
            validation.caCertificateRefs, of: gateway,
            path: "spec.tls.frontend.\(entry ?? "default").validation.caCertificateRefs")
        if var problem = found.problem, finding.unresolved == nil {
            problem.owner = gateway
            finding.unresolved = problem
        }
        finding.lacksAuthority = found.chains.isEmpty
        finding.demandsClientCertificate = validation.mode == .allowValidOnly
    }
}
