import Replay
import Routing

/// Holds claims against a decision.
struct ClaimCheck {
    private let isDetermined: Bool
    private let candidates: [Candidate]
    /// What the decision hangs on, where it is not determined.
    private let obstacle: String?
    /// Whether the answers that remain possible are not all that there may be: then none of their contents tells.
    private let isOpen: Bool
    /// Whether the answers tell at least of where the request is taken.
    private let tellsWhere: Bool

    init(_ decided: DecidedRequest, _ table: RoutingTable, _ request: Request) {
        isDetermined = decided.answer != nil
        tellsWhere = decided.notModelled == nil && !decided.possible.isEmpty
        candidates = decided.possible.map { Candidate($0, table, request) }
        if decided.answer != nil {
            obstacle = nil
            isOpen = false
            return
        }
        let missing = decided.missing.joined(separator: ", ")
        obstacle = decided.notModelled ?? (missing.isEmpty ? "several answers remain possible" : "hangs on \(missing)")
        let unknown = Set(decided.possible.flatMap(\.plan.unknown)).subtracting([.equalRank])
        isOpen = decided.notModelled != nil || !unknown.isEmpty || decided.possible.isEmpty
    }

    /// Holds claims against what becomes of all requests that get one answer.
    init(_ candidate: Candidate) {
        isDetermined = true
        tellsWhere = true
        candidates = [candidate]
        obstacle = nil
        isOpen = false
    }

    /// What does not hold of `always`, and what does of `never`. A claim holds of an undetermined decision where it does of
    /// all answers that remain possible.
    func findings(always: [Claim], never: [Claim]) -> [CheckFinding] {
        always.compactMap { claim in
            if case .undetermined = claim { return isDetermined ? finding(claim, claim.wording) : nil }
            return !isHidden(claim) && candidates.allSatisfy(claim.holdsAlways) ? nil : finding(claim, claim.wording)
        }
            + never.compactMap { claim in
                !isHidden(claim) && !candidates.contains(where: claim.holdsSometimes)
                    ? nil : finding(claim, "not \(claim.wording)")
            }
    }

    private func isHidden(_ claim: Claim) -> Bool {
        guard isOpen else { return false }
        switch claim {
        case .gateway, .listener, .route, .rule: return !tellsWhere
        default: return true
        }
    }

    private func finding(_ claim: Claim, _ expected: String) -> CheckFinding {
        var texts: [String] = []
        for text in candidates.flatMap(claim.found) where !texts.contains(text) { texts.append(text) }
        var actual = isHidden(claim) ? "undetermined" : texts.joined(separator: " or ")
        if let obstacle { actual += isHidden(claim) ? ": \(obstacle)" : " (undetermined: \(obstacle))" }
        return CheckFinding(key: claim.key, expected: expected, actual: actual)
    }
}
