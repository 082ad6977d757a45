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
                decodeRest(&spec)
                return Gateway(
                    metadata: metadata, gatewayClassName: className ?? Located(value: "", position: position),
                    listeners: listeners, addresses: addresses)
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

    /// Fields that decide nothing in weir: their form is checked, and they stay in the node.
    private static func decodeRest(_ spec: inout ObjectDecoder) {
        _ = spec.object("infrastructure") { fields in
            _ = fields.stringMap("labels", countMax: 8, .labelValue, keys: .labelKey)
            _ = fields.stringMap("annotations", countMax: 16, StringRule(nil, length: 0...4096), keys: .labelKey)
            _ = fields.object("parametersRef", LocalObjectReference.decode)
        }
        _ = spec.object("allowedListeners") { fields in
            _ = fields.defaultedObject("namespaces") {
                RouteNamespaces.decode(&$0, default: .none, allowing: [.all, .selector, .same, .none])
            }
        }
        if spec.has("defaultScope") {
            _ = spec.requiredWord("defaultScope", among: ["All", "None"])
        }
        _ = spec.object("tls") { tls in
            _ = tls.object("backend") { backend in
                _ = backend.object("clientCertificateRef", SecretObjectReference.decode)
            }
            _ = tls.object("frontend") { frontend in
                _ = frontend.requiredObject("default", decodeFrontend)
                let ports = frontend.list("perPort", 0...64) { entry in
                    let port = entry.requiredInteger("port", 1...65535)
                    _ = entry.requiredObject("tls", decodeFrontend)
                    return port
                }
                frontend.requireUnique(ports, "perPort", "a port") { String($0) }
            }
        }
    }

    private static func decodeFrontend(_ fields: inout ObjectDecoder) {
        _ = fields.object("validation") { validation in
            _ = validation.requiredList("caCertificateRefs", 1...16) { reference in
                _ = ParametersReference.decode(&reference)
            }
            if validation.has("mode") {
                _ = validation.requiredWord("mode", among: ["AllowValidOnly", "AllowInsecureFallback"])
            } else {
                validation.accept("mode")
                validation.setDefault("mode", "AllowValidOnly")
            }
        }
    }
}

extension GatewayAddress {
    static func decode(_ fields: inout ObjectDecoder) -> GatewayAddress {
        let type = fields.string("type", .addressType, default: "IPAddress")
        let value = fields.string("value", StringRule(nil, length: 0...253))
        if let value, type == "Hostname", !Pattern.isHostname(value) {
            fields.report(
                .invalidFormat, "found \"\(value)\", expected \(StringRule.hostname.expected ?? "")", field: "value")
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
