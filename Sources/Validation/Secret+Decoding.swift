import GatewayAPI
import Manifests

extension Secret {
    static let traits = KindTraits(hasGeneration: false)

    static func decode(_ object: inout ObjectDecoder) -> Secret {
        let metadata = ObjectMetadata.decode(&object, traits)
        var secret = Secret(metadata: metadata, type: object.string("type", default: "Opaque"))
        secret.data = object.bytesMap("data", hint: "put plain text under stringData instead")
        for (key, text) in object.stringMap("stringData", keys: .dataKey) { secret.data[key] = Array(text.utf8) }
        _ = object.boolean("immutable")
        if secret.type == tlsType {
            for key in ["tls.crt", "tls.key"] where secret.data[key] == nil {
                object.at("data") { object.reportMissing(key, "a certificate and its key, for type \(tlsType)") }
            }
        }
        return secret
    }
}
