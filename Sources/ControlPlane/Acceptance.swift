internal import GatewayAPI

/// Whether a parent accepts a route, and the conditions that say so. Gateway API v1.6, `RouteConditionReason`.
struct Acceptance {
    let isAccepted: Bool
    let reason: String
    let message: String

    /// - Parameters:
    ///   - attachments: the route against every listener of the parent.
    ///   - parent: the parent for a person.
    init(_ attachments: [Attachment], _ compiled: RuleCompiler.Result, parent: String) {
        let selected = attachments.filter(\.isSelected)
        let attached = selected.filter(\.isAttached)
        if selected.isEmpty {
            self.init(false, "NoMatchingParent", "no listener of \(parent) is what the parentRef asks for")
        } else if attached.isEmpty {
            let text = selected.map { "listener \($0.listener): \($0.verdict)" }.joined(separator: "; ")
            self.init(false, Self.reason(selected), text)
        } else if compiled.rules.isEmpty, let problem = compiled.dropped.first {
            self.init(false, "UnsupportedValue", problem.message)
        } else {
            self.init(true, "Accepted", "attached to \(attached.map(\.listener).joined(separator: ", "))")
        }
    }

    private init(_ isAccepted: Bool, _ reason: String, _ message: String) {
        self.isAccepted = isAccepted
        self.reason = reason
        self.message = message
    }

    /// Which of the reasons is given where no listener takes the route.
    private static func reason(_ selected: [Attachment]) -> String {
        for attachment in selected {
            switch attachment.verdict {
            case .noHostnameInCommon: return "NoMatchingListenerHostname"
            case .conflicts: return "Conflicted"
            default: continue
            }
        }
        return "NotAllowedByListeners"
    }

    /// Accepted, ResolvedRefs, and PartiallyInvalid where rules were dropped.
    func conditions(_ compiled: RuleCompiler.Result, generation: Int64) -> [Condition] {
        var conditions = [Condition("Accepted", isAccepted, reason, message, generation: generation)]
        if let problem = compiled.unresolved.first {
            let more = compiled.unresolved.count == 1 ? "" : " (and \(compiled.unresolved.count - 1) more)"
            conditions.append(
                Condition(
                    "ResolvedRefs", false, problem.reason, "\(problem.path): \(problem.message)\(more)",
                    generation: generation))
        } else {
            conditions.append(
                Condition("ResolvedRefs", true, "ResolvedRefs", "all references lead somewhere", generation: generation)
            )
        }
        if !compiled.rules.isEmpty, let problem = compiled.dropped.first {
            conditions.append(
                Condition(
                    "PartiallyInvalid", true, "UnsupportedValue", "Dropped Rule: \(problem.path): \(problem.message)",
                    generation: generation))
        }
        return conditions
    }
}
