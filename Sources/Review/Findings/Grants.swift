internal import GatewayAPI

/// A reference from one namespace to another, for which a ReferenceGrant is needed.
private struct CrossReference: Hashable {
    var kind: String
    var namespace: String
    var targetGroup: String
    var targetKind: String
    var targetNamespace: String
    var targetName: String
}

extension ReviewSubject {
    /// Grants, and entries of grants, that nothing in the input makes use of. A grant that is missing is a reference that is
    /// not permitted, which the control plane reports where the reference is.
    func unusedGrants() -> [Diagnostic] {
        let references = crossReferences()
        var findings: [Diagnostic] = []
        for grant in resources.referenceGrants {
            func isUsed(_ from: ReferenceGrantFrom?, _ to: ReferenceGrantTo?) -> Bool {
                references.contains { reference in
                    reference.targetNamespace == grant.metadata.namespace
                        && (from.map { [$0] } ?? grant.from).contains { $0.covers(reference) }
                        && (to.map { [$0] } ?? grant.to).contains { $0.covers(reference) }
                }
            }
            guard isUsed(nil, nil) else {
                findings.append(
                    Diagnostic(
                        .warning, code: "unused-grant", "nothing in the input makes use of it",
                        hint: "remove it: whoever may write in the namespaces it names may use it",
                        position: grant.metadata.position, resource: grant.resourceName))
                continue
            }
            for (place, from) in grant.from.enumerated() where !isUsed(from, nil) {
                findings.append(
                    entry("from[\(place)]", "no \(from.kind) of namespace \(from.namespace)", grant, from.position))
            }
            for (place, to) in grant.to.enumerated() where !isUsed(nil, to) {
                let what = "no reference to \(to.name.map { "\(to.kind) \($0)" } ?? "a \(to.kind)")"
                findings.append(entry("to[\(place)]", what, grant, to.position))
            }
        }
        return findings
    }

    private func entry(
        _ field: String, _ what: String, _ grant: ReferenceGrant, _ position: SourcePosition
    ) -> Diagnostic {
        Diagnostic(
            .info, code: "unused-grant-entry", "\(what) makes use of it", hint: "remove the entry", position: position,
            resource: grant.resourceName, path: "spec.\(field)")
    }

    private func crossReferences() -> Set<CrossReference> {
        var references: Set<CrossReference> = []
        func add(
            _ kind: String, _ own: String?, group: String, _ targetKind: String, _ namespace: String?, _ name: String
        ) {
            guard let namespace, let own, namespace != own else { return }
            references.insert(
                CrossReference(
                    kind: kind, namespace: own, targetGroup: group, targetKind: targetKind, targetNamespace: namespace,
                    targetName: name))
        }
        for route in routes {
            for reference in route.backendReferences {
                add(
                    route.resourceName.kind, route.metadata.namespace, group: reference.group, reference.kind,
                    reference.namespace, reference.name)
            }
        }
        for gateway in resources.gateways {
            for reference in gateway.certificateReferences {
                add(
                    Gateway.kind, gateway.metadata.namespace, group: reference.group, reference.kind,
                    reference.namespace, reference.name)
            }
        }
        for set in resources.listenerSets {
            for reference in set.listeners.flatMap({ $0.tls?.certificateRefs ?? [] }) {
                add(
                    set.objectKind, set.metadata.namespace, group: reference.group, reference.kind,
                    reference.namespace, reference.name)
            }
        }
        return references
    }
}

extension RouteResource {
    fileprivate var backendReferences: [BackendObjectReference] { rules.flatMap(\.backendReferences) }
}

extension Gateway {
    /// Everything about TLS that may lie in another namespace.
    fileprivate var certificateReferences: [ObjectReference] {
        var references = listeners.flatMap { $0.tls?.certificateRefs ?? [] }.map(ObjectReference.init)
        if let reference = tls?.backend?.clientCertificateRef { references.append(ObjectReference(reference)) }
        let validations =
            [tls?.frontend?.validation].compactMap(\.self) + (tls?.frontend?.perPort.compactMap(\.validation) ?? [])
        return references + validations.flatMap(\.caCertificateRefs)
    }
}

extension ObjectReference {
    fileprivate init(_ reference: SecretObjectReference) {
        self.init(
            group: reference.group, kind: reference.kind, name: reference.name, namespace: reference.namespace,
            position: reference.position)
    }
}

extension ReferenceGrantFrom {
    fileprivate func covers(_ reference: CrossReference) -> Bool {
        kind == reference.kind && namespace == reference.namespace
    }
}

extension ReferenceGrantTo {
    fileprivate func covers(_ reference: CrossReference) -> Bool {
        group == reference.targetGroup && kind == reference.targetKind
            && (name ?? reference.targetName) == reference.targetName
    }
}
