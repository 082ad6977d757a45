import GatewayAPI
import Manifests

extension ReferenceGrant {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> ReferenceGrant {
        let metadata = ObjectMetadata.decode(&object, traits)
        return object.requiredObject("spec") { spec in
            ReferenceGrant(
                metadata: metadata,
                from: spec.requiredList("from", 1...16) { entry in
                    ReferenceGrantFrom(
                        group: entry.requiredGroup("group"), kind: entry.requiredString("kind", .kind),
                        namespace: entry.requiredString("namespace", .namespace), position: entry.position)
                },
                to: spec.requiredList("to", 1...16) { entry in
                    ReferenceGrantTo(
                        group: entry.requiredGroup("group"), kind: entry.requiredString("kind", .kind),
                        name: entry.string("name", .objectName), position: entry.position)
                })
        } ?? ReferenceGrant(metadata: metadata, from: [], to: [])
    }
}
