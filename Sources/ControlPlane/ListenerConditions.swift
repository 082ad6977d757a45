/// Writes the conditions of listeners. Gateway API v1.6, `ListenerConditionType`; for ListenerSets
/// `ListenerEntryConditionType`.
struct ListenerConditions {
    let generation: Int64
    /// A ListenerSet says in Programmed, too, what stands in the way; a Gateway says `Invalid`.
    let isOfListenerSet: Bool

    func conditions(_ finding: ListenerCheck.Finding, isServed: Bool) -> [Condition] {
        [accepted(finding), conflicted(finding), resolved(finding), programmed(finding, isServed: isServed)]
    }

    private func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> Condition {
        Condition(type, status, reason, message, generation: generation)
    }

    private func accepted(_ finding: ListenerCheck.Finding) -> Condition {
        if finding.unsupportedProtocol {
            return condition("Accepted", false, "UnsupportedProtocol", "the protocol is not known")
        }
        if let conflict = finding.conflict {
            return condition("Accepted", false, conflict, "another listener cannot be told apart from this one")
        }
        if finding.lacksAuthority {
            return condition(
                "Accepted", false, "NoValidCACertificate", "no authority is there to vouch for clients' certificates")
        }
        return condition("Accepted", true, "Accepted", "the listener is valid")
    }

    private func conflicted(_ finding: ListenerCheck.Finding) -> Condition {
        if let conflict = finding.conflict {
            return condition("Conflicted", true, conflict, "another listener cannot be told apart from this one")
        }
        return condition("Conflicted", false, "NoConflicts", "no other listener is in the way")
    }

    private func resolved(_ finding: ListenerCheck.Finding) -> Condition {
        if let problem = finding.unresolved {
            return condition("ResolvedRefs", false, problem.reason, "\(problem.path): \(problem.message)")
        }
        return condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere")
    }

    private func programmed(_ finding: ListenerCheck.Finding, isServed: Bool) -> Condition {
        if finding.isProgrammed, isServed {
            return condition("Programmed", true, "Programmed", "the proxies serve the listener")
        }
        let reason = isOfListenerSet ? finding.conflict ?? "Invalid" : "Invalid"
        return condition("Programmed", false, reason, "the proxies do not serve the listener")
    }
}
