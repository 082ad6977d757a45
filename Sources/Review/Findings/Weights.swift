internal import GatewayAPI

extension ReviewSubject {
    /// Rules that send requests nowhere because every weight is 0.
    func zeroWeights() -> [Diagnostic] {
        routes.flatMap { $0.zeroWeights() }
    }
}

extension RouteResource {
    fileprivate func zeroWeights() -> [Diagnostic] {
        rules.enumerated().compactMap { place, rule in
            guard !rule.backendRefs.isEmpty, rule.backendRefs.allSatisfy({ $0.weight == 0 }) else { return nil }
            return Diagnostic(
                .warning, code: "no-weight", "all weights are 0: every request gets the gateway's own error",
                hint: "give one backend a weight", position: rule.position, resource: resourceName,
                path: "spec.rules[\(place)].backendRefs")
        }
    }
}
