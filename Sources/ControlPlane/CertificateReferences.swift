internal import Certificates
internal import GatewayAPI

/// Follows references to certificates: Secrets with a pair of certificate and key, ConfigMaps with authorities.
struct CertificateReferences {
    let objects: ClusterObjects
    let grants: ReferenceGrants

    /// Why a Secret cannot be shown as a certificate, or nil. `invalid` is the reason that the condition has for all but a
    /// missing grant.
    func problem(
        _ reference: SecretObjectReference, of owner: ResourceName, path: String, invalid: String
    ) -> ReferenceProblem? {
        func problem(_ reason: String, _ message: String) -> ReferenceProblem {
            ReferenceProblem(reason: reason, message: message, position: reference.position, path: path)
        }
        let own = owner.namespace ?? ""
        let namespace = reference.namespace ?? own
        guard reference.group == APIGroup.core, reference.kind == Secret.kind else {
            return problem(invalid, "a certificate of kind \(reference.kind) is not known; Secret is")
        }
        let isAllowed = grants.allow(
            from: owner.kind, in: own, toGroup: APIGroup.core, kind: Secret.kind, name: reference.name, in: namespace)
        guard isAllowed else {
            return problem(
                "RefNotPermitted",
                "no ReferenceGrant in namespace \(namespace) lets a \(owner.kind) of namespace \(own) refer to Secret \(reference.name)"
            )
        }
        guard let secret = objects.secrets["\(namespace)/\(reference.name)"] else {
            return problem(invalid, "there is no Secret \(namespace)/\(reference.name)")
        }
        return CertificateCheck.problem(secret).map {
            problem(invalid, "Secret \(namespace)/\(reference.name): \($0)")
        }
    }

    /// The authorities that a Gateway trusts to vouch for clients; the first problem, where there is one, beside those that
    /// can be used.
    func authorities(
        _ references: [ObjectReference], of gateway: ResourceName, path: String
    ) -> (chains: [CertificateChain], problem: ReferenceProblem?) {
        var chains: [CertificateChain] = []
        var first: ReferenceProblem?
        for (place, reference) in references.enumerated() {
            let own = gateway.namespace ?? ""
            let namespace = reference.namespace ?? own
            let path = "\(path)[\(place)]"
            let isAllowed = grants.allow(
                from: gateway.kind, in: own, toGroup: reference.group, kind: reference.kind, name: reference.name,
                in: namespace)
            let result: Result<CertificateChain, ReferenceProblem>
            if isAllowed {
                result = chain(
                    group: reference.group, kind: reference.kind, key: "\(namespace)/\(reference.name)",
                    position: reference.position, path: path, invalidKind: "InvalidCACertificateKind")
            } else {
                result = .failure(
                    ReferenceProblem(
                        reason: "RefNotPermitted",
                        message:
                            "no ReferenceGrant in namespace \(namespace) lets a \(gateway.kind) of namespace \(own) refer to \(reference.kind) \(reference.name)",
                        position: reference.position, path: path))
            }
            switch result {
            case .success(let chain): chains.append(chain)
            case .failure(let problem): first = first ?? problem
            }
        }
        return (chains, first)
    }

    /// The authorities in a ConfigMap: `ca.crt` in PEM. Gateway API v1.6, `BackendTLSPolicyValidation.caCertificateRefs`.
    func chain(
        group: String, kind: String, key: String, position: SourcePosition, path: String, invalidKind: String
    ) -> Result<CertificateChain, ReferenceProblem> {
        func failure(_ reason: String, _ message: String) -> Result<CertificateChain, ReferenceProblem> {
            .failure(ReferenceProblem(reason: reason, message: message, position: position, path: path))
        }
        guard group == APIGroup.core, kind == ConfigMap.kind else {
            return failure(invalidKind, "authorities of kind \(kind) are not known; ConfigMap is")
        }
        guard let map = objects.configMaps[key] else {
            return failure("InvalidCACertificateRef", "there is no ConfigMap \(key)")
        }
        guard let bytes = map.data["ca.crt"].map({ Array($0.utf8) }) ?? map.binaryData["ca.crt"] else {
            return failure("InvalidCACertificateRef", "ConfigMap \(key) has no ca.crt")
        }
        do {
            return .success(try CertificateChain(pem: bytes))
        } catch {
            return failure("InvalidCACertificateRef", "ConfigMap \(key), ca.crt: \(error.message)")
        }
    }
}
