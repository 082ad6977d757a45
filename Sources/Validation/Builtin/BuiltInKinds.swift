/// weir's own schemas of the Gateway API, read when they are first asked for.
enum BuiltInKinds {
    static func all(_ channel: ReleaseChannel) -> [GroupKind: CustomKind] {
        switch channel {
        case .standard: standard
        case .experimental: experimental
        }
    }

    private static let standard = read(.standard)
    private static let experimental = read(.experimental)

    /// Reads them anew, so that a thread has its own.
    static func read(_ channel: ReleaseChannel) -> [GroupKind: CustomKind] {
        // A mistake in a text of weir's own is one that no input can cause, and its tests would tell.
        guard let text = try? SchemaText(GatewayAPISchemas.text, channel) else { return [:] }
        return Dictionary(uniqueKeysWithValues: text.kinds.map { (GroupKind(group: $0.group, kind: $0.kind), $0) })
    }
}
