import GatewayAPI
import Manifests
import Routing
import Scenario
import Validation

/// Reads what has to hold of a decision: `expect`, `not`, `always` and `never`.
enum ClaimDecoder {
    /// What a mapping claims.
    ///
    /// - Parameter isNegative: nothing of it may hold.
    static func claims(_ object: inout ObjectDecoder, isNegative: Bool = false) -> [Claim] {
        var claims: [Claim] = []
        if let gateway = object.namespacedName("gateway") { claims.append(.gateway(gateway.value)) }
        if let listener = object.string("listener") { claims.append(.listener(listener)) }
        if let route = route(&object) { claims.append(.route(route.reference)) }
        if let rule = object.ruleReference("rule") { claims.append(.rule(rule)) }
        if let action = object.choice("action", among: Action.allCases) { claims.append(.action(action.action)) }
        if let backend = object.parsed("backend", Self.backendExpected, BackendReferenceText.init) {
            claims.append(.backend(backend.value))
        }
        if let shares = object.shares("shares") { claims.append(.shares(shares)) }
        if let status = object.integer("status", 100...599) { claims.append(.status(UInt16(status))) }
        if let status = object.integer("grpcStatus", 0...16) { claims.append(.grpcStatus(UInt8(status))) }
        if let reason = object.parsed("reason", "a word such as Matched or NoRoute", Reason.init) {
            claims.append(.reason(reason.value.reason))
        }
        if let location = object.string("location") { claims.append(.location(location)) }
        claims += object.object("forwarded", forwarded) ?? []
        claims += object.object("responseHeaders", responseHeaders) ?? []
        if let mirrors = mirrors(&object) {
            if mirrors.isEmpty, isNegative {
                object.report(.unsupportedValue, "no mirror is named that must not be", field: "mirrors")
            }
            claims.append(.mirrors(mirrors))
        }
        claims += object.object("timeouts", timeouts) ?? []
        claims += retry(&object)
        let namespaces = object.strings("namespaces", 1...1_000)
        if !namespaces.isEmpty { claims.append(.namespaces(namespaces.map(\.value))) }
        if let isUndetermined = object.boolean("undetermined") {
            if isUndetermined, !isNegative {
                claims.append(.undetermined)
            } else {
                object.report(
                    .unsupportedValue, "only undetermined: true in expect says something", field: "undetermined",
                    hint: "any other expectation fails where the decision is undetermined")
            }
        }
        if claims.isEmpty, !object.context.hasErrors { object.report(.missingField, "nothing is expected") }
        return claims
    }

    static let backendExpected = "namespace/name, with :port where that is needed"

    private enum Action: String, CaseIterable {
        case forward, redirect, respond, reset, drop

        var action: Plan.Action {
            switch self {
            case .forward: .forward
            case .redirect: .redirect
            case .respond: .respond
            case .reset: .reset
            case .drop: .drop
            }
        }
    }

    private struct Reason: Hashable, Sendable {
        var reason: Plan.Reason

        init?(_ text: String) {
            guard let reason = Plan.Reason(rawValue: text) else { return nil }
            self.reason = reason
        }
    }

    private static func route(_ object: inout ObjectDecoder) -> (reference: RouteReference?, Void)? {
        guard let text = object.locatedString("route") else { return nil }
        if text.value == "none" { return (nil, ()) }
        if let reference = RouteReference(text.value) { return (reference, ()) }
        object.report(
            .invalidFormat, "found \"\(Excerpt.of(text.value))\", expected namespace/name or none", field: "route",
            hint: "a kind may stand before it: GRPCRoute shop/cart; namespace/* is any route of the namespace")
        return nil
    }

    private static func forwarded(_ object: inout ObjectDecoder) -> [Claim] {
        var claims: [Claim] = []
        if let method = object.string("method") { claims.append(.forwardedMethod(method)) }
        if let host = object.string("host") { claims.append(.forwardedHost(host)) }
        if let path = object.string("path") { claims.append(.forwardedPath(path)) }
        var values: [(name: String, values: [String])] = []
        for header in object.headers("headers") {
            if let known = values.firstIndex(where: { $0.name.lowercased() == header.name.lowercased() }) {
                values[known].values.append(header.value)
            } else {
                values.append((header.name, [header.value]))
            }
        }
        claims += values.map { .forwardedHeader($0.name, $0.values) }
        claims += object.strings("withoutHeaders", 1...1_000).map { .forwardedHeader($0.value, []) }
        return claims
    }

    private static func responseHeaders(_ object: inout ObjectDecoder) -> [Claim] {
        object.headers("set").map { .responseSet($0.name, $0.value) }
            + object.headers("add").map { .responseAdd($0.name, $0.value) }
            + object.strings("remove", 1...1_000).map { .responseRemove($0.value) }
    }

    /// A list of backends, or a mapping of them to the share that is copied.
    private static func mirrors(_ object: inout ObjectDecoder) -> [MirrorExpectation]? {
        guard let value = object.value("mirrors") else { return nil }
        if object.context.arena.kind(value) == .mapping {
            return object.shares("mirrors")?.map {
                MirrorExpectation(backend: $0.backend.value, fraction: $0.share)
            }
        }
        return object.elements("mirrors", 0...1_000) { element, context in
            ObjectDecoder.parsed(element, context, backendExpected, BackendReferenceText.init).map {
                MirrorExpectation(backend: $0.value)
            }
        }
    }

    private static func timeouts(_ object: inout ObjectDecoder) -> [Claim] {
        var claims: [Claim] = []
        if let limit = object.time("request", orWord: "none") { claims.append(.requestTimeout(limit.value)) }
        if let limit = object.time("backendRequest", orWord: "none") {
            claims.append(.backendRequestTimeout(limit.value))
        }
        return claims
    }

    private static func retry(_ object: inout ObjectDecoder) -> [Claim] {
        guard let value = object.value("retry") else { return [] }
        if object.context.arena.kind(value) == .string {
            if object.context.arena.text(value) == "none" { return [.retried(false)] }
            object.report(.invalidFormat, "expected a mapping with attempts, codes, backoff, or none", field: "retry")
            return []
        }
        return object.object("retry") { object in
            var claims: [Claim] = [.retried(true)]
            if let attempts = object.integer("attempts", 0...1_000_000) { claims.append(.retryAttempts(Int(attempts))) }
            let codes = object.elements("codes", 0...500) { value, context in
                ObjectDecoder.integer(value, 100...599, context)
            }
            if let codes { claims.append(.retryCodes(codes.map { UInt16($0) })) }
            if let backoff = object.time("backoff") { claims.append(.retryBackoff(backoff.value)) }
            // What the mapping names is what is claimed; only an empty one claims that there is a policy at all.
            return claims.count > 1 ? Array(claims.dropFirst()) : claims
        } ?? []
    }
}
