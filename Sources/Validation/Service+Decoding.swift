import GatewayAPI
import Manifests

extension Service {
    static let traits = KindTraits(hasGeneration: false, name: .serviceName)

    static func decode(_ object: inout ObjectDecoder) -> Service {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.defaultedObject("spec") { spec in
            let service = Service(
                metadata: metadata, type: spec.choice("type", default: .clusterIP),
                clusterIP: spec.string("clusterIP"), externalName: spec.string("externalName"),
                ports: spec.list("ports", 0...Int.max, ServicePort.decode), selector: spec.stringMap("selector"))
            service.check(spec)
            // What concerns the nodes and the cloud decides nothing in weir.
            spec.accept(
                "allocateLoadBalancerNodePorts", "clusterIPs", "externalIPs", "externalTrafficPolicy",
                "healthCheckNodePort", "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy", "loadBalancerClass",
                "loadBalancerIP", "loadBalancerSourceRanges", "publishNotReadyAddresses", "sessionAffinity",
                "sessionAffinityConfig", "trafficDistribution")
            return service
        } ?? Service(metadata: metadata)
    }

    private func check(_ spec: ObjectDecoder) {
        if type == .externalName {
            if externalName ?? "" == "" { spec.reportMissing("externalName", "a DNS name, for type ExternalName") }
        } else if ports.isEmpty, !isHeadless {
            spec.reportMissing("ports", "at least one port")
        }
        if ports.count > 1 {
            for place in ports.indices where ports[place].name == nil {
                spec.context.report(
                    .missingField, "port \(ports[place].port) has no name: expected one where there are several ports",
                    at: spec.index, field: "ports[\(place)].name")
            }
        }
        spec.requireUnique(ports, "ports", "a port name") { $0.name }
        spec.requireUnique(ports, "ports", "a combination of port and protocol") { "\($0.port) \($0.protocolType)" }
    }
}

extension ServicePort {
    static func decode(_ fields: inout ObjectDecoder) -> ServicePort {
        let port = UInt16(fields.requiredInteger("port", 1...65535))
        let servicePort = ServicePort(
            name: fields.string("name", .label), port: port,
            targetPort: targetPort(&fields) ?? .number(port), protocolType: protocolType(&fields),
            appProtocol: fields.string("appProtocol"), position: fields.position)
        _ = fields.integer("nodePort", 0...65535)
        return servicePort
    }

    private static func targetPort(_ fields: inout ObjectDecoder) -> TargetPort? {
        guard let value = fields.value("targetPort") else {
            if let port = fields.context.arena.member(fields.index, "port")?.value,
                let number = fields.context.arena.integer(port)
            {
                fields.setDefault("targetPort", number)
            }
            return nil
        }
        let context = fields.context
        return fields.at("targetPort") {
            if context.arena.kind(value) == .string {
                // A name of a container's port: what a number in quotation marks looks like is no such name.
                let name = context.arena.text(value)
                if Pattern.isLabel(name), name.utf8.count <= 15, name.utf8.contains(where: \.isLetter) {
                    return .name(name)
                }
                context.report(
                    .invalidFormat,
                    "found \"\(Excerpt.of(name))\", expected a port from 1 to 65535 or the name of a port",
                    at: value)
                return nil
            }
            return ObjectDecoder.integer(value, 1...65535, context).map { .number(UInt16($0)) }
        }
    }

    static func protocolType(_ fields: inout ObjectDecoder) -> String {
        guard fields.has("protocol") else {
            fields.accept("protocol")
            fields.setDefault("protocol", "TCP")
            return "TCP"
        }
        return fields.requiredWord("protocol", among: ["TCP", "UDP", "SCTP"])
    }
}
