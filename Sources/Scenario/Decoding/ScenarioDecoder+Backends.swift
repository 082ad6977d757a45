import GatewayAPI
import Manifests
import Testbed
import Validation

extension Discipline {
    fileprivate static let names: [(String, Discipline)] = [
        ("fifo", .fifo), ("processorSharing", .processorSharing),
    ]
}

extension ScenarioDecoder {
    /// An entry of `backends`; nil where it names no Service.
    static func backendEntry(_ object: inout ObjectDecoder) -> BackendEntry? {
        let imported = object.namespacedName("serviceImport")
        let named = imported == nil ? object.requiredNamespacedName("service") : object.namespacedName("service")
        if imported != nil, object.has("service") {
            object.report(
                .conflictingFields, "service and serviceImport cannot stand together", field: "serviceImport")
        }
        let service = object.has("service") && object.has("serviceImport") ? nil : imported ?? named
        var station = stationEntry(&object, allowsObserved: true)
        let placement = placement(&object)
        if station.replicas == nil, object.has("zones") || object.has("clusters") {
            station.replicas = placement.reduce(0) { $0 + $1.replicas }
        }
        if !object.has("serviceTime") {
            object.reportMissing("serviceTime", "a distribution such as {distribution: exponential, mean: 20ms}")
        }
        let errors = object.object("errors") { errors in
            let ratio = errors.fraction("ratio")
            if !errors.has("ratio") { errors.reportMissing("ratio", "a number from 0 to 1") }
            return (ratio: ratio ?? 0, status: errors.integer("status", 400...599) ?? 500)
        }
        let policy = trafficPolicy(&object)
        let lifecycle = lifecycle(&object)
        let autoscaling = autoscaling(&object, concurrency: station.concurrency)
        let maxFlows = object.integer("maxFlows", 0...1_000_000_000)
        let calls = calls(&object)
        let sidecar = sidecar(&object)
        let cancel = object.parsedWord("cancel", among: ["propagates", "ignored"])
        guard let service else { return nil }
        var entry = BackendEntry(
            service: service, station: station, errorRatio: errors?.ratio ?? 0,
            errorStatus: UInt16(errors?.status ?? 500))
        entry.isImport = imported != nil
        entry.policy = policy
        entry.policyPlaces = localityNames(&object)
        entry.placement = placement
        entry.ignoresCancel = cancel == "ignored"
        entry.lifecycle = lifecycle
        entry.autoscaling = autoscaling
        entry.maxFlows = maxFlows.map { Int($0) }
        entry.calls = calls
        entry.sidecar = sidecar
        return entry
    }

    /// The keys that backends and gateways have in common.
    static func stationEntry(_ object: inout ObjectDecoder, allowsObserved: Bool) -> StationEntry {
        let replicas = object.integer("replicas", 0...100_000)
        let concurrency = object.integer("concurrency", 1...1_000_000_000)
        let queue = object.integer("queue", 0...1_000_000_000)
        let discipline = object.parsedWord("discipline", among: Discipline.names.map(\.0))
        let serviceTime = object.serviceTime("serviceTime", allowsObserved: allowsObserved)
        if queue != nil, !object.has("concurrency") {
            object.report(
                .conflictingFields, "a queue without concurrency never fills: every request is served at once",
                field: "queue")
        }
        return StationEntry(
            replicas: replicas.map { Int($0) }, concurrency: concurrency.map { Int($0) },
            queue: queue.map { Int($0) },
            discipline: Discipline.names.first { $0.0 == discipline }?.1 ?? .fifo, serviceTime: serviceTime)
    }
}

extension ObjectDecoder {
    /// One of several words; nil where it is missing or none of them.
    mutating func parsedWord(_ key: String, among words: [String]) -> String? {
        guard let value = value(key) else { return nil }
        let context = context
        return at(key) {
            guard let text = Self.string(value, .any, context) else { return nil }
            if words.contains(text) { return text }
            Self.reportChoice(text, value, words, context)
            return nil
        }
    }
}
