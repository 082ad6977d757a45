import GatewayAPI
import Manifests
import Validation

extension ScenarioDecoder {
    private static let changes = ["apply", "delete", "fail", "slow", "scale"]

    /// An entry of `events`: a time and exactly one change; nil where it is wrong.
    static func eventEntry(_ object: inout ObjectDecoder) -> EventEntry? {
        let time = object.requiredTime("at")
        let apply = object.strings("apply", 1...10_000)
        let delete = object.strings("delete", 1...10_000)
        let service = object.namespacedName("service")
        let duration = object.time("for")
        let fail = object.object("fail") { fail in fail.integer("replicas", 1...100_000).map { Int($0) } }
        let slow = object.object("slow") { slow in
            let factor = slow.number("factor", "a positive number") { $0 > 0 }
            if !slow.has("factor") { slow.reportMissing("factor", "a positive number") }
            return (factor: factor, replicas: slow.integer("replicas", 1...100_000).map { Int($0) })
        }
        let scale = object.object("scale") { scale in scale.requiredInteger("replicas", 0...100_000) }
        guard let change = changeName(object, time) else { return nil }
        switch change {
        case "apply": return EventEntry(time: time.value, change: .apply(apply), position: object.position)
        case "delete": return EventEntry(time: time.value, change: .delete(delete), position: object.position)
        default: break
        }
        guard let service else { return nil }
        let kind: EventEntry.Change
        switch change {
        case "fail":
            guard let fail else { return nil }
            kind = .fail(service, replicas: fail, duration: duration?.value)
        case "slow":
            guard let slow, let factor = slow.factor else { return nil }
            kind = .slow(service, factor: factor, replicas: slow.replicas, duration: duration?.value)
        default:
            guard let scale else { return nil }
            kind = .scale(service, replicas: Int(scale))
        }
        return EventEntry(time: time.value, change: kind, position: object.position)
    }

    /// The one change of an event; nil where there is none, or several, or what belongs to it is missing.
    private static func changeName(_ object: ObjectDecoder, _ time: Located<Int64>) -> String? {
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
        let isAboutManifests = change == "apply" || change == "delete"
        if isAboutManifests, object.has("service") {
            object.report(.conflictingFields, "service cannot stand beside \(change)", field: "service")
        }
        if !isAboutManifests, !object.has("service") { object.reportMissing("service", "namespace/name") }
        if object.has("for"), change != "fail", change != "slow" {
            object.report(.conflictingFields, "for cannot stand beside \(change), which stays", field: "for")
        }
        return change
    }
}
