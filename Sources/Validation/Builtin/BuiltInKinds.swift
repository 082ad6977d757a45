import GatewayAPI
import Synchronization

/// weir's own schemas of the Gateway API in one channel, each read when it is first asked for.
final class BuiltInKinds: Sendable {
    private struct Shelf {
        var text: SchemaText?
        var headers: [GroupKind: SchemaText.Header] = [:]
        var kinds: [GroupKind: CustomKind] = [:]
    }

    private let shelf: Mutex<Shelf>

    /// Schemas that nobody else reads, so that a thread may have its own.
    init(_ channel: ReleaseChannel) {
        var shelf = Shelf()
        // A mistake in a text of weir's own is one that no input can cause, and its tests would tell.
        shelf.text = try? SchemaText(GatewayAPISchemas.text, channel)
        for header in shelf.text?.headers ?? [] { shelf.headers[header.key] = header }
        self.shelf = Mutex(shelf)
    }

    /// The schemas of a channel that a run shares.
    static func shared(_ channel: ReleaseChannel) -> BuiltInKinds {
        switch channel {
        case .standard: standard
        case .experimental: experimental
        }
    }

    private static let standard = BuiltInKinds(.standard)
    private static let experimental = BuiltInKinds(.experimental)

    /// All that there are.
    var keys: [GroupKind] { shelf.withLock { Array($0.headers.keys) } }

    /// The kinds that a version of a group has.
    func kinds(in group: String, version: String) -> [String] {
        shelf.withLock { shelf in
            shelf.headers.values.filter { $0.key.group == group && $0.versions.contains(version) }.map(\.key.kind)
        }
    }

    func find(_ key: GroupKind) -> CustomKind? {
        shelf.withLock { shelf in
            if let known = shelf.kinds[key] { return known }
            guard let header = shelf.headers[key], let kind = try? shelf.text?.kind(header) else { return nil }
            shelf.kinds[key] = kind
            return kind
        }
    }
}
