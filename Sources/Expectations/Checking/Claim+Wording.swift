import GatewayAPI
import Replay
import Routing
import Scenario

extension Claim {
    /// What is claimed, as the file says it.
    public var wording: String {
        switch self {
        case .gateway(let name): name.description
        case .listener(let name): name
        case .route(let reference): reference?.description ?? "none"
        case .rule(let reference): reference.description
        case .action(let action): action.rawValue
        case .backend(let name): name.description
        case .shares(let shares):
            shares.map { "\(QuantityText.percent($0.share)) \($0.backend.value)" }.joined(separator: ", ")
        case .status(let status): "\(status)"
        case .grpcStatus(let status): "\(status)"
        case .reason(let reason): reason.rawValue
        case .location(let location): location
        case .forwardedMethod(let text), .forwardedHost(let text), .forwardedPath(let text): text
        case .forwardedHeader(_, let values): values.isEmpty ? "none" : values.joined(separator: ", ")
        case .responseSet(_, let value), .responseAdd(_, let value): value
        case .responseRemove(let name): name
        case .mirrors(let mirrors):
            mirrors.isEmpty
                ? "none"
                : mirrors.map { mirror in
                    (mirror.fraction.map { QuantityText.percent($0) + " " } ?? "") + mirror.backend.description
                }.joined(separator: ", ")
        case .requestTimeout(let time), .backendRequestTimeout(let time): Self.text(time)
        case .retried(let isRetried): isRetried ? "any" : "none"
        case .retryAttempts(let attempts): "\(attempts)"
        case .retryCodes(let codes): codes.map { "\($0)" }.joined(separator: ", ")
        case .retryBackoff(let time): Self.text(time)
        case .namespaces(let names): names.joined(separator: ", ")
        case .undetermined: "true"
        }
    }

    /// What is found in the place of what is claimed; several where that hangs on the draw.
    func found(_ candidate: Candidate) -> [String] {
        switch self {
        case .shares, .backend: return [Self.shares(candidate)]
        case .forwardedMethod, .forwardedHost, .forwardedPath, .forwardedHeader:
            let forwarded = candidate.branches.filter { $0.outcome.forwarded != nil }
            return forwarded.isEmpty ? ["not forwarded: \(Self.summary(candidate))"] : texts(forwarded, candidate)
        default: return texts(candidate.branches, candidate)
        }
    }

    private func texts(_ branches: [Candidate.Branch], _ candidate: Candidate) -> [String] {
        branches.reduce(into: []) { texts, branch in
            let text = text(branch, candidate)
            if !texts.contains(text) { texts.append(text) }
        }
    }

    private func text(_ branch: Candidate.Branch, _ candidate: Candidate) -> String {
        let plan = branch.outcome.plan
        switch self {
        case .gateway:
            return candidate.answer.port.map { "\(candidate.table.ports[$0.place].entrance)" } ?? "none listens"
        case .listener: return candidate.listener?.name ?? "none"
        case .route:
            guard let route = candidate.route else { return "none (\(Self.summary(candidate)))" }
            let isKindAsked = if case .route(let reference) = self { reference?.kind != nil } else { false }
            return "\(isKindAsked ? route.kind + " " : "")\(route.namespace)/\(route.name)"
        case .rule:
            guard let rule = candidate.rule else { return "none (\(Self.summary(candidate)))" }
            return rule.name.map { "\($0) (#\(rule.place))" } ?? "#\(rule.place)"
        case .action: return plan.action.rawValue
        case .backend, .shares: return Self.shares(candidate)
        case .status: return plan.status.map { "\($0)" } ?? "none (\(Self.summary(candidate)))"
        case .grpcStatus: return plan.grpcStatus.map { "\($0)" } ?? "none (\(Self.summary(candidate)))"
        case .reason: return plan.reason.rawValue
        case .location: return plan.location ?? "none (\(Self.summary(candidate)))"
        case .forwardedMethod: return branch.outcome.forwarded?.method ?? "none"
        case .forwardedHost: return branch.outcome.forwarded?.host ?? "none"
        case .forwardedPath: return branch.outcome.forwarded?.target ?? "none"
        case .forwardedHeader(let name, _):
            let values = branch.outcome.forwarded?.values(name) ?? []
            return values.isEmpty ? "none" : values.joined(separator: ", ")
        case .responseSet(let name, _): return plan.responseHeaders.set.text(name)
        case .responseAdd(let name, _): return plan.responseHeaders.add.text(name)
        case .responseRemove:
            let names = plan.responseHeaders.remove
            return names.isEmpty ? "none" : names.joined(separator: ", ")
        case .mirrors:
            let copies = plan.mirrors.map { copy in
                let backend = candidate.table.backends[copy.backend.place]
                return "\(QuantityText.percent(copy.fraction)) \(backend.namespace)/\(backend.name)"
            }
            return copies.isEmpty ? "none" : copies.joined(separator: ", ")
        case .requestTimeout: return Self.text(plan.timeouts.request)
        case .backendRequestTimeout: return Self.text(plan.timeouts.backendRequest)
        case .retried, .retryAttempts, .retryCodes, .retryBackoff: return text(plan.retry)
        case .namespaces:
            let namespaces = candidate.namespaces(branch)
            return namespaces.isEmpty ? "none" : namespaces.joined(separator: ", ")
        case .undetermined: return "false: \(Self.summary(candidate))"
        }
    }

    private func text(_ retry: Retry?) -> String {
        guard let retry else { return "none" }
        switch self {
        case .retryAttempts: return retry.attempts.map { "\($0)" } ?? "not said"
        case .retryCodes:
            return retry.codes.isEmpty ? "none" : retry.codes.map { "\($0)" }.joined(separator: ", ")
        case .retryBackoff: return Self.text(retry.backoff)
        default: return "any"
        }
    }

    private static func text(_ time: Int64?) -> String { time.map(QuantityText.exact) ?? "none" }

    private static func shares(_ candidate: Candidate) -> String {
        guard candidate.plan.action == .forward else { return "none (\(summary(candidate)))" }
        let visible = candidate.plan.shares.filter { $0.share > 0 }
        return visible.map { share in
            let backend = share.backend.map { candidate.table.backends[$0.place] }
            let name = backend.map { "\($0.namespace)/\($0.name)" } ?? "no valid backend"
            return visible.count == 1 ? name : "\(QuantityText.percent(share.share)) \(name)"
        }.joined(separator: ", ")
    }

    /// What becomes of the request, in a few words.
    static func summary(_ candidate: Candidate) -> String {
        let plan = candidate.plan
        switch plan.action {
        case .forward: return "forwarded to \(shares(candidate))"
        case .redirect: return "redirect \(plan.status ?? 0) to \(plan.location ?? "")"
        case .respond: return "\(plan.status ?? 0) \(plan.reason.rawValue)"
        case .reset: return "connection refused, \(plan.reason.rawValue)"
        case .drop: return "not answered, \(plan.reason.rawValue)"
        }
    }
}

extension [HeaderField] {
    fileprivate func text(_ name: String) -> String {
        let values = filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? "none" : values.joined(separator: ", ")
    }
}
