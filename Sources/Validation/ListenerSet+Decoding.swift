import GatewayAPI
import Manifests

extension ListenerSet {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder, isExperimental: Bool) -> ListenerSet {
        if isExperimental {
            object.warn(
                .retiredKind, "Gateway API v1.6 has no \(experimentalKind) any more; it is read as a \(kind)",
                field: "kind", hint: "use apiVersion \(group)/v1 and kind \(kind), in the parentRefs of routes as well")
        }
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        let missing = ParentReference(name: "", position: object.position)
        return object.requiredObject("spec") { spec in
            let parent = spec.requiredObject("parentRef") { fields in
                ParentReference(
                    group: fields.string("group", .group, default: APIGroup.gateway),
                    kind: fields.string("kind", .kind, default: "Gateway"),
                    namespace: fields.string("namespace", .namespace),
                    name: fields.requiredString("name", .objectName), position: fields.position)
            }
            let listeners = spec.requiredList("listeners", 1...64, Listener.decode)
            Listener.checkTogether(listeners, spec)
            return ListenerSet(
                metadata: metadata, parentRef: parent ?? missing, listeners: listeners, isExperimental: isExperimental)
        } ?? ListenerSet(metadata: metadata, parentRef: missing, listeners: [], isExperimental: isExperimental)
    }
}
