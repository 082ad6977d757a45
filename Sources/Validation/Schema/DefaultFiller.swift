import Manifests

/// Removes nulls that say nothing, and adds what an object leaves out, throughout.
///
/// Source: Kubernetes, apiextensions-apiserver, structural defaulting. What is added is right by the schema that has it, and
/// is filled in itself.
struct DefaultFiller {
    /// A null that was removed. Where the field is missing in truth, this is its place.
    struct RemovedNull {
        var parent: NodeIndex
        var key: NodeIndex
        var value: NodeIndex
    }

    /// A member of the root that is left alone.
    private let skipped: String?
    private(set) var removedNulls: [RemovedNull] = []

    init(skipping skipped: String?) { self.skipped = skipped }

    mutating func fill(_ root: NodeIndex, _ schema: Schema, _ arena: inout NodeArena) {
        fillMembers(root, schema, &arena, isRoot: true)
    }

    private mutating func fillValue(_ index: NodeIndex, _ schema: Schema, _ arena: inout NodeArena) {
        switch arena.kind(index) {
        case .mapping: fillMembers(index, schema, &arena, isRoot: false)
        case .sequence:
            guard let items = schema.items, items.hasDefaults else { return }
            for place in 0..<arena.count(index) { fillValue(arena.element(index, place), items, &arena) }
        default: break
        }
    }

    private mutating func fillMembers(
        _ index: NodeIndex, _ schema: Schema, _ arena: inout NodeArena, isRoot: Bool
    ) {
        guard arena.kind(index) == .mapping else { return }
        var place = 0
        while place < arena.count(index) {
            let member = arena.member(index, at: place)
            place += 1
            guard arena.kind(member.value) == .null, let known = schema.valueSchema(arena, member.key),
                !known.isNullable,
                !isRoot || !isLeftAlone(member.key, arena)
            else { continue }
            if let value = known.defaultValue, schema.place(arena, member.key) == nil {
                let copy = arena.addCopy(of: value, at: index)
                arena.setMember(of: index, arena.text(member.key), to: copy)
            } else {
                removedNulls.append(RemovedNull(parent: index, key: member.key, value: member.value))
                place -= 1
                arena.removeMember(of: index, at: place)
            }
        }
        for property in schema.defaulted where arena.member(index, schema.properties[property].name) == nil {
            guard let value = schema.properties[property].schema.defaultValue,
                !isRoot || schema.properties[property].name != skipped
            else { continue }
            let copy = arena.addCopy(of: value, at: index)
            arena.setMember(of: index, schema.properties[property].name, to: copy)
        }
        for place in 0..<arena.count(index) {
            let member = arena.member(index, at: place)
            guard let known = schema.valueSchema(arena, member.key), known.hasDefaults,
                !isRoot || !isLeftAlone(member.key, arena)
            else { continue }
            fillValue(member.value, known, &arena)
        }
    }

    private func isLeftAlone(_ key: NodeIndex, _ arena: borrowing NodeArena) -> Bool {
        skipped.map { arena.matches(key, $0) } ?? false || arena.matches(key, "metadata")
    }
}
