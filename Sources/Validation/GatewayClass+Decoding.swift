import GatewayAPI
import Manifests

extension GatewayClass {
    static let traits = KindTraits(isNamespaced: false)

    static func decode(_ object: inout ObjectDecoder) -> GatewayClass {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        let position = object.position
        return object.requiredObject("spec") { spec in
            GatewayClass(
                metadata: metadata, controllerName: spec.controllerName() ?? Located(value: "", position: position),
                parametersRef: spec.object("parametersRef", ParametersReference.decode),
                description: spec.string("description", .classDescription))
        } ?? GatewayClass(metadata: metadata, controllerName: Located(value: "", position: position))
    }
}

extension ParametersReference {
    static func decode(_ fields: inout ObjectDecoder) -> ParametersReference {
        ParametersReference(
            group: fields.requiredGroup("group"), kind: fields.requiredString("kind", .kind),
            name: fields.requiredString("name", .objectName), namespace: fields.string("namespace", .namespace),
            position: fields.position)
    }
}

extension ObjectDecoder {
    /// The controller of a GatewayClass or a mesh.
    mutating func controllerName() -> Located<String>? {
        let name = locatedString("controllerName", .controllerName)
        if !has("controllerName") { reportMissing("controllerName", StringRule.controllerName.expected) }
        return name
    }
}
