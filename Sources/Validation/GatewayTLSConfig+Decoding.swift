import GatewayAPI
import Manifests

extension GatewayTLSConfig {
    static func decode(_ fields: inout ObjectDecoder) -> GatewayTLSConfig {
        GatewayTLSConfig(
            backend: fields.object("backend") { backend in
                GatewayBackendTLS(
                    clientCertificateRef: backend.object("clientCertificateRef", SecretObjectReference.decode),
                    position: backend.position)
            },
            frontend: fields.object("frontend", FrontendTLSConfig.decode), position: fields.position)
    }
}

extension FrontendTLSConfig {
    static func decode(_ fields: inout ObjectDecoder) -> FrontendTLSConfig {
        let config = FrontendTLSConfig(
            validation: fields.requiredObject("default", decodeValidation).flatMap(\.self),
            perPort: fields.list("perPort", 0...64) { entry in
                FrontendTLSPort(
                    port: UInt16(entry.requiredInteger("port", 1...65535)),
                    validation: entry.requiredObject("tls", decodeValidation).flatMap(\.self),
                    position: entry.position)
            }, position: fields.position)
        fields.requireUnique(config.perPort, "perPort", "a port") { String($0.port) }
        return config
    }

    private static func decodeValidation(_ fields: inout ObjectDecoder) -> FrontendTLSValidation? {
        fields.object("validation") { validation in
            FrontendTLSValidation(
                caCertificateRefs: validation.requiredList("caCertificateRefs", 1...16, ObjectReference.decode),
                mode: validation.choice("mode", default: .allowValidOnly), position: validation.position)
        }
    }
}
