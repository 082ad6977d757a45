public import GatewayAPI
internal import Manifests
internal import Validation

/// A field of a resource that is not the same in two inputs.
public struct FieldChange: Hashable, Sendable {
    /// The resource.
    public var resource: ResourceName
    /// The field after the change, as `spec.rules[0].matches[1].path.value`; empty for the whole resource. Of what was taken
    /// away, where it was.
    public var path: String
    /// Where it is written: after the change or, for what was taken away, before.
    public var position: SourcePosition
    /// Whether it is no longer there.
    public var isRemoved: Bool
    /// The rule of a route that it belongs to, before and after; nil for fields outside of rules, and where there is none.
    var fromRule: Int?
    var toRule: Int?
    var isInRule: Bool
}

extension FieldChange {
    /// What differs between two forms of an object; nil where it is not there at all. What the API server keeps for itself, and
    /// what no controller reads, is passed over.
    static func all(from: InventoryObject?, to: InventoryObject?) -> [FieldChange] {
        guard let name = from?.name ?? to?.name else { return [] }
        var comparison = NodeComparison(resource: name)
        switch (from?.source.node, to?.source.node) {
        case (let before?, let after?): comparison.compare(before, after, FieldPlace())
        case (let before?, nil): comparison.add(before.position, FieldPlace(), isRemoved: true)
        case (nil, let after?): comparison.add(after.position, FieldPlace(), isRemoved: false)
        case (nil, nil): break
        }
        return comparison.changes
    }
}

/// Where two trees are compared: the paths to it in both.
private struct FieldPlace {
    var from = ""
    var to = ""
    var fromRule: Int?
    var toRule: Int?
    var isInRule = false

    func member(_ key: String) -> FieldPlace {
        var place = self
        place.from += from.isEmpty ? key : ".\(key)"
        place.to += to.isEmpty ? key : ".\(key)"
        return place
    }

    func element(_ before: Int?, _ after: Int?) -> FieldPlace {
        var place = self
        if from == "spec.rules", to == "spec.rules" {
            place.isInRule = true
            place.fromRule = before
            place.toRule = after
        }
        place.from += "[\(before ?? 0)]"
        place.to += "[\(after ?? 0)]"
        return place
    }
}

private struct NodeComparison {
    let resource: ResourceName
    var changes: [FieldChange] = []

    init(resource: ResourceName) { self.resource = resource }

    mutating func add(_ position: SourcePosition, _ place: FieldPlace, isRemoved: Bool) {
        changes.append(
            FieldChange(
                resource: resource, path: isRemoved ? place.from : place.to, position: position, isRemoved: isRemoved,
                fromRule: place.fromRule, toRule: place.toRule, isInRule: place.isInRule))
    }

    mutating func compare(_ from: Node, _ to: Node, _ place: FieldPlace) {
        guard from != to else { return }
        switch (from.kind, to.kind) {
        case (.mapping, .mapping): compareMembers(from, to, place)
        case (.sequence, .sequence): compareElements(from, to, place)
        default: add(to.position, place, isRemoved: false)
        }
    }

    private mutating func compareMembers(_ from: Node, _ to: Node, _ place: FieldPlace) {
        for member in from.members where isRead(member.key.text, place) {
            let key = member.key.text
            if let after = to[key] {
                compare(member.value, after, place.member(key))
            } else {
                add(member.key.position, place.member(key), isRemoved: true)
            }
        }
        for member in to.members where isRead(member.key.text, place) && from[member.key.text] == nil {
            add(member.key.position, place.member(member.key.text), isRemoved: false)
        }
    }

    private func isRead(_ key: String, _ place: FieldPlace) -> Bool {
        if place.to == "metadata" { return ["name", "namespace", "creationTimestamp", "labels"].contains(key) }
        return !place.to.isEmpty || key != "status"
    }

    private mutating func compareElements(_ from: Node, _ to: Node, _ place: FieldPlace) {
        for (before, after) in Self.pairs(Array(from.elements), Array(to.elements)) {
            let place = place.element(before, after)
            switch (before, after) {
            case (let before?, let after?): compare(from[before], to[after], place)
            case (let before?, nil): add(from[before].position, place, isRemoved: true)
            case (nil, let after?): add(to[after].position, place, isRemoved: false)
            case (nil, nil): break
            }
        }
    }

    /// Elements that belong together: those of one name where all have one, else those that are equal, in order; what lies
    /// between them is paired as it stands.
    private static func pairs(_ from: [Node], _ to: [Node]) -> [(Int?, Int?)] {
        if let before = names(from), let after = names(to) {
            let places = Dictionary(uniqueKeysWithValues: zip(after, to.indices))
            var result: [(Int?, Int?)] = zip(from.indices, before).map { ($0, places[$1]) }
            let known = Set(before)
            result += zip(to.indices, after).filter { !known.contains($1) }.map { (nil, $0.0) }
            return result
        }
        var result: [(Int?, Int?)] = []
        var (before, after) = (0, 0)
        func pairUp(to fromEnd: Int, _ toEnd: Int) {
            while before < fromEnd || after < toEnd {
                result.append((before < fromEnd ? before : nil, after < toEnd ? after : nil))
                before += before < fromEnd ? 1 : 0
                after += after < toEnd ? 1 : 0
            }
        }
        for place in to.indices {
            guard let equal = from.indices.dropFirst(before).first(where: { from[$0] == to[place] }) else { continue }
            pairUp(to: equal, place)
            before = equal + 1
            after = place + 1
        }
        pairUp(to: from.count, to.count)
        return result
    }

    private static func names(_ nodes: [Node]) -> [String]? {
        var names: [String] = []
        for node in nodes {
            guard let name = node["name"]?.string else { return nil }
            names.append(name)
        }
        return Set(names).count == names.count && !names.isEmpty ? names : nil
    }
}
