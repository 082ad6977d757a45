import Foundation
import GatewayAPI
import JSON
import Manifests
import TestSupport

/// A manifest as a tree that can be changed at random, and what is found in many of them.
indirect enum ManifestValue {
    case object([(key: String, value: ManifestValue)])
    case array([ManifestValue])
    /// As JSON writes it.
    case scalar(String)

    init(_ node: Node) {
        switch node.kind {
        case .mapping: self = .object(node.members.map { ($0.key.text, ManifestValue($0.value)) })
        case .sequence: self = .array(node.elements.map { ManifestValue($0) })
        default: self = .scalar(json(node))
        }
    }

    var text: String {
        switch self {
        case .object(let members):
            var writer = JSONWriter()
            writer.object { writer in
                for member in members {
                    writer.key(member.key)
                    writer.raw(member.value.text)
                }
            }
            return writer.text
        case .array(let items): return "[\(items.map(\.text).joined(separator: ","))]"
        case .scalar(let text): return text
        }
    }

    /// The number of values in it.
    var size: Int {
        switch self {
        case .object(let members): members.reduce(1) { $0 + $1.value.size }
        case .array(let items): items.reduce(1) { $0 + $1.size }
        case .scalar: 1
        }
    }
}

/// Members by the name of the field that their object is the value of, so that what is put in often fits.
struct MemberPool {
    private var members: [String: [(key: String, value: ManifestValue)]] = [:]
    private var scalars: [String: [String]] = [:]

    mutating func collect(_ value: ManifestValue, under name: String = "") {
        switch value {
        case .object(let own):
            for member in own {
                if members[name, default: []].count < 400 { members[name, default: []].append(member) }
                if case .scalar(let text) = member.value, scalars[member.key, default: []].count < 100 {
                    scalars[member.key, default: []].append(text)
                }
                collect(member.value, under: member.key)
            }
        case .array(let items): for item in items { collect(item, under: name) }
        case .scalar: break
        }
    }

    private static let telling =
        [
            "\"\"", "\"a\"", "\"A_b\"", "\"a.b\"", "\"*.a.b\"", "\"-a\"", "\"a/b\"", "\"10.0.0.1\"", "\"::1\"", "0",
            "1", "-1",
        ]
        + [
            "80", "65536", "3000000000", "1e30", "1.5", "80.0", "true", "null", "{}", "[]", "[null]", "{\"x\":1}",
            "\"0s\"",
        ]
        + [
            "\"2h\"", "\"1m30s\"", "\"*\"", "\"/\"", "\"/a//b\"", "\"/%2f/..\"", "\"é\"", "\"TLS\"", "\"HTTPS\"",
            "\"UDP\"",
        ]
        + [63, 64, 253, 254, 1024, 1025, 4097].map { "\"\(String(repeating: "a", count: $0))\"" }

    /// A manifest with one to three things in it changed.
    func mutate(_ value: ManifestValue, _ generator: inout SeededGenerator) -> ManifestValue {
        var value = value
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            var place = Int.random(in: 0..<value.size, using: &generator)
            value = change(value, at: &place, "", &generator)
        }
        return value
    }

    private func change(
        _ value: ManifestValue, at place: inout Int, _ name: String, _ generator: inout SeededGenerator
    ) -> ManifestValue {
        if place == 0 {
            place -= 1
            return changed(value, name, &generator)
        }
        place -= 1
        switch value {
        case .object(var members):
            for index in members.indices where place >= 0 {
                members[index].value = change(members[index].value, at: &place, members[index].key, &generator)
            }
            return .object(members)
        case .array(var items):
            for index in items.indices where place >= 0 {
                items[index] = change(items[index], at: &place, name, &generator)
            }
            return .array(items)
        case .scalar: return value
        }
    }

    private func changed(_ value: ManifestValue, _ name: String, _ generator: inout SeededGenerator) -> ManifestValue {
        if generator.chance(10) { return .scalar(generator.pick(Self.telling)) }
        switch value {
        case .object(var members):
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where !members.isEmpty: members.remove(at: Int.random(in: 0..<members.count, using: &generator))
            case 1 where !members.isEmpty:
                let index = Int.random(in: 0..<members.count, using: &generator)
                members[index].key += generator.pick(["s", "X", ""])
            default:
                guard let known = self.members[name], !known.isEmpty else { return value }
                let member = generator.pick(known)
                members.removeAll { $0.key == member.key }
                members.append(member)
            }
            return .object(members)
        case .array(var items):
            guard !items.isEmpty else { return .array([.scalar(generator.pick(Self.telling))]) }
            let index = Int.random(in: 0..<items.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            case 2: items = Array(repeating: items, count: generator.pick([2, 9, 70])).flatMap { $0 }
            default: items[index] = changed(items[index], name, &generator)
            }
            return .array(Array(items.prefix(150)))
        case .scalar:
            let known = scalars[name] ?? []
            return .scalar(known.isEmpty || generator.chance(40) ? generator.pick(Self.telling) : generator.pick(known))
        }
    }
}
