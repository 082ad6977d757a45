import GatewayAPI
import Manifests

extension SchemaValidator {
    func checkObject(_ index: NodeIndex, _ schema: Schema) {
        if schema.isEmbeddedResource, !isTrying { checkEmbeddedResource(index) }
        checkCount(arena.count(index), schema, "members", at: index)
        for name in schema.required where arena.member(index, name) == nil { reportMissing(name, in: index, schema) }
        for place in 0..<arena.count(index) {
            let member = arena.member(index, at: place)
            if let found = schema.place(arena, member.key) {
                context.path.push(schema.properties[found].name)
                let before = findings.count
                check(member.value, schema.properties[found].schema)
                if findings.count == before { fitting += 1 }
                context.path.pop()
            } else if case .values(let other) = schema.others {
                context.path.push(arena.text(member.key))
                check(member.value, other)
                context.path.pop()
            }
        }
    }

    private func checkEmbeddedResource(_ index: NodeIndex) {
        for name in ["apiVersion", "kind"] {
            guard let member = arena.member(index, name)?.value else {
                report(
                    .missingField, "\(name) is missing: expected a string", at: index, field: name, blocksRules: true)
                continue
            }
            guard arena.kind(member) != .string || arena.textLength(member) == 0 else { continue }
            context.path.push(name)
            report(
                .wrongType, "expected a string, found \(context.description(member))", at: member, blocksRules: true)
            context.path.pop()
        }
        MetadataRules(isNamespaced: true, isEmbedded: true).check(index, context)
    }

    private func checkCount(_ count: Int, _ schema: Schema, _ noun: String, at index: NodeIndex) {
        if count < schema.minimumLength {
            report(.itemCount, "found \(count) \(noun), expected at least \(schema.minimumLength)", at: index)
        } else if count > schema.maximumLength {
            report(
                .itemCount, "found \(count) \(noun), expected at most \(schema.maximumLength)", at: index,
                blocksRules: true)
        }
    }

    func checkList(_ index: NodeIndex, _ schema: Schema) {
        let count = arena.count(index)
        checkCount(count, schema, "items", at: index)
        if let items = schema.items {
            for place in 0..<count {
                context.path.push(place)
                check(arena.element(index, place), items)
                context.path.pop()
            }
        }
        guard count > 1, !isTrying else { return }
        switch schema.listType {
        case .atomic: break
        case .set:
            checkDistinct(index, count, keys: nil) {
                context.description($0)
            } same: {
                isSame($0, $1)
            }
        case .map(let keys):
            checkDistinct(index, count, keys: keys) {
                describe($0, keys)
            } same: { left, right in
                arena.kind(left) == .mapping && arena.kind(right) == .mapping
                    && keys.allSatisfy { key in
                        switch (arena.member(left, key)?.value, arena.member(right, key)?.value) {
                        case (let a?, let b?): isSame(a, b)
                        case (nil, nil): true
                        default: false
                        }
                    }
            }
        }
    }

    private func isSame(_ left: NodeIndex, _ right: NodeIndex) -> Bool {
        if arena.kind(left) == .string, arena.kind(right) == .string { return arena.sameText(left, right) }
        return Node(arena, left) == Node(arena, right)
    }

    private func describe(_ index: NodeIndex, _ keys: [String]) -> String {
        keys.compactMap { key in arena.member(index, key).map { "\(key) \(arena.text($0.value))" } }
            .joined(separator: ", ")
    }

    /// Reports the later ones of items that are the same; only items of one fingerprint are compared.
    private func checkDistinct(
        _ index: NodeIndex, _ count: Int, keys: [String]?, _ describe: (NodeIndex) -> String,
        same: (NodeIndex, NodeIndex) -> Bool
    ) {
        var earlier: [UInt64: [NodeIndex]] = [:]
        var reports = 0
        for place in 0..<count {
            let item = arena.element(index, place)
            let isFew = count <= 16
            let print = isFew ? 0 : fingerprint(item, keys)
            let candidates = earlier[print] ?? []
            // Items that cannot be told apart by a fingerprint are compared as far as that takes no time to speak of.
            if candidates.prefix(1000).contains(where: { same($0, item) }) {
                context.path.push(place)
                report(.duplicateItem, "\(describe(item)) is given twice in one list", at: item)
                context.path.pop()
                reports += 1
                // Of ever so many the first hundred say enough.
                if reports == 100 { return }
            } else {
                earlier[print, default: []].append(item)
            }
        }
    }

    /// A number that is the same for items that are.
    private func fingerprint(_ index: NodeIndex, _ keys: [String]?) -> UInt64 {
        if let keys {
            return keys.reduce(0) { sum, key in
                sum &* 31 &+ (arena.member(index, key).map { fingerprint($0.value, nil) } ?? 7)
            }
        }
        switch arena.kind(index) {
        case .string: return UInt64(arena.textHash(index)) | 1 << 40
        case .integer, .float: return (arena.double(index) ?? 0).bitPattern
        case .mapping:
            // Members may stand in any order.
            return (0..<arena.count(index)).reduce(UInt64(arena.count(index))) { sum, place in
                let member = arena.member(index, at: place)
                let key = UInt64(arena.textHash(member.key))
                let value = arena.kind(member.value) == .string ? UInt64(arena.textHash(member.value)) : 0
                return sum &+ key &* 31 &+ value &* 17
            }
        default: return 0
        }
    }
}
