import GatewayAPI
import Manifests
import Testbed
import Validation

extension ScenarioDecoder {
    /// An entry of `gateways`; nil where it names no Gateway.
    static func gatewayEntry(_ object: inout ObjectDecoder) -> GatewayEntry? {
        let gateway = object.requiredNamespacedName("gateway")
        let words = ["roundRobin", "random", "leastRequest", "ringHash", "maglev"]
        let loadBalancing = object.parsedWord("loadBalancing", among: words).flatMap(LoadBalancing.init(rawValue:))
        let overhead = object.distribution("overhead")
        let hop = object.distribution("hop")
        var station = stationEntry(&object, allowsObserved: false)
        let placement = placement(&object)
        if station.replicas == nil, object.has("zones") || object.has("clusters") {
            station.replicas = placement.reduce(0) { $0 + $1.replicas }
        }
        let policy = trafficPolicy(&object)
        let timeouts = object.object("timeouts") {
            (
                request: $0.time("request")?.value, backendRequest: $0.time("backendRequest")?.value,
                flow: $0.positiveTime("maxFlowDuration")
            )
        }
        let defaults = object.parsedWord("defaults", among: ["envoy", "envoyGateway"])
            .flatMap(ProxyDefaults.init(rawValue:))
        let split = object.parsedWord("split", among: ["random", "roundRobin"])
        let filters = object.list("filters", 1...100, filter).compactMap { $0 }
        let controllers = filters.filter { if case .adaptiveConcurrency = $0.value.action { true } else { false } }
        if controllers.count > 1 {
            object.report(
                .conflictingFields, "found \(controllers.count) of adaptiveConcurrency, expected one at most",
                field: "filters")
        }
        let retry = object.object("retry", retryDefault)
        if station.serviceTime == nil, !object.has("serviceTime") {
            for key in ["concurrency", "queue", "discipline"] where object.has(key) {
                object.report(.conflictingFields, "\(key) means nothing without serviceTime", field: key)
            }
        }
        guard let gateway else { return nil }
        var entry = GatewayEntry(
            gateway: gateway, loadBalancing: loadBalancing ?? defaults?.loadBalancing ?? .roundRobin,
            overhead: overhead, hop: hop, station: station)
        entry.policy = defaults.map { policy.completed(by: $0.policy) } ?? policy
        entry.policyPlaces = localityNames(&object)
        entry.placement = placement
        entry.requestTimeout = timeouts?.request ?? defaults?.requestTimeout
        entry.backendRequestTimeout = timeouts?.backendRequest
        entry.maxFlowDuration = timeouts?.flow
        entry.retriesUnsaid = defaults == .envoyGateway ? 2 : nil
        entry.splitsInTurn = split == "roundRobin"
        entry.filters = filters
        entry.retry = retry
        return entry
    }

    /// What a gateway retries where the route does not say.
    private static func retryDefault(_ object: inout ObjectDecoder) -> Treatment.RetryPolicy {
        let attempts = object.requiredInteger("attempts", 1...100)
        let codes = object.elements("codes", 1...100) { value, context in
            ObjectDecoder.integer(value, 400...599, context).map { UInt16($0) }
        }
        let backoff = object.time("backoff")
        return Treatment.RetryPolicy(attempts: Int(attempts), codes: codes ?? [], backoff: backoff?.value)
    }
}

/// What a proxy does where neither a route nor the scenario says.
enum ProxyDefaults: String {
    /// Envoy as its own documentation has it.
    case envoy
    /// Envoy as Envoy Gateway sets it up.
    case envoyGateway

    var loadBalancing: LoadBalancing { self == .envoy ? .roundRobin : .leastRequest }

    /// "The default request timeout is set to 15 seconds in Envoy Proxy" (Envoy Gateway, HTTP Timeouts), in nanoseconds.
    var requestTimeout: Int64 { 15_000_000_000 }

    /// Limits of Envoy (`circuit_breaker.proto`) and its connect timeout of 5 s; Envoy Gateway allows as many retries as requests,
    /// connects for 10 s, and lets a retry avoid what was tried.
    var policy: UpstreamPolicy {
        var policy = UpstreamPolicy()
        let seconds: Int64 = self == .envoy ? 5 : 10
        policy.connections = ConnectionPolicy(connectTimeout: seconds * 1_000_000_000)
        policy.circuitBreaker = CircuitBreaker(maxRetries: self == .envoy ? 3 : 1024)
        if self == .envoyGateway { policy.avoidsTriedReplica = true }
        return policy
    }
}
