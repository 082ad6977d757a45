import GatewayAPI
import Manifests

extension ConfigMap {
    static let traits = KindTraits(hasGeneration: false)

    static func decode(_ object: inout ObjectDecoder) -> ConfigMap {
        let metadata = ObjectMetadata.decode(&object, traits)
        let map = ConfigMap(
            metadata: metadata, data: object.stringMap("data", keys: .dataKey),
            binaryData: object.bytesMap("binaryData", hint: "put plain text under data instead"))
        _ = object.boolean("immutable")
        for key in map.binaryData.keys.sorted() where map.data[key] != nil {
            object.report(.conflictingFields, "\(key) is in data and in binaryData", field: "binaryData")
        }
        return map
    }
}

extension ObjectDecoder {
    /// Decodes a mapping of names to base64; members that are none are reported in the order of the manifest.
    mutating func bytesMap(_ key: String, hint: String) -> [String: [UInt8]] {
        var map: [String: [UInt8]] = [:]
        for (name, text) in stringMap(key, keys: .dataKey) {
            if let bytes = Base64.decode(text.utf8) { map[name] = bytes }
        }
        guard let data = value(key), context.arena.kind(data) == .mapping else { return map }
        at(key) {
            for place in 0..<context.arena.count(data) {
                let member = context.arena.member(data, at: place)
                let name = context.arena.text(member.key)
                guard map[name] == nil, context.arena.kind(member.value) == .string else { continue }
                context.path.push(name)
                context.report(.invalidFormat, "expected base64", at: member.value, hint: hint)
                context.path.pop()
            }
        }
        return map
    }
}
