import GatewayAPI
import Manifests

extension XBackendTrafficPolicy {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> XBackendTrafficPolicy {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        return object.requiredObject("spec") { spec in
            let targets = spec.requiredList("targetRefs", 1...16) {
                PolicyTargetReference.decode(&$0, hasSection: false)
            }
            PolicyTargetReference.checkTogether(targets, spec)
            return XBackendTrafficPolicy(
                metadata: metadata, targetRefs: targets,
                retryConstraint: spec.object("retryConstraint", RetryConstraint.decode),
                sessionPersistence: spec.object("sessionPersistence", SessionPersistence.decode))
        } ?? XBackendTrafficPolicy(metadata: metadata, targetRefs: [])
    }
}

extension RetryConstraint {
    private static let second: Int64 = 1_000_000_000
    private static let hour = 3600 * second

    static func decode(_ fields: inout ObjectDecoder) -> RetryConstraint {
        var constraint = RetryConstraint(position: fields.position)
        _ = fields.defaultedObject("budget") { budget in
            constraint.percent = Int32(budget.integer("percent", 0...100, default: 20))
            if budget.value("interval") == nil { budget.setDefault("interval", "10s") }
            constraint.interval = interval(&budget, second...hour, "from 1s to 1h") ?? 10 * second
        }
        let isMissing = fields.value("minRetryRate") == nil
        _ = fields.defaultedObject("minRetryRate") { rate in
            // The default is that of the whole: what an object of the manifest leaves out stays open.
            for key in ["count", "interval"] { rate.accept(key) }
            if isMissing {
                rate.setDefault("count", 10)
                rate.setDefault("interval", "1s")
            }
            constraint.minRetryCount = rate.integer("count", 1...1_000_000).map { Int32($0) }
            constraint.minRetryInterval = interval(&rate, 1...hour, "more than 0s and at most 1h")
        }
        return constraint
    }

    private static func interval(
        _ fields: inout ObjectDecoder, _ range: ClosedRange<Int64>, _ expected: String
    ) -> Int64? {
        let interval = fields.duration("interval")
        if let interval, !range.contains(interval) {
            fields.report(.outOfRange, "expected an interval of \(expected)", field: "interval")
        }
        return interval
    }
}

extension XMesh {
    static let traits = KindTraits(isNamespaced: false)

    static func decode(_ object: inout ObjectDecoder) -> XMesh {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        let missing = Located(value: "", position: object.position)
        return object.requiredObject("spec") { spec in
            XMesh(
                metadata: metadata, controllerName: spec.controllerName() ?? missing,
                parametersRef: spec.object("parametersRef", ParametersReference.decode),
                description: spec.string("description", .classDescription))
        } ?? XMesh(metadata: metadata, controllerName: missing)
    }
}

extension XBackend {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> XBackend {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        var backend = XBackend(
            metadata: metadata, hostname: Located(value: "", position: object.position), port: 1)
        _ = object.requiredObject("spec") { spec in
            _ = spec.requiredWord("type", among: ["ExternalHostname"])
            _ = spec.requiredObject("externalHostname") { fields in
                let hostname = fields.locatedString("hostname", .externalHostname)
                if !fields.has("hostname") { fields.reportMissing("hostname", "a DNS name") }
                backend.hostname = hostname ?? backend.hostname
            }
            _ = spec.requiredObject("port") { fields in
                backend.port = UInt16(fields.requiredInteger("port", 1...65535))
                backend.portName = fields.string("name", .optionalLabel)
            }
            backend.protocolType = spec.choice("protocol")
            backend.tls = spec.object("tls", XBackendTLS.decode)
        }
        return backend
    }
}

extension XBackendTLS {
    static func decode(_ fields: inout ObjectDecoder) -> XBackendTLS {
        let mode: Mode? = fields.choice("mode")
        if !fields.has("mode") { fields.reportMissing("mode", "one of None, ServerOnly, ClientAndServer") }
        let tls = XBackendTLS(
            mode: mode ?? .none, validation: fields.object("validation", BackendTLSPolicyValidation.decode),
            clientCertificateRef: fields.object("clientCertificateRef", SecretObjectReference.decode),
            position: fields.position)
        let hasCertificate = fields.has("clientCertificateRef")
        if mode == .clientAndServer, !hasCertificate {
            fields.reportMissing("clientCertificateRef", "the certificate to show, for mode ClientAndServer")
        } else if let mode, mode != .clientAndServer, hasCertificate {
            fields.report(
                .conflictingFields, "clientCertificateRef does not belong to mode \(mode.rawValue)",
                field: "clientCertificateRef")
        }
        return tls
    }
}
