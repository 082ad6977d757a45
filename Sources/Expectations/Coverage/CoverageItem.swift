internal import Replay
public import Routing

/// Something of the manifests that a request can use.
public struct CoverageItem: Hashable, Sendable {
    /// What it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// A listener of a Gateway.
        case listener
        /// A rule of a route that is attached.
        case rule
        /// A match of such a rule.
        case match
        /// A backend of such a rule with a weight that is not 0.
        case backend
        /// A filter of such a rule, or of one of its backends.
        case filter
    }

    /// What it is.
    public var kind: Kind
    /// As a person would name it; the same in two versions of the manifests where it is the same thing.
    public var name: String
    /// Where it is written.
    public var origin: Origin
}

/// What coverage is measured of in a table, and what a decision uses of it.
struct CoverageItems {
    /// A filter's place in its rule; with a backend, among those of that backend.
    private struct FilterKey: Hashable {
        var rule: RuleIndex
        var backend: Int?
        var filter: Int
    }

    private struct BackendKey: Hashable {
        var rule: RuleIndex
        var backend: Int
    }

    let table: RoutingTable
    private(set) var items: [CoverageItem] = []
    private(set) var listeners: [ListenerIndex: Int] = [:]
    private(set) var rules: [RuleIndex: Int] = [:]
    private(set) var matches: [MatchIndex: Int] = [:]
    private var backends: [BackendKey: Int] = [:]
    private var filters: [FilterKey: Int] = [:]
    /// The rule of each item that belongs to one.
    private(set) var ruleOfItem: [Int: RuleIndex] = [:]

    init(_ table: RoutingTable) {
        self.table = table
        for (place, listener) in table.listeners.enumerated() where listener.entrance.meshService == nil {
            let set = listener.listenerSet.map { " of ListenerSet \($0)" } ?? ""
            listeners[ListenerIndex(place: place)] = add(
                .listener, "Gateway \(listener.gateway) listener \(listener.name)\(set)", listener.origin)
        }
        for match in Set(table.entries).sorted() {
            let rule = table.matches[match.place].rule
            // Services are routes to the mesh where no route takes their place: nobody wrote them.
            guard table.route(of: rule).kind != "Service" else { continue }
            if rules[rule] == nil { addRule(rule) }
            let origins = table.rule(rule).matchOrigins
            let place = Int(table.matches[match.place].match)
            let item = add(
                .match, "\(table.name(of: match)): \(table.match(match))",
                place < origins.count ? origins[place] : table.rule(rule).origin)
            matches[match] = item
            ruleOfItem[item] = rule
        }
    }

    private mutating func add(_ kind: CoverageItem.Kind, _ name: String, _ origin: Origin) -> Int {
        items.append(CoverageItem(kind: kind, name: name, origin: origin))
        return items.count - 1
    }

    private mutating func addRule(_ index: RuleIndex) {
        let rule = table.rule(index)
        let name = table.name(of: index)
        let first = items.count
        rules[index] = add(.rule, name, rule.origin)
        for (place, filter) in rule.filters.enumerated() {
            filters[FilterKey(rule: index, filter: place)] = add(
                .filter, "\(name) filter \(place) (\(filter.typeName))", rule.origin)
        }
        for (place, reference) in rule.backends.enumerated() where reference.weight > 0 {
            let backend = reference.backend.map { table.backends[$0.place] }
            let text = backend.map { "\($0.namespace)/\($0.name)" } ?? "no valid backend"
            backends[BackendKey(rule: index, backend: place)] = add(
                .backend, "\(name) backend \(place) (\(text))", rule.origin)
            for (filterPlace, filter) in reference.filters.enumerated() {
                filters[FilterKey(rule: index, backend: place, filter: filterPlace)] = add(
                    .filter, "\(name) backend \(place) filter \(filterPlace) (\(filter.typeName))", rule.origin)
            }
        }
        for item in first..<items.count { ruleOfItem[item] = index }
    }

    /// What a decision uses for certain: where several answers remain possible, what all of them use.
    func used(_ candidates: [Candidate], _ request: Request) -> Set<Int> {
        guard let first = candidates.first else { return [] }
        return candidates.dropFirst().reduce(used(first, request)) { $0.intersection(used($1, request)) }
    }

    private func used(_ candidate: Candidate, _ request: Request) -> Set<Int> {
        var used: Set<Int> = []
        if let listener = candidate.answer.decision?.listener, let item = listeners[listener] { used.insert(item) }
        guard let index = candidate.plan.rule, let match = candidate.answer.decision?.match else { return used }
        if let item = rules[index] { used.insert(item) }
        if let item = matches[match] { used.insert(item) }
        let rule = table.rule(index)
        let plan = candidate.plan
        for (place, filter) in rule.filters.enumerated() {
            guard let item = filters[FilterKey(rule: index, filter: place)] else { continue }
            if isCarriedOut(filter, candidate, request) { used.insert(item) }
        }
        // A share counts whatever the draw: the decision tells of each. One that is answered with an error does too.
        for (place, share) in plan.shares.enumerated() where share.share > 0 {
            guard let item = backends[BackendKey(rule: index, backend: place)] else { continue }
            used.insert(item)
            guard plan.action == .forward, let decision = candidate.answer.decision,
                table.outcome(decision, plan, drawn: place, for: request).backend != nil
            else { continue }
            for (filter, _) in rule.backends[place].filters.enumerated() {
                if let item = filters[FilterKey(rule: index, backend: place, filter: filter)] { used.insert(item) }
            }
        }
        return used
    }

    /// Whether a filter of the rule does something for a request.
    private func isCarriedOut(_ filter: Filter, _ candidate: Candidate, _ request: Request) -> Bool {
        let plan = candidate.plan
        let isForwarded = candidate.branches.contains { $0.outcome.forwarded != nil }
        switch filter {
        case .redirect: return plan.action == .redirect
        case .cors:
            return request.header("origin") != nil && (isForwarded || plan.reason == .preflight)
        case .requestHeaders, .rewrite: return isForwarded
        case .mirror(let mirror):
            return isForwarded && plan.mirrors.contains { $0.backend == mirror.backend }
        case .responseHeaders(let modifier):
            return isForwarded || plan.action == .redirect && plan.responseHeaders.holdsSome(of: modifier)
        }
    }
}

extension HeaderModifier {
    fileprivate func holdsSome(of other: HeaderModifier) -> Bool {
        other.set.contains(where: self.set.contains) || other.add.contains(where: add.contains)
            || other.remove.contains(where: remove.contains)
    }
}

extension Filter {
    /// As the type of a filter in a manifest.
    fileprivate var typeName: String {
        switch self {
        case .requestHeaders: "RequestHeaderModifier"
        case .responseHeaders: "ResponseHeaderModifier"
        case .redirect: "RequestRedirect"
        case .rewrite: "URLRewrite"
        case .mirror: "RequestMirror"
        case .cors: "CORS"
        }
    }
}
