import GatewayAPI
import Manifests

extension Namespace {
    static let traits = KindTraits(isNamespaced: false, hasGeneration: false, name: .label)
    /// Every namespace carries its name as a label. Source: Kubernetes, "Automatic labelling".
    private static let nameLabel = "kubernetes.io/metadata.name"

    static func decode(_ object: inout ObjectDecoder) -> Namespace {
        var metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        _ = object.object("spec") { $0.strings("finalizers", 0...Int.max) }
        if !metadata.name.isEmpty {
            metadata.labels[nameLabel] = metadata.name
            addNameLabel(metadata.name, to: object)
        }
        return Namespace(metadata: metadata)
    }

    private static func addNameLabel(_ name: String, to object: ObjectDecoder) {
        let context = object.context
        guard let metadata = context.arena.member(object.index, "metadata")?.value else { return }
        let position = context.arena.position(metadata)
        if context.arena.member(metadata, "labels") == nil {
            context.arena.setMember(of: metadata, "labels", to: context.arena.addMapping([], at: position))
        }
        guard let labels = context.arena.member(metadata, "labels")?.value else { return }
        context.arena.setMember(of: labels, nameLabel, to: context.arena.addString(name, at: position))
    }
}
