package import GatewayAPI
package import Manifests

extension ObjectDecoder {
    /// Decodes a field that is a mapping; nil where it is missing or wrong.
    package mutating func object<Value>(_ key: String, _ body: (inout ObjectDecoder) -> Value) -> Value? {
        guard let value = value(key) else { return nil }
        return at(key) { ObjectDecoder.decode(value, context, body) }
    }

    /// Decodes a field that is a mapping and must be there.
    package mutating func requiredObject<Value>(_ key: String, _ body: (inout ObjectDecoder) -> Value) -> Value? {
        guard let value = value(key) else {
            reportMissing(key, "a mapping")
            return nil
        }
        return at(key) { ObjectDecoder.decode(value, context, body) }
    }

    /// Decodes a field that is a mapping; where it is missing it becomes an empty one, whose fields have defaults.
    package mutating func defaultedObject<Value>(_ key: String, _ body: (inout ObjectDecoder) -> Value) -> Value? {
        var value = value(key)
        if value == nil {
            let position = position
            setDefault(key) { $0.addMapping([], at: position) }
            value = context.arena.member(index, key)?.value
        }
        guard let value else { return nil }
        return at(key) { ObjectDecoder.decode(value, context, body) }
    }

    /// The elements of a list, each decoded by `element` with its index in the path; nil where the list is missing.
    package mutating func elements<Element>(
        _ key: String, _ count: ClosedRange<Int>, _ element: (NodeIndex, DecodingContext) -> Element?
    ) -> [Element]? {
        guard let list = value(key) else { return nil }
        let context = context
        return at(key) {
            guard context.arena.kind(list) == .sequence else {
                context.reportType(list, expected: "a list")
                return []
            }
            let found = context.arena.count(list)
            if !count.contains(found) {
                let limit =
                    found < count.lowerBound ? "at least \(count.lowerBound)" : "at most \(count.upperBound)"
                context.report(.itemCount, "found \(found) items, expected \(limit)", at: list)
            }
            var elements: [Element] = []
            elements.reserveCapacity(found)
            for place in 0..<found {
                context.path.push(place)
                if let value = element(context.arena.element(list, place), context) { elements.append(value) }
                context.path.pop()
            }
            return elements
        }
    }

    /// Decodes a list of mappings; empty where it is missing.
    package mutating func list<Element>(
        _ key: String, _ count: ClosedRange<Int>, _ body: (inout ObjectDecoder) -> Element
    ) -> [Element] {
        elements(key, count) { ObjectDecoder.decode($0, $1, body) } ?? []
    }

    /// Decodes a list of mappings that must be there.
    package mutating func requiredList<Element>(
        _ key: String, _ count: ClosedRange<Int>, _ body: (inout ObjectDecoder) -> Element
    ) -> [Element] {
        guard let elements = elements(key, count, { ObjectDecoder.decode($0, $1, body) }) else {
            reportMissing(key, "a list")
            return []
        }
        return elements
    }

    /// Decodes a list of strings with their positions; empty where it is missing. In a set none may occur twice.
    package mutating func strings(
        _ key: String, _ count: ClosedRange<Int>, _ rule: StringRule = .any, isSet: Bool = false
    ) -> [Located<String>] {
        var seen: Set<String> = []
        return elements(key, count) { value, context in
            guard let text = Self.string(value, rule, context) else { return nil }
            if isSet, !seen.insert(text).inserted {
                context.report(.duplicateItem, "\"\(Excerpt.of(text))\" is given twice in one list", at: value)
            }
            return Located(value: text, position: context.arena.position(value))
        } ?? []
    }

    /// Decodes a mapping of strings to strings; empty where it is missing.
    package mutating func stringMap(
        _ key: String, countMax: Int = .max, _ rule: StringRule = .any, keys keyRule: StringRule = .any
    ) -> [String: String] {
        guard let map = value(key) else { return [:] }
        let context = context
        return at(key) {
            guard context.arena.kind(map) == .mapping else {
                context.reportType(map, expected: "a mapping")
                return [:]
            }
            let count = context.arena.count(map)
            if count > countMax {
                context.report(.itemCount, "found \(count) members, expected at most \(countMax)", at: map)
            }
            var strings: [String: String] = [:]
            for place in 0..<count {
                let member = context.arena.member(map, at: place)
                let name = context.arena.text(member.key)
                context.path.push(name)
                keyRule.check(name, member.key, context)
                // A null becomes the empty string in a mapping of strings.
                if context.arena.kind(member.value) == .null {
                    strings[name] = ""
                } else if let text = Self.string(member.value, rule, context) {
                    strings[name] = text
                }
                context.path.pop()
            }
            return strings
        }
    }

    /// Reports the elements of a list field whose `identity` occurred before.
    package func requireUnique<Element>(
        _ elements: [Element], _ key: String, _ what: String, _ identity: (Element) -> String?
    ) {
        guard elements.count > 1, let list = context.arena.member(index, key)?.value else { return }
        var seen: Set<String> = []
        for (place, element) in elements.enumerated() {
            guard let text = identity(element), !seen.insert(text).inserted, place < context.arena.count(list) else {
                continue
            }
            at(key) {
                context.path.push(place)
                context.report(
                    .duplicateItem, "\(what) is given twice in one list: \(Excerpt.of(text))",
                    at: context.arena.element(list, place))
                context.path.pop()
            }
        }
    }
}
