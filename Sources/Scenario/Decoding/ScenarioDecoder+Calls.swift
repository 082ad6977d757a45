import GatewayAPI
import Manifests
import Simulation
import Testbed
import Validation

/// `calls` and `sidecar` of backends.
extension ScenarioDecoder {
    /// What a backend asks of other Services; nil where it asks nothing.
    static func calls(_ object: inout ObjectDecoder) -> CallsEntry? {
        let calls = object.list("calls", 1...1_000) { call(&$0) }.compactMap { $0 }
        let order = object.parsedWord("callsOrder", among: ["parallel", "sequence"])
        let isBlocking = object.boolean("callsBlocking")
        guard object.has("calls") else {
            for key in ["callsOrder", "callsBlocking"] where object.has(key) {
                object.report(.conflictingFields, "\(key) means nothing without calls", field: key)
            }
            return nil
        }
        return CallsEntry(
            calls: calls, order: order.flatMap(ServiceCalls.Order.init(rawValue:)) ?? .sequence,
            holdsPlace: isBlocking ?? true)
    }

    /// What the proxy beside each replica adds to a request.
    static func sidecar(_ object: inout ObjectDecoder) -> Distribution? {
        object.object("sidecar") { sidecar in
            if !sidecar.has("overhead") { sidecar.reportMissing("overhead", "a distribution") }
            return sidecar.distribution("overhead")
        } ?? nil
    }

    private static func call(_ object: inout ObjectDecoder) -> CallEntry? {
        let imported = object.namespacedName("serviceImport")
        let named =
            object.has("serviceImport") ? object.namespacedName("service") : object.requiredNamespacedName("service")
        if object.has("serviceImport"), object.has("service") {
            object.report(
                .conflictingFields, "service and serviceImport cannot stand together", field: "serviceImport")
        }
        let service = imported ?? named
        let port = object.port("port")
        let probability = object.fraction("probability")
        let isRequired = object.boolean("required")
        let spoken = object.parsedWord("protocol", among: ["HTTP", "GRPC"])
        let method = object.method("method")
        let path = object.parsed("path", "a path such as /cart?full=1") { text in
            text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } && !text.contains("#") ? text : nil
        }
        let headers = object.headers("headers")
        guard let service else { return nil }
        return CallEntry(
            service: service, isImport: imported != nil, port: port, probability: probability ?? 1,
            isRequired: isRequired ?? true,
            isGRPC: spoken == "GRPC", method: method ?? (spoken == "GRPC" ? "POST" : "GET"),
            path: path?.value ?? "/", headers: headers, position: object.position)
    }
}
