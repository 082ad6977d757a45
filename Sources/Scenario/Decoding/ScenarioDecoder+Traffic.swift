import GatewayAPI
import Manifests
import Simulation
import Testbed
import Validation

extension ScenarioDecoder {
    /// An entry of `traffic`: exactly one of `trace`, `requests` and `flows`; nil where too much of it is wrong.
    static func trafficEntry(_ object: inout ObjectDecoder) -> TrafficEntry? {
        let name = object.locatedName("name")
        if name == nil, !object.has("name") { object.reportMissing("name", "a name") }
        let trace = object.locatedString("trace", .path)
        let speed = object.number("speed", "a positive number") { $0 > 0 }
        let repeats = object.boolean("repeat")
        let gateway = object.namespacedName("gateway")
        let mesh = object.namespacedName("mesh")
        let from = object.string("from")
        let clients = object.integer("clients", 1...1_000_000_000).map { Int($0) }
        let timeout = object.positiveTime("timeout")
        let retry = object.object("retry", clientRetry)
        let port = object.port("port")
        let protocolName: TrafficEntry.ProtocolName? = object.choice("protocol")
        let arrivals = object.object("arrivals", Self.arrivals) ?? nil
        let requests = object.list("requests", 1...100_000) { $0.requestEntry() }.compactMap { $0 }
        let flows = object.list("flows", 1...100_000) { flow(&$0, protocolName) }.compactMap { $0 }

        let contents = ["trace", "requests", "flows"].filter(object.has)
        if contents.isEmpty { object.report(.missingField, "one of trace, requests and flows is missing") }
        if contents.count > 1 {
            object.report(
                .conflictingFields, "\(contents.joined(separator: " and ")) cannot stand together", field: contents[1])
        }
        if contents.first == "trace" {
            for key in ["arrivals", "port", "protocol", "mesh", "from", "clients"] where object.has(key) {
                object.report(.conflictingFields, "\(key) cannot stand beside trace", field: key)
            }
        } else {
            for key in ["speed", "repeat"] where object.has(key) {
                object.report(.conflictingFields, "\(key) is for a trace", field: key)
            }
            checkSynthetic(object, protocolName)
            checkWeights(object, requests.map(\.weight), "requests")
            checkWeights(object, flows.map(\.weight), "flows")
        }
        if object.has("flows") {
            for key in ["timeout", "retry"] where object.has(key) {
                object.report(.conflictingFields, "\(key) is for requests, not for flows", field: key)
            }
        }
        let content: TrafficEntry.Content
        if let trace {
            content = .trace(TraceEntry(path: trace, speed: speed ?? 1, repeats: repeats ?? false))
        } else if contents.first == "flows" {
            guard let arrivals else { return nil }
            content = .flows(flows, arrivals)
        } else {
            guard let arrivals else { return nil }
            content = .requests(requests, arrivals)
        }
        return TrafficEntry(
            name: name ?? Located(value: "", position: object.position), gateway: gateway, mesh: mesh, port: port,
            clients: clients, timeout: timeout, retry: retry, from: from, protocol: protocolName, content: content,
            position: object.position)
    }

    /// When clients try again.
    private static func clientRetry(_ object: inout ObjectDecoder) -> ClientBehavior.Retry {
        let attempts = object.requiredInteger("attempts", 1...100)
        let codes = object.elements("codes", 1...100) { value, context in
            ObjectDecoder.integer(value, 400...599, context).map { UInt16($0) }
        }
        let backOff = object.object("backOff", backOff) ?? nil
        return ClientBehavior.Retry(attempts: Int(attempts), codes: codes ?? [], backOff: backOff ?? BackOff())
    }

    private static func checkSynthetic(_ object: ObjectDecoder, _ protocolName: TrafficEntry.ProtocolName?) {
        if !object.has("arrivals") { object.reportMissing("arrivals", "when requests come") }
        if object.has("gateway"), object.has("mesh") {
            object.report(.conflictingFields, "gateway and mesh cannot stand together", field: "mesh")
        }
        if !object.has("gateway"), !object.has("mesh") { object.reportMissing("gateway", "namespace/name") }
        if object.has("from"), !object.has("mesh") {
            object.report(
                .conflictingFields, "from is the namespace of a client of the mesh, and mesh is not given",
                field: "from")
        }
        if object.has("flows") { checkFlows(object, protocolName) }
        if object.has("requests"), let protocolName, !protocolName.hasRequests {
            object.report(
                .conflictingFields, "protocol \(protocolName.rawValue) has flows, not requests", field: "protocol")
        }
    }

    private static func checkWeights(_ object: ObjectDecoder, _ weights: [UInt64], _ key: String) {
        if !weights.isEmpty, weights.allSatisfy({ $0 == 0 }) {
            object.report(.outOfRange, "found only weights of 0, expected one above 0", field: key)
        }
    }

    private static func checkFlows(_ object: ObjectDecoder, _ protocolName: TrafficEntry.ProtocolName?) {
        switch protocolName {
        case nil:
            object.report(.missingField, "flows need a protocol: TLS, TCP, UDP, WEBSOCKET or GRPC", field: "flows")
        case .http, .https:
            object.report(
                .conflictingFields, "protocol \(protocolName?.rawValue ?? "") has requests, not flows",
                field: "protocol")
        case .tls, .tcp, .udp:
            if !object.has("port") { object.reportMissing("port", "the listener's port") }
        case .webSocket, .grpc: break
        }
    }

    private static func flow(
        _ object: inout ObjectDecoder, _ protocolName: TrafficEntry.ProtocolName?
    ) -> FlowEntry? {
        let weight = object.integer("weight", 0...1_000_000_000) ?? 1
        let sni = object.string("sni")
        let request = object.requestEntryBesideFlow()
        let duration = object.distribution("duration")
        if !object.has("duration") { object.reportMissing("duration", "a distribution") }
        let bytes = object.integer("bytes", 0...Int64.max) ?? 0
        let isHTTP = protocolName == .webSocket || protocolName == .grpc
        if isHTTP, !object.has("url") { object.reportMissing("url", "a URL: the flow begins with a request") }
        if !isHTTP {
            for key in ["url", "method", "headers"] where object.has(key) {
                object.report(.conflictingFields, "\(key) is for WEBSOCKET and GRPC", field: key)
            }
        }
        guard let duration else { return nil }
        return FlowEntry(
            weight: UInt64(weight), sni: sni, request: request, duration: duration, bytes: UInt64(bytes),
            position: object.position)
    }

    /// `arrivals`; nil where something in it is wrong.
    private static func arrivals(_ object: inout ObjectDecoder) -> TrafficSource.Arrivals? {
        let process = object.requiredWord("process", among: ["poisson", "constant", "bursts", "closed"])
        switch process {
        case "bursts":
            let rate = object.rate("rate")
            if !object.has("rate") { object.reportMissing("rate", "a rate such as 500/s") }
            let busy = object.requiredTime("busy")
            let idle = object.requiredTime("idle")
            guard let rate, positive(object, rate, "rate") else { return nil }
            guard busy.value > 0, idle.value > 0 else {
                for (key, time) in [("busy", busy), ("idle", idle)] where time.value == 0 && object.has(key) {
                    object.report(.outOfRange, "found \(key) of 0, expected a time above 0s", field: key)
                }
                return nil
            }
            return .bursts(rate: rate, busy: Double(busy.value), idle: Double(idle.value))
        case "closed":
            let users = object.requiredInteger("users", 1...10_000_000)
            let thinkTime = object.distribution("thinkTime")
            if !object.has("thinkTime") { object.reportMissing("thinkTime", "a distribution") }
            return thinkTime.map { .closed(users: Int(users), thinkTime: $0) }
        default:
            guard let profile = profile(&object) else { return nil }
            return process == "poisson" ? .poisson(profile) : .constant(profile)
        }
    }

    /// `rate` or `profile`.
    private static func profile(_ object: inout ObjectDecoder) -> RateProfile? {
        let rate = object.rate("rate")
        let points = object.elements("profile", 1...100_000) { value, context in
            ObjectDecoder.decode(value, context) { point in
                let time = point.requiredTime("at")
                let rate = point.rate("rate")
                if rate == nil, !point.has("rate") { point.reportMissing("rate", "a rate such as 500/s") }
                return (node: value, time: time.value, rate: rate)
            }
        }
        switch (object.has("rate"), object.has("profile")) {
        case (true, true):
            object.report(.conflictingFields, "rate and profile cannot stand together", field: "profile")
            return nil
        case (false, false):
            object.reportMissing("rate", "a rate such as 500/s, or a profile")
            return nil
        case (true, false):
            guard let rate, positive(object, rate, "rate") else { return nil }
            return RateProfile(rate: rate)
        case (false, true):
            guard let points else { return nil }
            let context = object.context
            for (earlier, later) in zip(points, points.dropFirst()) where later.time <= earlier.time {
                object.at("profile") {
                    context.report(
                        .outOfRange, "found a point that is not later than the one before it, expected rising times",
                        at: later.node)
                }
                return nil
            }
            let complete = points.compactMap { point in
                point.rate.map { RateProfile.Point(time: point.time, rate: $0) }
            }
            guard complete.count == points.count else { return nil }
            if !complete.isEmpty, complete.allSatisfy({ $0.rate == 0 }) {
                object.report(.outOfRange, "found only rates of 0, expected one above 0", field: "profile")
                return nil
            }
            return RateProfile(complete)
        }
    }

    private static func positive(_ object: ObjectDecoder, _ rate: Double, _ key: String) -> Bool {
        if rate > 0 { return true }
        object.report(.outOfRange, "found a rate of 0, expected one above 0", field: key)
        return false
    }
}
