import Manifests

extension CELEvaluator {
    func stringFunction(_ function: CELFunction, _ one: CELValue, _ others: [CELValue]) -> CELValue {
        guard let text = text(one) else { return fail("\(function.rawValue)() wants a string") }
        guard spend(text.utf8.count / 10) else { return .error }
        let word = others.first.flatMap(self.text)
        switch function {
        case .contains:
            if let word { return .bool(Self.contains(text, word)) }
        case .startsWith:
            if let word { return .bool(text.utf8.starts(with: word.utf8)) }
        case .endsWith:
            if let word { return .bool(text.utf8.reversed().starts(with: word.utf8.reversed())) }
        case .lowerAscii: return .string(Self.mapASCII(text) { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        case .upperAscii: return .string(Self.mapASCII(text) { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 })
        case .trim:
            let scalars = Array(text.unicodeScalars)
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return .string("") }
            return .string(Self.string(scalars[first...last]))
        case .reverse: return .string(Self.string(text.unicodeScalars.reversed()))
        case .charAt, .substring: return part(function, text, others)
        case .indexOf, .lastIndexOf:
            guard let word else { break }
            return place(of: word, in: text, function, others)
        case .replace:
            guard let word, others.count > 1, let replacement = self.text(others[1]) else { break }
            let limit = others.count > 2 ? wholeNumber(others[2]) ?? -1 : -1
            return .string(Self.replace(text, word, replacement, limit))
        case .split:
            guard let word else { break }
            let limit = others.count > 1 ? wholeNumber(others[1]) ?? -1 : -1
            guard limit != 0 else { return .list([]) }
            let parts = Self.split(text, word, limit).map(CELValue.string)
            return spend(parts.count) ? .list(parts) : .error
        default: break
        }
        return fail("\(function.rawValue)() does not take such a value")
    }

    private static func contains(_ text: String, _ word: String) -> Bool {
        var text = text
        var word = word
        return text.withUTF8 { text in word.withUTF8 { word in contains(text, word) } }
    }

    /// Whether bytes hold other bytes.
    static func contains(_ text: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = word.first else { return true }
        var place = 0
        while place + word.count <= text.count {
            if text[place] == first {
                var length = 1
                while length < word.count, text[place + length] == word[length] { length += 1 }
                if length == word.count { return true }
            }
            place += 1
        }
        return false
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func mapASCII(_ text: String, _ change: (UInt8) -> UInt8) -> String {
        String(decoding: text.utf8.map(change), as: UTF8.self)
    }

    /// Counted in code points, as CEL counts.
    private func part(_ function: CELFunction, _ text: String, _ others: [CELValue]) -> CELValue {
        let scalars = Array(text.unicodeScalars)
        let places = others.compactMap(wholeNumber)
        guard places.count == others.count, let first = places.first, (0...Int64(scalars.count)).contains(first) else {
            return fail("\(function.rawValue)() beyond the end of a string")
        }
        let end =
            function == .charAt
            ? min(first + 1, Int64(scalars.count)) : places.count > 1 ? places[1] : Int64(scalars.count)
        guard (first...Int64(scalars.count)).contains(end) else {
            return fail("\(function.rawValue)() beyond the end of a string")
        }
        return .string(Self.string(scalars[Int(first)..<Int(end)]))
    }

    private func place(
        of word: String, in text: String, _ function: CELFunction, _ others: [CELValue]
    ) -> CELValue {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(word.unicodeScalars)
        guard spend(scalars.count &* max(1, wanted.count) / 10) else { return .error }
        let last = scalars.count - wanted.count
        let from = others.count > 1 ? wholeNumber(others[1]) : function == .indexOf ? 0 : Int64(max(0, last))
        guard let from, (0...Int64(scalars.count)).contains(from) else { return fail("a search beyond a string") }
        guard last >= 0 else { return .int(-1) }
        func isThere(_ place: Int) -> Bool { scalars[place..<place + wanted.count].elementsEqual(wanted) }
        let found: Int? =
            if function == .indexOf {
                Int(from) <= last ? (Int(from)...last).first(where: isThere) : nil
            } else {
                (0...min(Int(from), last)).last(where: isThere)
            }
        return .int(Int64(found ?? -1))
    }

    /// A limit below 0 is none.
    private static func split(_ text: String, _ separator: String, _ limit: Int64) -> [String] {
        guard !separator.isEmpty else {
            let scalars = text.unicodeScalars.map { String($0) }
            guard limit > 0, scalars.count > limit else { return scalars }
            return Array(scalars[..<Int(limit - 1)]) + [scalars[Int(limit - 1)...].joined()]
        }
        var parts: [String] = []
        var rest = text.utf8[...]
        while limit < 0 || parts.count + 1 < limit, let range = rest.firstRange(of: separator.utf8) {
            parts.append(String(rest[..<range.lowerBound]) ?? "")
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest) ?? ""]
    }

    private static func replace(_ text: String, _ word: String, _ replacement: String, _ limit: Int64) -> String {
        guard limit != 0 else { return text }
        if word.isEmpty {
            // Between all characters, and at both ends.
            var result = ""
            var left = limit < 0 ? Int64.max : limit
            for scalar in text.unicodeScalars {
                if left > 0 { result += replacement }
                left -= 1
                result.unicodeScalars.append(scalar)
            }
            return left > 0 ? result + replacement : result
        }
        return split(text, word, limit < 0 ? -1 : limit == .max ? limit : limit + 1).joined(separator: replacement)
    }

    func listFunction(_ function: CELFunction, _ one: CELValue, _ others: [CELValue]) -> CELValue {
        guard let items = elements(one) else { return fail("\(function.rawValue)() wants a list") }
        guard spend(items.count) else { return .error }
        switch function {
        case .isSorted:
            for place in items.indices.dropFirst() {
                guard let order = compare(items[place - 1], items[place]) else {
                    return fail("isSorted() of such values")
                }
                if order == .greater { return .bool(false) }
            }
            return .bool(true)
        case .sum:
            return items.dropFirst().reduce(items.first ?? .int(0)) {
                if case .error = $0 { return .error }
                return binary(.add, $0, $1)
            }
        case .min, .max:
            guard var best = items.first else { return fail("\(function.rawValue)() of an empty list") }
            for item in items.dropFirst() {
                guard let order = compare(item, best) else { return fail("\(function.rawValue)() of such values") }
                if order == (function == .min ? .less : .greater) { best = item }
            }
            return best
        case .join:
            let separator = others.first.flatMap(text) ?? ""
            let texts = items.compactMap(text)
            guard texts.count == items.count else { return fail("join() wants a list of strings") }
            return .string(texts.joined(separator: separator))
        case .indexOf, .lastIndexOf:
            guard let wanted = others.first else { break }
            let found =
                function == .indexOf
                ? items.firstIndex { areEqual($0, wanted) } : items.lastIndex { areEqual($0, wanted) }
            return .int(Int64(found ?? -1))
        case .reverse: return .list(items.reversed())
        case .setsContains, .setsIntersects, .setsEquivalent:
            guard let second = others.first, let wanted = elements(second), spend(items.count &* wanted.count) else {
                return fail("\(function.rawValue)() wants two lists")
            }
            func holds(_ list: [CELValue], _ all: [CELValue]) -> Bool {
                all.allSatisfy { item in list.contains { areEqual($0, item) } }
            }
            if function == .setsContains { return .bool(holds(items, wanted)) }
            if function == .setsEquivalent { return .bool(holds(items, wanted) && holds(wanted, items)) }
            return .bool(wanted.contains { item in items.contains { areEqual($0, item) } })
        default: break
        }
        return fail("\(function.rawValue)() does not take such a value")
    }
}
