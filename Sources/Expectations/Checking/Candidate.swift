import Replay
import Routing

/// An answer that a request may get, with all that a draw may make of it.
struct Candidate {
    /// What one share of the requests gets.
    struct Branch {
        /// What the share's reference names; nil where there is none, or it is not valid.
        var backend: Backend?
        var outcome: RequestOutcome
    }

    let table: RoutingTable
    let answer: Answer
    let branches: [Branch]

    init(_ answer: Answer, _ table: RoutingTable, _ request: Request) {
        self.table = table
        self.answer = answer
        let plan = answer.plan
        guard plan.action == .forward, let decision = answer.decision else {
            branches = [Branch(outcome: RequestOutcome(ending: plan))]
            return
        }
        branches = plan.shares.indices.filter { plan.shares[$0].share > 0 }.map { place in
            Branch(
                backend: plan.shares[place].backend.map { table.backends[$0.place] },
                outcome: table.outcome(decision, plan, drawn: place, for: request))
        }
    }

    var plan: Plan { answer.plan }

    var listener: Listener? { answer.decision?.listener.map { table.listeners[$0.place] } }

    var route: Route? { plan.rule.map(table.route(of:)) }

    /// `#1`, or the rule's name.
    var rule: (place: Int, name: String?)? {
        plan.rule.map { index in
            (Int(table.rules[index.place].rule), table.rule(index).name)
        }
    }

    /// The namespaces that a branch concerns: of the route, the backend and the mirrors.
    func namespaces(_ branch: Branch) -> [String] {
        var found: [String] = []
        func add(_ namespace: String?) {
            if let namespace, !found.contains(namespace) { found.append(namespace) }
        }
        add(route?.namespace)
        add(branch.backend?.namespace)
        for mirror in branch.outcome.plan.mirrors { add(table.backends[mirror.backend.place].namespace) }
        return found
    }
}
