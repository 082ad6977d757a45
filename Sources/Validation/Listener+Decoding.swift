import GatewayAPI
import Manifests

extension Listener {
    static func decode(_ fields: inout ObjectDecoder) -> Listener {
        let listener = Listener(
            name: fields.requiredString("name", .subdomain), hostname: fields.locatedString("hostname", .hostname),
            port: UInt16(fields.requiredInteger("port", 1...65535)),
            protocolType: fields.requiredString("protocol", .protocolType),
            tls: fields.object("tls", ListenerTLSConfig.decode),
            allowedRoutes: fields.defaultedObject("allowedRoutes", AllowedRoutes.decode)
                ?? AllowedRoutes(namespaces: RouteNamespaces(position: fields.position), position: fields.position),
            position: fields.position)
        listener.checkProtocol(fields)
        return listener
    }

    private func checkProtocol(_ fields: ObjectDecoder) {
        switch protocolType {
        case "HTTP", "TCP", "UDP":
            if tls != nil {
                fields.report(.conflictingFields, "a listener of protocol \(protocolType) has no tls", field: "tls")
            }
        case "HTTPS":
            if let tls, tls.mode != .terminate {
                fields.report(.conflictingFields, "a listener of protocol HTTPS has tls mode Terminate", field: "tls")
            }
        case "TLS":
            if !fields.has("tls") {
                fields.reportMissing("tls", "a mode, for a listener of protocol TLS")
            }
        default: break
        }
        if protocolType == "TCP" || protocolType == "UDP", hostname != nil {
            fields.report(
                .conflictingFields, "a listener of protocol \(protocolType) has no hostname", field: "hostname")
        }
    }

    static func checkTogether(_ listeners: [Listener], _ spec: ObjectDecoder) {
        spec.requireUnique(listeners, "listeners", "a listener name") { $0.name }
        spec.requireUnique(listeners, "listeners", "a combination of port, protocol and hostname") {
            "\($0.port) \($0.protocolType)" + ($0.hostname.map { " " + $0.value } ?? "")
        }
    }
}

extension ListenerTLSConfig {
    static func decode(_ fields: inout ObjectDecoder) -> ListenerTLSConfig {
        let config = ListenerTLSConfig(
            mode: fields.choice("mode", default: .terminate),
            certificateRefs: fields.list("certificateRefs", 0...64, SecretObjectReference.decode),
            options: fields.stringMap("options", countMax: 16, StringRule(nil, length: 0...4096)),
            position: fields.position)
        if config.mode == .terminate, config.certificateRefs.isEmpty, config.options.isEmpty {
            fields.reportMissing("certificateRefs", "a certificate (or options) for tls mode Terminate")
        }
        return config
    }
}

extension AllowedRoutes {
    static func decode(_ fields: inout ObjectDecoder) -> AllowedRoutes {
        AllowedRoutes(
            namespaces: fields.defaultedObject("namespaces") {
                RouteNamespaces.decode(&$0, default: .same, allowing: [.all, .selector, .same])
            } ?? RouteNamespaces(position: fields.position),
            kinds: fields.list("kinds", 0...8) { kind in
                RouteGroupKind(
                    group: kind.string("group", .group, default: APIGroup.gateway),
                    kind: kind.requiredString("kind", .kind), position: kind.position)
            }, position: fields.position)
    }
}

extension RouteNamespaces {
    static func decode(
        _ fields: inout ObjectDecoder, default from: FromNamespaces, allowing choices: [FromNamespaces]
    ) -> RouteNamespaces {
        RouteNamespaces(
            from: fields.choice("from", default: from, among: choices),
            selector: fields.object("selector", LabelSelector.decode), position: fields.position)
    }
}
