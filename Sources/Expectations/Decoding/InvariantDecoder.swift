import GatewayAPI
import Manifests
import Routing
import Scenario
import Traffic
import Validation

/// Reads the entries of `invariants`.
enum InvariantDecoder {
    static func entry(_ object: inout ObjectDecoder) -> Invariant? {
        let name = object.requiredString("name")
        let region = object.object("where", region) ?? RequestRegion()
        let always = object.object("always") { ClaimDecoder.claims(&$0) } ?? []
        let never = object.object("never") { ClaimDecoder.claims(&$0, isNegative: true) } ?? []
        let unknown: Unknown? = object.choice("unknown")
        if !object.has("always"), !object.has("never") {
            object.report(.missingField, "nothing is claimed: give always or never")
        }
        for (key, claims) in [("always", always), ("never", never)] {
            for claim in claims where !claim.isSameForAMatch {
                object.report(
                    .unsupportedValue,
                    "\(claim.key) hangs on more of a request than the rule that takes it, so that it cannot be decided for all",
                    field: key, hint: "expect it of single requests, in cases")
            }
        }
        return Invariant(
            name: name, region: region, always: always, never: never, passesUnknown: unknown == .pass,
            position: object.position)
    }

    private enum Unknown: String, CaseIterable {
        case fail, pass
    }

    private static func region(_ object: inout ObjectDecoder) -> RequestRegion {
        var region = RequestRegion()
        region.gateways = names(&object, "gateways")
        region.services = names(&object, "mesh")
        if object.has("gateways"), object.has("mesh") {
            object.report(.conflictingFields, "gateways cannot stand beside mesh", field: "gateways")
        }
        region.ports =
            object.elements("ports", 1...1_000) { value, context in
                ObjectDecoder.integer(value, 1...65535, context)
            }?.map { UInt16($0) } ?? []
        region.hosts =
            object.elements("hosts", 1...10_000) { value, context in
                ObjectDecoder.parsed(value, context, "a host, or *.example.com for all below a name", Self.host)?.value
            } ?? []
        region.paths =
            object.elements("paths", 1...10_000) { value, context in
                ObjectDecoder.parsed(value, context, "a path, or /admin/* for it and all below it", Self.path)?.value
            } ?? []
        region.methods =
            object.elements("methods", 1...100) { value, context in
                ObjectDecoder.parsed(value, context, "a method such as GET") { HTTPSyntax.isToken($0) ? $0 : nil }?
                    .value
            } ?? []
        region.headers = fields(&object, "headers") { $0.lowercased() }
        region.parameters = fields(&object, "query") { $0 }
        return region
    }

    private static func fields(
        _ object: inout ObjectDecoder, _ key: String, _ identity: (String) -> String
    ) -> [FieldPredicate] {
        var names: Set<String> = []
        return object.fields(key, isHeader: key == "headers").map { field in
            if !names.insert(identity(field.name)).inserted {
                object.report(.duplicateItem, "\(field.name) is asked for twice", field: key)
            }
            return FieldPredicate(name: field.name, value: .exact(field.value))
        }
    }

    private static func names(_ object: inout ObjectDecoder, _ key: String) -> [String] {
        object.elements(key, 1...10_000) { value, context in
            ObjectDecoder.parsed(value, context, "namespace/name", NamespacedName.init)?.value.description
        } ?? []
    }

    private static func host(_ text: String) -> HostnamePattern? {
        let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "-._".utf8.contains(byte)
            }
        return isName ? HostnamePattern(text) : nil
    }

    /// `/admin` is that path alone, `/admin/*` is it and all below it, `/*` every path.
    private static func path(_ text: String) -> PathPredicate? {
        guard text.hasPrefix("/"), !text.dropLast().contains("*"), !text.contains("?"), !text.contains("#") else {
            return nil
        }
        guard text.hasSuffix("*") else { return .exact(text) }
        guard text.hasSuffix("/*") else { return nil }
        let prefix = text.dropLast(2)
        return .prefix(prefix.isEmpty ? "/" : String(prefix))
    }
}
