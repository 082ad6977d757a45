internal import GatewayAPI

/// Judges the listeners of a Gateway: protocols, kinds, certificates, conflicts. Gateway API v1.6, `GatewaySpec.listeners`.
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

        /// Whether the data plane serves it.
        var isProgrammed: Bool {
            !unsupportedProtocol && conflict == nil && !lacksCertificate && !supportedKinds.isEmpty
        }
    }

    let gateway: Gateway
    let grants: ReferenceGrants
    let secrets: [String: Secret]

    func findings() -> [Finding] {
        gateway.listeners.enumerated().map { place, listener in
            var finding = Finding(supportedKinds: [])
            guard let kinds = Self.kinds(ofProtocol: listener.protocolType) else {
                finding.unsupportedProtocol = true
                return finding
            }
            finding.supportedKinds = kinds
            checkKinds(listener, place, kinds, &finding)
            checkCertificates(listener, place, &finding)
            finding.conflict = conflict(of: place)
            return finding
        }
    }

    /// The kinds of route that listeners of a protocol take; nil for a protocol that is not known.
    private static func kinds(ofProtocol name: String) -> [RouteKind]? {
        let kinds: [String]
        switch name {
        case "HTTP", "HTTPS": kinds = ["HTTPRoute", "GRPCRoute"]
        case "TLS": kinds = ["TLSRoute"]
        case "TCP": kinds = ["TCPRoute"]
        case "UDP": kinds = ["UDPRoute"]
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
        let references = listener.tls?.certificateRefs ?? []
        var valid = 0
        for (referencePlace, reference) in references.enumerated() {
            let path = "spec.listeners[\(place)].tls.certificateRefs[\(referencePlace)]"
            if let problem = problem(reference, path) {
                if finding.unresolved == nil { finding.unresolved = problem }
            } else {
                valid += 1
            }
        }
        finding.lacksCertificate = valid == 0
        if references.isEmpty, finding.unresolved == nil {
            finding.unresolved = ReferenceProblem(
                reason: "InvalidCertificateRef", message: "the listener terminates TLS and names no certificate",
                position: listener.tls?.position ?? listener.position,
                path: "spec.listeners[\(place)].tls.certificateRefs")
        }
    }

    private func problem(_ reference: SecretObjectReference, _ path: String) -> ReferenceProblem? {
        func problem(_ reason: String, _ message: String) -> ReferenceProblem {
            ReferenceProblem(reason: reason, message: message, position: reference.position, path: path)
        }
        let own = gateway.metadata.namespace ?? ""
        let namespace = reference.namespace ?? own
        guard reference.group == APIGroup.core, reference.kind == Secret.kind else {
            return problem("InvalidCertificateRef", "a certificate of kind \(reference.kind) is not known; Secret is")
        }
        let isAllowed = grants.allow(
            from: Gateway.kind, in: own, toGroup: APIGroup.core, kind: Secret.kind, name: reference.name, in: namespace)
        guard isAllowed else {
            return problem(
                "RefNotPermitted",
                "no ReferenceGrant in namespace \(namespace) lets a Gateway of namespace \(own) refer to Secret \(reference.name)"
            )
        }
        guard let secret = secrets["\(namespace)/\(reference.name)"] else {
            return problem("InvalidCertificateRef", "there is no Secret \(namespace)/\(reference.name)")
        }
        return CertificateCheck.problem(secret).map {
            problem("InvalidCertificateRef", "Secret \(namespace)/\(reference.name): \($0)")
        }
    }

    /// Listeners must be told apart by port, protocol and hostname; those that cannot are all refused: "the implementation
    /// MUST NOT pick one conflicting Listener as the winner".
    private func conflict(of place: Int) -> String? {
        let listener = gateway.listeners[place]
        for (otherPlace, other) in gateway.listeners.enumerated()
        where otherPlace != place && other.port == listener.port {
            guard let one = Self.transport(listener.protocolType), let two = Self.transport(other.protocolType) else {
                continue
            }
            if (one == .datagrams) != (two == .datagrams) { continue }
            if one != two { return "ProtocolConflict" }
            let usesHostnames = one == .http || one == .tls
            let sameHostname = (listener.hostname?.value ?? "") == (other.hostname?.value ?? "")
            if !usesHostnames || sameHostname { return "HostnameConflict" }
        }
        return nil
    }

    private enum Transport { case http, tls, stream, datagrams }

    /// Protocols of one class can share a port, told apart by the name that the client asks for.
    private static func transport(_ name: String) -> Transport? {
        switch name {
        case "HTTP": .http
        case "HTTPS", "TLS": .tls
        case "TCP": .stream
        case "UDP": .datagrams
        default: nil
        }
    }
}
