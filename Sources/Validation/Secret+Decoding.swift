import GatewayAPI
import Manifests

extension Secret {
    static let traits = KindTraits(hasGeneration: false)

    static func decode(_ object: inout ObjectDecoder) -> Secret {
        let metadata = ObjectMetadata.decode(&object, traits)
        var secret = Secret(metadata: metadata, type: object.string("type", default: "Opaque"))
        for (key, text) in object.stringMap("data") {
            if let bytes = Base64.decode(text.utf8) { secret.data[key] = bytes }
        }
        reportBroken(object, decoded: secret.data)
        for (key, text) in object.stringMap("stringData") { secret.data[key] = Array(text.utf8) }
        _ = object.boolean("immutable")
        if secret.type == tlsType {
            for key in ["tls.crt", "tls.key"] where secret.data[key] == nil {
                object.at("data") { object.reportMissing(key, "a certificate and its key, for type \(tlsType)") }
            }
        }
        return secret
    }

    /// Reports the members of `data` that are no base64, in the order of the manifest.
    private static func reportBroken(_ object: ObjectDecoder, decoded: [String: [UInt8]]) {
        let context = object.context
        guard let data = context.arena.member(object.index, "data")?.value, context.arena.kind(data) == .mapping else {
            return
        }
        object.at("data") {
            for place in 0..<context.arena.count(data) {
                let member = context.arena.member(data, at: place)
                let name = context.arena.text(member.key)
                guard decoded[name] == nil, context.arena.kind(member.value) == .string else { continue }
                context.path.push(name)
                context.report(
                    .invalidFormat, "expected base64", at: member.value,
                    hint: "put plain text under stringData instead")
                context.path.pop()
            }
        }
    }
}
