import GatewayAPI
import Manifests

/// Of a Deployment only what weir uses is checked: the rest of a pod's specification is let pass.
extension Deployment {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> Deployment {
        var deployment = Deployment(
            metadata: ObjectMetadata.decode(&object, traits), selector: LabelSelector(position: object.position),
            templateLabels: [:])
        object.accept("status")
        _ = object.requiredObject("spec") { spec in
            spec.acceptOthers()
            deployment.replicas = Int32(spec.integer("replicas", 0...Int64(Int32.max), default: 1))
            deployment.selector =
                spec.requiredObject("selector", LabelSelector.decode) ?? deployment.selector
            _ = spec.requiredObject("template") { template in
                _ = template.object("metadata") { metadata in
                    metadata.acceptOthers()
                    deployment.templateLabels = metadata.stringMap("labels", .labelValue, keys: .labelKey)
                }
                _ = template.requiredObject("spec") { pod in deployment.decodePod(&pod) }
            }
            if spec.has("selector"), spec.has("template"), !deployment.selector.matches(deployment.templateLabels) {
                spec.report(
                    .conflictingFields, "the selector does not match the labels of the template", field: "selector")
            }
        }
        return deployment
    }

    private mutating func decodePod(_ pod: inout ObjectDecoder) {
        pod.acceptOthers()
        containers = pod.requiredList("containers", 1...Int.max) { fields in
            fields.acceptOthers()
            return Container(
                name: fields.requiredString("name", .label),
                volumeMounts: fields.list("volumeMounts", 0...Int.max) { mount in
                    mount.acceptOthers()
                    return VolumeMount(
                        name: mount.requiredString("name"), mountPath: mount.requiredString("mountPath"),
                        subPath: mount.string("subPath"), position: mount.position)
                }, position: fields.position)
        }
        volumes = pod.list("volumes", 0...Int.max, Volume.decode)
        pod.requireUnique(containers, "containers", "a container name") { $0.name }
        pod.requireUnique(volumes, "volumes", "a volume name") { $0.name }
    }
}

extension Volume {
    static func decode(_ fields: inout ObjectDecoder) -> Volume {
        fields.acceptOthers()
        let name = fields.requiredString("name", .label)
        var sources: [VolumeSource] = []
        if let secret = fields.object("secret", { VolumeSource.decode(&$0, .secret, nameField: "secretName") }) {
            sources.append(secret)
        }
        if let map = fields.object("configMap", { VolumeSource.decode(&$0, .configMap, nameField: "name") }) {
            sources.append(map)
        }
        _ = fields.object("projected") { projected in
            projected.accept("defaultMode")
            _ = projected.list("sources", 0...Int.max) { source in
                source.acceptOthers()
                let secret = source.object("secret") { VolumeSource.decode(&$0, .secret, nameField: "name") }
                let map = source.object("configMap") { VolumeSource.decode(&$0, .configMap, nameField: "name") }
                sources += [secret, map].compactMap(\.self)
            }
        }
        return Volume(name: name, sources: sources, position: fields.position)
    }
}

extension VolumeSource {
    static func decode(_ fields: inout ObjectDecoder, _ kind: Kind, nameField: String) -> VolumeSource {
        fields.accept("defaultMode")
        return VolumeSource(
            kind: kind, name: fields.requiredString(nameField, .objectName),
            items: fields.list("items", 0...Int.max) { item in
                item.accept("mode")
                return VolumeItem(
                    key: item.requiredString("key"), path: item.requiredString("path"), position: item.position)
            },
            isOptional: fields.boolean("optional") ?? false, position: fields.position)
    }
}
