import GatewayAPI
import Testbed

/// The session persistence that manifests ask for: of a route's rule, else of a backend by its policy (GEP-1619: "specified
/// in a route rule SHALL override").
struct SessionRules: Sendable {
    /// A rule by its place in its route.
    private struct RuleKey: Hashable {
        var kind: String
        var namespace: String
        var name: String
        var rule: Int
    }

    private var rules: [RuleKey: Treatment.SessionRule] = [:]
    private var backends: [BackendIdentity: Treatment.SessionRule] = [:]

    init(_ resources: ResourceSet) {
        for route in resources.httpRoutes {
            note(HTTPRoute.kind, route.metadata, route.rules.map(\.sessionPersistence))
        }
        for route in resources.grpcRoutes {
            note(GRPCRoute.kind, route.metadata, route.rules.map(\.sessionPersistence))
        }
        for policy in resources.xBackendTrafficPolicies {
            guard let session = policy.sessionPersistence else { continue }
            for target in policy.targets where backends[target] == nil {
                backends[target] = Treatment.SessionRule(lifetime: session.absoluteTimeout)
            }
        }
    }

    private mutating func note(_ kind: String, _ metadata: ObjectMetadata, _ persistences: [SessionPersistence?]) {
        for (rule, persistence) in persistences.enumerated() {
            guard let persistence else { continue }
            let key = RuleKey(kind: kind, namespace: metadata.namespace ?? "", name: metadata.name, rule: rule)
            rules[key] = Treatment.SessionRule(lifetime: persistence.absoluteTimeout)
        }
    }

    /// Takes note in a treatment of the sessions that there are.
    func complete(_ treatment: inout Treatment) {
        guard treatment.action == .forward, case .rule(let rule) = treatment.line else { return }
        let key = RuleKey(kind: rule.kind, namespace: rule.namespace, name: rule.name, rule: rule.rule)
        if let session = rules[key] {
            treatment.session = session
            return
        }
        guard !backends.isEmpty else { return }
        for place in treatment.branches.indices {
            guard case .backend(let backend) = treatment.branches[place].destination else { continue }
            treatment.branches[place].session = backends[backend.service]
        }
    }
}

extension XBackendTrafficPolicy {
    /// The Services and ServiceImports that it is about.
    var targets: [BackendIdentity] {
        targetRefs.filter { target in
            target.group == Service.group && target.kind == Service.kind
                || target.group == ServiceImport.group && target.kind == ServiceImport.kind
        }.map { BackendIdentity(kind: $0.kind, namespace: metadata.namespace ?? "", name: $0.name) }
    }

    /// What it says of retries, as the testbed needs it (GEP-3388).
    var retryBudget: RetryBudget? {
        retryConstraint.map { constraint in
            .rate(
                percent: Double(constraint.percent), interval: constraint.interval,
                minimum: Int(constraint.minRetryCount ?? 0),
                minimumInterval: constraint.minRetryInterval ?? 1_000_000_000)
        }
    }
}
