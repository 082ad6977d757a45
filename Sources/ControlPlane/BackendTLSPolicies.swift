internal import Certificates
internal import GatewayAPI
internal import Routing

/// The BackendTLSPolicies of a cluster: which of them holds for which port of which Service, and what comes of it.
/// Gateway API v1.6, `BackendTLSPolicy`.
struct BackendTLSPolicies {
    /// A policy with what was found of it.
    struct State {
        let policy: BackendTLSPolicy
        /// Those that can be used.
        let authorities: [CertificateChain]
        /// The first reference that leads nowhere.
        let problem: ReferenceProblem?
        /// No authority is left to trust.
        var isWithoutAuthority: Bool {
            authorities.isEmpty && policy.validation.wellKnownCACertificates?.value != BackendTLSPolicyValidation.system
        }
    }

    private struct Target: Hashable {
        var kind: String
        var key: String
        /// The name of a port; nil for all that have no policy of their own.
        var section: String?
    }

    private(set) var states: [State] = []
    /// The policy that holds for each target.
    private var winners: [Target: Int] = [:]
    private let shown: ShownCertificates

    init(_ policies: [BackendTLSPolicy], references: CertificateReferences) {
        shown = ShownCertificates(objects: references.objects)
        for policy in policies { states.append(Self.state(policy, references)) }
        let order = states.indices.sorted {
            Seniority(states[$0].policy.metadata) < Seniority(states[$1].policy.metadata)
        }
        for place in order {
            for reference in states[place].policy.targetRefs {
                let target = Self.target(reference, states[place].policy)
                if winners[target] == nil { winners[target] = place }
            }
        }
    }

    private static func state(_ policy: BackendTLSPolicy, _ references: CertificateReferences) -> State {
        var authorities: [CertificateChain] = []
        var first: ReferenceProblem?
        for (place, reference) in policy.validation.caCertificateRefs.enumerated() {
            let result = references.chain(
                group: reference.group, kind: reference.kind,
                key: "\(policy.metadata.namespace ?? "")/\(reference.name)", position: reference.position,
                path: "spec.validation.caCertificateRefs[\(place)]", invalidKind: "InvalidKind")
            switch result {
            case .success(let chain): authorities.append(chain)
            case .failure(let problem): first = first ?? problem
            }
        }
        return State(policy: policy, authorities: authorities, problem: first)
    }

    private static func target(_ reference: PolicyTargetReference, _ policy: BackendTLSPolicy) -> Target {
        Target(
            kind: reference.kind, key: "\(policy.metadata.namespace ?? "")/\(reference.name)",
            section: reference.sectionName)
    }

    /// The place of the policy that holds for a port: one that names the port is preferred to one that names none.
    func place(kind: String, key: String, port: String?) -> Int? {
        guard !winners.isEmpty else { return nil }
        return winners[Target(kind: kind, key: key, section: port ?? "")]
            ?? winners[Target(kind: kind, key: key, section: nil)]
    }

    /// The policies that name a port or all of an object, those that lose to others included.
    func places(naming kind: String, key: String, port: String?) -> [Int] {
        states.indices.filter { place in
            states[place].policy.targetRefs.contains { reference in
                let target = Self.target(reference, states[place].policy)
                return target.kind == kind && target.key == key && (target.section == nil || target.section == port)
            }
        }
    }

    /// The policy that has a target of this one, where another one has.
    func rival(of place: Int) -> BackendTLSPolicy? {
        for reference in states[place].policy.targetRefs {
            let winner = winners[Self.target(reference, states[place].policy)]
            if let winner, winner != place { return states[winner].policy }
        }
        return nil
    }

    /// How a gateway reaches a port of a Service; nil without TLS.
    func backendTLS(_ service: Service, port: String?) -> BackendTLS? {
        guard let place = place(kind: Service.kind, key: service.key, port: port) else { return nil }
        let state = states[place]
        let validation = state.policy.validation
        var tls = BackendTLS(
            policy: state.policy.key, serverName: validation.hostname.value,
            subjectAltNames: validation.subjectAltNames.map { name in
                switch name.name {
                case .hostname(let text), .uri(let text): text
                }
            })
        if state.isWithoutAuthority {
            tls.failure = .noAuthority
        } else if let certificate = shown.chain(service), let why = Self.refusal(certificate, state) {
            tls.failure = .certificate(why)
        }
        return tls
    }

    /// Why a gateway does not accept a certificate, or nil. `System` authorities are not known here: then only names count.
    private static func refusal(_ certificate: CertificateChain, _ state: State) -> String? {
        let validation = state.policy.validation
        let names = certificate.names
        let isNamed =
            validation.subjectAltNames.isEmpty
            ? names.contains { $0.isFor(hostname: validation.hostname.value) }
            : validation.subjectAltNames.contains { wanted in names.contains { $0.satisfies(wanted) } }
        guard isNamed else { return "it is for \(names.map(\.text).joined(separator: ", "))" }
        let isTrusted =
            state.authorities.isEmpty || state.authorities.contains { certificate.isVouchedFor(by: $0) }
        return isTrusted ? nil : "no authority of the policy signed it"
    }
}

extension SubjectName {
    fileprivate var text: String {
        switch self {
        case .dns(let text), .uri(let text): text
        }
    }

    fileprivate func satisfies(_ wanted: SubjectAltName) -> Bool {
        switch (wanted.name, self) {
        case (.uri(let text), .uri(let own)): text == own
        case (.hostname(let text), .dns(let own)): own.lowercased() == text.lowercased() || isFor(hostname: text)
        default: false
        }
    }
}

/// The certificates that the pods behind Services show: that of the Secret which their Deployment mounts.
struct ShownCertificates {
    let objects: ClusterObjects

    /// Nil where the input does not tell.
    func chain(_ service: Service) -> CertificateChain? {
        guard !service.selector.isEmpty else { return nil }
        let namespace = service.metadata.namespace ?? ""
        for deployment in objects.deploymentsByNamespace[namespace, default: []]
        where service.selector.allSatisfy({ deployment.templateLabels[$0.key] == $0.value }) {
            for source in deployment.volumes.flatMap(\.sources) where source.kind == .secret {
                guard let bytes = objects.secrets["\(namespace)/\(source.name)"]?.data["tls.crt"],
                    let chain = try? CertificateChain(pem: bytes)
                else { continue }
                return chain
            }
        }
        return nil
    }
}
