import GatewayAPI
import Manifests

extension BackendTLSPolicy {
    static let traits = KindTraits()

    static func decode(_ object: inout ObjectDecoder) -> BackendTLSPolicy {
        let metadata = ObjectMetadata.decode(&object, traits)
        object.accept("status")
        let missing = BackendTLSPolicyValidation(
            hostname: Located(value: "", position: object.position), position: object.position)
        return object.requiredObject("spec") { spec in
            let targets = spec.requiredList("targetRefs", 1...16) {
                PolicyTargetReference.decode(&$0, hasSection: true)
            }
            PolicyTargetReference.checkTogether(targets, spec)
            return BackendTLSPolicy(
                metadata: metadata, targetRefs: targets,
                validation: spec.requiredObject("validation", BackendTLSPolicyValidation.decode) ?? missing,
                options: spec.stringMap("options", countMax: 16, StringRule(nil, length: 0...4096)))
        } ?? BackendTLSPolicy(metadata: metadata, targetRefs: [], validation: missing)
    }
}

extension PolicyTargetReference {
    static func decode(_ fields: inout ObjectDecoder, hasSection: Bool) -> PolicyTargetReference {
        PolicyTargetReference(
            group: fields.requiredGroup("group"), kind: fields.requiredString("kind", .kind),
            name: fields.requiredString("name", .objectName),
            sectionName: hasSection ? fields.string("sectionName", .subdomain) : nil, position: fields.position)
    }

    /// One target is named once as a whole, or each of its sections once.
    static func checkTogether(_ references: [PolicyTargetReference], _ spec: ObjectDecoder) {
        spec.requireUnique(references, "targetRefs", "a target with its section") {
            "\($0.kind) \($0.name)" + ($0.sectionName.map { ", section \($0)" } ?? "")
                + ($0.group.isEmpty ? "" : " of \($0.group)")
        }
        var hasSection: [[String]: Bool] = [:]
        for reference in references {
            let target = [reference.group, reference.kind, reference.name]
            let found = reference.sectionName != nil
            if hasSection.updateValue(found, forKey: target) ?? found != found {
                return spec.report(
                    .conflictingFields,
                    "\(reference.kind) \(reference.name) is named several times, but not always with sectionName",
                    field: "targetRefs", hint: "give each of these targetRefs a sectionName")
            }
        }
    }
}

extension BackendTLSPolicyValidation {
    static func decode(_ fields: inout ObjectDecoder) -> BackendTLSPolicyValidation {
        let hostname = fields.locatedString("hostname", .preciseHostname)
        if !fields.has("hostname") { fields.reportMissing("hostname", "the server name of the backend") }
        let validation = BackendTLSPolicyValidation(
            caCertificateRefs: fields.list("caCertificateRefs", 0...8, LocalObjectReference.decode),
            wellKnownCACertificates: fields.locatedString("wellKnownCACertificates", .wellKnownCertificates),
            hostname: hostname ?? Located(value: "", position: fields.position),
            subjectAltNames: fields.list("subjectAltNames", 0...5, SubjectAltName.decode).compactMap(\.self),
            position: fields.position)
        switch (validation.caCertificateRefs.isEmpty, fields.has("wellKnownCACertificates")) {
        case (false, true):
            fields.report(
                .conflictingFields, "only one of caCertificateRefs and wellKnownCACertificates may be given")
        case (true, false):
            fields.report(
                .missingField, "caCertificateRefs and wellKnownCACertificates are missing: expected one of them")
        default: break
        }
        return validation
    }
}

extension SubjectAltName {
    private static let uri = StringRule("a URI, such as spiffe://example.com/cart", length: 1...253, Pattern.isURI)

    static func decode(_ fields: inout ObjectDecoder) -> SubjectAltName? {
        let type = fields.requiredWord("type", among: ["Hostname", "URI"])
        let hostname = fields.string("hostname", .hostname)
        let uri = fields.string("uri", uri)
        let (field, other) = type == "URI" ? ("uri", "hostname") : ("hostname", "uri")
        if !fields.has(field) { fields.reportMissing(field, "the name, of type \(type)") }
        if fields.has(other), fields.has("type") {
            fields.report(.conflictingFields, "\(other) does not belong to a name of type \(type)", field: other)
        }
        let name = type == "URI" ? uri.map(Name.uri) : hostname.map(Name.hostname)
        return name.map { SubjectAltName($0, position: fields.position) }
    }
}
