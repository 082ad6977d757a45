import GatewayAPI
import Manifests

extension TLSRoute {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder, version: String) -> TLSRoute {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            TLSRoute(
                metadata: metadata, parentRefs: spec.parentRefs(), hostnames: serverNames(&spec, version: version),
                rules: ForwardingRule.decode(&spec, version: version),
                useDefaultGateways: spec.defaultScope("useDefaultGateways"))
        } ?? TLSRoute(metadata: metadata, rules: [])
    }

    /// A server name is never an address (RFC 6066, section 3); `v1alpha2` leaves that to the controller.
    private static func serverNames(_ spec: inout ObjectDecoder, version: String) -> [Located<String>] {
        let key = "hostnames"
        guard version != "v1alpha2" else { return spec.strings(key, 0...1024, .hostname) }
        let names = spec.strings(key, 1...1024, .serverName)
        if !spec.has(key) { spec.reportMissing(key, "the server names of the connections") }
        return names
    }
}

extension TCPRoute {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder, version: String) -> TCPRoute {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            TCPRoute(
                metadata: metadata, parentRefs: spec.parentRefs(),
                rules: ForwardingRule.decode(&spec, version: version),
                useDefaultGateways: spec.defaultScope("useDefaultGateways"))
        } ?? TCPRoute(metadata: metadata, rules: [])
    }
}

extension UDPRoute {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder, version: String) -> UDPRoute {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            UDPRoute(
                metadata: metadata, parentRefs: spec.parentRefs(),
                rules: ForwardingRule.decode(&spec, version: version),
                useDefaultGateways: spec.defaultScope("useDefaultGateways"))
        } ?? UDPRoute(metadata: metadata, rules: [])
    }
}
