import GatewayAPI
import Manifests
import Testbed
import Validation

extension ScenarioDecoder {
    private static let changes = ["apply", "delete", "fail", "slow", "errors", "scale", "rollout", "network"]
    private static let subjects = ["service", "serviceImport", "zone", "cluster"]

    /// An entry of `events`: a time and exactly one change; nil where it is wrong.
    static func eventEntry(_ object: inout ObjectDecoder) -> EventEntry? {
        let time = object.requiredTime("at")
        let apply = object.strings("apply", 1...10_000, .path)
        let delete = object.strings("delete", 1...10_000, .path)
        let imported = object.namespacedName("serviceImport")
        let service = object.namespacedName("service") ?? imported
        let zone = object.locatedString("zone")
        let cluster = object.locatedString("cluster")
        let duration = object.time("for")?.value
        let fail = object.object("fail", failure)
        let slow = object.object("slow", slowness) ?? nil
        let errors = object.object("errors", errorFault) ?? nil
        let network = object.object("network", networkFault)
        let scale = object.object("scale") { scale in scale.requiredInteger("replicas", 0...100_000) }
        let rollout = object.object("rollout", rollout)
        guard let change = changeName(object, duration) else { return nil }
        var kind: EventEntry.Change?
        switch change {
        case "apply": kind = .apply(apply)
        case "delete": kind = .delete(delete)
        case "network": kind = network.map { .fault(.network($0.ends), $0.effect, duration: duration) }
        case "scale":
            if let service, let scale { kind = .scale(service, replicas: Int(scale)) }
        case "rollout":
            if let service, let rollout { kind = .rollout(service, rollout) }
        default:
            let replicas = fail?.replicas ?? slow?.replicas ?? errors?.replicas
            let place = zone ?? cluster
            if place != nil, replicas != nil {
                object.report(
                    .conflictingFields, "all replicas of a zone or cluster are meant: replicas cannot stand here",
                    field: change)
            }
            let subject =
                service.map { EventEntry.FaultSubject.service($0, replicas: replicas) } ?? place.map { .place($0) }
            if let subject { kind = faultChange(subject, fail, slow, errors, duration) }
        }
        return kind.map {
            EventEntry(time: time.value, change: $0, position: object.position, isImport: imported != nil)
        }
    }

    private static func faultChange(
        _ subject: EventEntry.FaultSubject, _ fail: Failure?, _ slow: Slowness?, _ errors: ErrorFault?,
        _ duration: Int64?
    ) -> EventEntry.Change? {
        if case .service(let service, _) = subject {
            if let fail, fail.isPlain { return .fail(service, replicas: fail.replicas, duration: duration) }
            if let slow { return .slow(service, factor: slow.factor, replicas: slow.replicas, duration: duration) }
        }
        if let fail {
            return .fault(subject, .lost(isSilent: fail.isSilent, noticed: fail.noticed), duration: duration)
        }
        if let slow { return .fault(subject, .slow(factor: slow.factor), duration: duration) }
        if let errors {
            return .fault(subject, .errors(ratio: errors.ratio, status: errors.status), duration: duration)
        }
        return nil
    }

    private struct Failure {
        var replicas: Int?
        var isSilent: Bool
        var noticed: Int64?
        /// Whether it is the failure that everybody knows of at once.
        var isPlain: Bool { !isSilent && noticed == 0 }
    }

    private static func failure(_ object: inout ObjectDecoder) -> Failure {
        let replicas = object.integer("replicas", 1...100_000).map { Int($0) }
        let isSilent = object.boolean("silent") ?? false
        let written = object.time("noticed", orWord: "never")
        let noticed: Int64? = if let written { written.value } else { 0 }
        return Failure(replicas: replicas, isSilent: isSilent, noticed: noticed)
    }

    private struct Slowness {
        var factor: Double
        var replicas: Int?
    }

    private static func slowness(_ object: inout ObjectDecoder) -> Slowness? {
        let factor = object.number("factor", "a positive number") { $0 > 0 }
        if !object.has("factor") { object.reportMissing("factor", "a positive number") }
        let replicas = object.integer("replicas", 1...100_000).map { Int($0) }
        return factor.map { Slowness(factor: $0, replicas: replicas) }
    }

    private struct ErrorFault {
        var ratio: Double
        var status: UInt16
        var replicas: Int?
    }

    private static func errorFault(_ object: inout ObjectDecoder) -> ErrorFault? {
        let ratio = object.fraction("ratio")
        if !object.has("ratio") { object.reportMissing("ratio", "a number from 0 to 1") }
        let status = object.integer("status", 400...599) ?? 500
        let replicas = object.integer("replicas", 1...100_000).map { Int($0) }
        return ratio.map { ErrorFault(ratio: $0, status: UInt16(status), replicas: replicas) }
    }

    private static func networkFault(
        _ object: inout ObjectDecoder
    ) -> (ends: [Located<String>], effect: Fault.Effect) {
        let ends = object.strings("between", 2...2)
        let delay = object.distribution("delay")
        let loss = object.number("loss", "a number from 0 to 0.99") { (0...0.99).contains($0) }
        if !object.has("delay"), !object.has("loss") {
            object.report(.missingField, "nothing happens to the network: give delay or loss")
        }
        return (ends, .network(delay: delay, loss: loss ?? 0))
    }

    /// The one change of an event; nil where there is none, or several, or what belongs to it is missing.
    private static func changeName(_ object: ObjectDecoder, _ duration: Int64?) -> String? {
        let found = changes.filter(object.has)
        guard let change = found.first else {
            object.report(.missingField, "nothing happens: expected one of \(changes.joined(separator: ", "))")
            return nil
        }
        guard found.count == 1 else {
            object.report(
                .conflictingFields, "\(found.joined(separator: " and ")) are two events, expected one", field: found[1])
            return nil
        }
        let given = subjects.filter(object.has)
        let allowed: [String]
        switch change {
        case "apply", "delete", "network": allowed = []
        case "scale", "rollout": allowed = ["service", "serviceImport"]
        default: allowed = subjects
        }
        for key in given where !allowed.contains(key) {
            object.report(.conflictingFields, "\(key) cannot stand beside \(change)", field: key)
        }
        if given.count > 1, allowed.count > 1 {
            object.report(
                .conflictingFields, "\(given.joined(separator: " and ")) cannot stand together", field: given[1])
        }
        if !allowed.isEmpty, given.isEmpty {
            if change != "errors" {
                object.reportMissing("service", "namespace/name")
            } else {
                object.report(.missingField, "\(change) needs service, zone or cluster")
            }
        }
        if object.has("for"), ["apply", "delete", "scale", "rollout"].contains(change) {
            object.report(.conflictingFields, "for cannot stand beside \(change), which stays", field: "for")
        }
        if duration == 0, change != "fail" {
            object.report(.outOfRange, "found for of 0, expected a time above 0s: nothing would happen", field: "for")
        }
        return change
    }
}
