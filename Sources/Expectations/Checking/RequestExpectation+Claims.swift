import GatewayAPI
import Scenario
import Traffic

extension RequestExpectation {
    /// The request, everything about it known.
    var test: TestRequest {
        TestRequest(
            record: RequestRecord(request, gateway: gateway?.value.description), text: request.description)
    }

    /// What is expected of it.
    var claims: [Claim] {
        var claims: [Claim] = []
        if let route { claims.append(.route(RouteReference(key: route.value))) }
        if let rule { claims.append(.rule(rule)) }
        if let backend { claims.append(.backend(backend.value)) }
        if let shares { claims.append(.shares(shares)) }
        if let status { claims.append(.status(status)) }
        if let location { claims.append(.location(location)) }
        return claims
    }
}

extension ScenarioRequests {
    /// Whether something is expected of a request.
    var hasRequests: Bool {
        file.expectations.contains { if case .request = $0.subject { true } else { false } }
    }

    /// The files and folders of manifests that it names, at whatever time.
    var paths: [String] {
        let events = file.events.flatMap { event -> [Located<String>] in
            switch event.change {
            case .apply(let paths), .delete(let paths): paths
            case .fail, .slow, .scale, .rollout, .fault: []
            }
        }
        return (file.manifests + events).map { file.resolve($0.value) }
    }
}
