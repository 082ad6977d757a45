import GatewayAPI
import Replay
import Routing
import Scenario

extension Claim {
    /// Whether it holds of all that a request may get by this answer.
    func holdsAlways(_ candidate: Candidate) -> Bool {
        switch self {
        case .forwardedMethod, .forwardedHost, .forwardedPath, .forwardedHeader:
            // Of every backend that gets the request, and one must.
            let forwarded = candidate.branches.filter { $0.outcome.forwarded != nil }
            return !forwarded.isEmpty && forwarded.allSatisfy { holds($0, candidate) }
        default: return candidate.branches.allSatisfy { holds($0, candidate) }
        }
    }

    /// Whether it holds of some requests that get this answer: what it takes to break a `not`.
    func holdsSometimes(_ candidate: Candidate) -> Bool {
        switch self {
        case .mirrors(let expected):
            return candidate.branches.contains { branch in
                branch.outcome.plan.mirrors.contains { copy in expected.contains { $0.names(copy, candidate.table) } }
            }
        case .namespaces(let expected):
            return candidate.branches.contains { !candidate.namespaces($0).filter(expected.contains).isEmpty }
        default: return candidate.branches.contains { holds($0, candidate) }
        }
    }

    private func holds(_ branch: Candidate.Branch, _ candidate: Candidate) -> Bool {
        let plan = branch.outcome.plan
        switch self {
        case .gateway(let name):
            return candidate.answer.port.map { candidate.table.ports[$0.place].gateway } == name.description
        case .listener(let name): return candidate.listener?.name == name
        case .route(let reference):
            guard let reference else { return candidate.route == nil }
            return candidate.route.map(reference.names) ?? false
        case .rule(let reference): return candidate.rule.map { reference.names($0.place, $0.name) } ?? false
        case .action(let action): return plan.action == action
        case .backend(let name): return candidate.plan.action == .forward && branch.backend.map(name.names) ?? false
        case .shares(let shares): return Self.areEqual(shares, candidate)
        case .status(let status): return plan.status == status
        case .grpcStatus(let status): return plan.grpcStatus == status
        case .reason(let reason): return plan.reason == reason
        case .location(let location): return plan.location == location
        case .forwardedMethod(let method): return branch.outcome.forwarded?.method == method
        case .forwardedHost(let host): return branch.outcome.forwarded?.host == host
        case .forwardedPath(let path): return branch.outcome.forwarded?.target == path
        case .forwardedHeader(let name, let values):
            return branch.outcome.forwarded.map { $0.values(name) == values } ?? false
        case .responseSet(let name, let value): return plan.responseHeaders.set.holds(name, value)
        case .responseAdd(let name, let value): return plan.responseHeaders.add.holds(name, value)
        case .responseRemove(let name):
            return plan.responseHeaders.remove.contains { $0.lowercased() == name.lowercased() }
        case .mirrors(let expected):
            return expected.count == plan.mirrors.count
                && plan.mirrors.allSatisfy { copy in expected.contains { $0.names(copy, candidate.table) } }
                && expected.allSatisfy { wanted in plan.mirrors.contains { wanted.names($0, candidate.table) } }
        case .requestTimeout(let time): return plan.timeouts.request == time
        case .backendRequestTimeout(let time): return plan.timeouts.backendRequest == time
        case .retried(let isRetried): return (plan.retry != nil) == isRetried
        case .retryAttempts(let attempts): return plan.retry?.attempts == attempts
        case .retryCodes(let codes): return plan.retry.map { Set($0.codes) == Set(codes) } ?? false
        case .retryBackoff(let time): return plan.retry?.backoff == time
        case .namespaces(let expected): return candidate.namespaces(branch).allSatisfy(expected.contains)
        case .undetermined: return false
        }
    }

    /// Whether the shares are those expected, and all others are zero.
    private static func areEqual(_ shares: [ShareExpectation], _ candidate: Candidate) -> Bool {
        guard candidate.plan.action == .forward else { return false }
        var found = Array(repeating: 0.0, count: shares.count)
        for share in candidate.plan.shares where share.share > 0 {
            guard let backend = share.backend.map({ candidate.table.backends[$0.place] }),
                let place = shares.firstIndex(where: { $0.backend.value.names(backend) })
            else { return false }
            found[place] += share.share
        }
        // Weights are whole numbers of at most a million, so that shares differ by more or not at all.
        return zip(found, shares).allSatisfy { abs($0 - $1.share) < 5e-7 }
    }
}

extension MirrorExpectation {
    fileprivate func names(_ copy: Plan.MirrorShare, _ table: RoutingTable) -> Bool {
        backend.names(table.backends[copy.backend.place]) && fraction.map { abs($0 - copy.fraction) < 5e-7 } ?? true
    }
}

extension Request {
    /// The values of a header field, in order.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

extension [HeaderField] {
    fileprivate func holds(_ name: String, _ value: String) -> Bool {
        contains { $0.name.lowercased() == name.lowercased() && $0.value == value }
    }
}
