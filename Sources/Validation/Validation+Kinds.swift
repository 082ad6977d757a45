import GatewayAPI
import Manifests

extension Validation {
    /// Whether the API server knows the kind and serves the version; a kind of a group that is not known may exist.
    static func checkKind(_ object: ManifestObject, _ installed: InstalledKinds, _ context: DecodingContext) -> Bool {
        let (group, version) = KnownKinds.split(object.apiVersion)
        let root = object.node.index
        for (key, value) in [("apiVersion", object.apiVersion), ("kind", object.kind)] where value.isEmpty {
            if let member = object.node[key], member.kind != .null {
                context.report(
                    .wrongType, "expected a string, found \(context.description(member.index))", at: member.index,
                    field: key, hint: context.typeHint(member.index, expected: "a string"))
            } else {
                context.report(.missingField, "\(key) is missing", at: root, field: key)
            }
        }
        guard !context.hasErrors else { return false }
        let versions =
            installed.find(group: group, kind: object.kind)?.served.map(\.name)
            ?? KnownKinds.find(group: group, kind: object.kind)?.versions
        guard let versions else { return checkUnknown(object, group: group, installed, context) }
        guard versions.contains(version) else {
            let served = versions.map { group.isEmpty ? $0 : "\(group)/\($0)" }
            context.report(
                .versionNotServed,
                served.isEmpty
                    ? "no version of \(object.kind) is served"
                    : "\(object.apiVersion) is not served for \(object.kind), only \(served.joined(separator: ", "))",
                at: object.node["apiVersion"]?.index ?? root, field: "apiVersion",
                hint: served.first.map { "use \($0)" })
            return false
        }
        return true
    }

    /// A kind that is not known. In a group that weir knows as a whole there is none; elsewhere it may be somebody's own.
    private static func checkUnknown(
        _ object: ManifestObject, group: String, _ installed: InstalledKinds, _ context: DecodingContext
    ) -> Bool {
        let root = object.node.index
        let home = homeGroup(of: object.kind, installed)
        if installed.isComplete(group: group) {
            let version = KnownKinds.split(object.apiVersion).version
            // Where no kind has the version, the API server misses that and not the kind.
            let kinds = installed.kinds(in: group, version: version)
            var hint = Suggestion.nearest(to: object.kind, among: kinds).map { "did you mean \($0)?" }
            if let home { hint = "\(object.kind) is of \(home)" }
            if object.kind == ListenerSet.experimentalKind {
                hint = "its successor is ListenerSet of \(APIGroup.gateway)/v1"
            } else if InstalledKinds(channel: .experimental).find(group: group, kind: object.kind) != nil {
                hint = "it is of the experimental channel"
            }
            context.report(
                .unknownKind,
                kinds.isEmpty
                    ? "\(object.apiVersion) is not served"
                        + (installed.channel == .standard ? " in the standard channel" : "")
                    : "the API group \(group) has no kind \(object.kind)",
                at: object.node[kinds.isEmpty ? "apiVersion" : "kind"]?.index ?? root,
                field: kinds.isEmpty ? "apiVersion" : "kind", hint: hint)
            return false
        }
        guard let home else { return true }
        // The kind is one of the Gateway API. Its group may be another's, unless it is Kubernetes' own or a misspelling.
        guard KnownKinds.coreGroups.contains(group) || Suggestion.nearest(to: group, among: [home]) == home else {
            return true
        }
        context.report(
            .unknownKind,
            "the API group \(group.isEmpty ? "of \(object.apiVersion)" : group) has no kind \(object.kind)",
            at: object.node["apiVersion"]?.index ?? root, field: "apiVersion",
            hint: "\(object.kind) is of \(home)")
        return false
    }

    private static func homeGroup(of kind: String, _ installed: InstalledKinds) -> String? {
        [APIGroup.gateway, APIGroup.experimental].first { installed.find(group: $0, kind: kind) != nil }
    }
}
