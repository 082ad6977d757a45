import GatewayAPI
import Manifests

extension Gateway {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> Gateway {
        let metadata = ObjectMetadata.decode(&object, traits)
        let position = object.position
        let statusAddresses = decodeStatusAddresses(&object)
        var gateway =
            object.requiredObject("spec") { spec in
                let className = spec.locatedString("gatewayClassName", .objectName)
                if !spec.has("gatewayClassName") {
                    spec.reportMissing("gatewayClassName", "the name of a GatewayClass")
                }
                let listeners = spec.requiredList("listeners", 1...64, Listener.decode)
                Listener.checkTogether(listeners, spec)
                let addresses = spec.list("addresses", 0...16, GatewayAddress.decode)
                GatewayAddress.checkTogether(addresses, spec)
                return Gateway(
                    metadata: metadata, gatewayClassName: className ?? Located(value: "", position: position),
                    listeners: listeners, addresses: addresses,
                    allowedListeners: spec.object("allowedListeners", AllowedListeners.decode),
                    tls: spec.object("tls", GatewayTLSConfig.decode),
                    infrastructure: spec.object("infrastructure", GatewayInfrastructure.decode),
                    defaultScope: spec.defaultScope("defaultScope"))
            } ?? Gateway(metadata: metadata, gatewayClassName: Located(value: "", position: position), listeners: [])
        gateway.statusAddresses = statusAddresses
        return gateway
    }

    /// The addresses that the input says were given. Wrong values in a status do not matter: the API server drops it.
    private static func decodeStatusAddresses(_ object: inout ObjectDecoder) -> [GatewayAddress] {
        guard let status = object.value("status") else { return [] }
        let arena = object.context.arena
        guard let list = arena.member(status, "addresses")?.value, arena.kind(list) == .sequence else { return [] }
        return (0..<arena.count(list)).compactMap { place in
            let address = arena.element(list, place)
            guard let value = arena.member(address, "value")?.value, arena.kind(value) == .string else { return nil }
            return GatewayAddress(
                type: arena.member(address, "type").map { arena.text($0.value) } ?? "IPAddress",
                value: arena.text(value), position: arena.position(address))
        }
    }
}

extension GatewayInfrastructure {
    static func decode(_ fields: inout ObjectDecoder) -> GatewayInfrastructure {
        GatewayInfrastructure(
            labels: fields.stringMap("labels", countMax: 8, .labelValue, keys: .labelKey),
            annotations: fields.stringMap(
                "annotations", countMax: 16, StringRule(nil, length: 0...4096), keys: .labelKey),
            parametersRef: fields.object("parametersRef", LocalObjectReference.decode), position: fields.position)
    }
}

extension AllowedListeners {
    static func decode(_ fields: inout ObjectDecoder) -> AllowedListeners {
        AllowedListeners(
            namespaces: fields.defaultedObject("namespaces") {
                RouteNamespaces.decode(&$0, default: .none, allowing: [.all, .selector, .same, .none])
            } ?? RouteNamespaces(from: .none, position: fields.position), position: fields.position)
    }
}

extension GatewayAddress {
    static func decode(_ fields: inout ObjectDecoder) -> GatewayAddress {
        let type = fields.string("type", .addressType, default: "IPAddress")
        let value = fields.string("value", StringRule(nil, length: 0...253))
        if let value, type == "Hostname", !Pattern.isHostname(value) {
            fields.report(
                .invalidFormat, "found \"\(Excerpt.of(value))\", expected \(StringRule.hostname.expected ?? "")",
                field: "value")
        }
        return GatewayAddress(type: type, value: value, position: fields.position)
    }

    static func checkTogether(_ addresses: [GatewayAddress], _ spec: ObjectDecoder) {
        spec.requireUnique(addresses, "addresses", "an address") { address in
            guard address.type == "IPAddress" || address.type == "Hostname" else { return nil }
            return address.value.map { "\(address.type) \($0)" }
        }
    }
}
