import Manifests

extension CELEvaluator {
    /// Calls a function; `one` is the receiver, or the first argument where there is none.
    func call(_ function: CELFunction, _ one: CELValue, _ others: [CELValue]) -> CELValue {
        switch function {
        case .size:
            if case .optional = one { break }
            guard let size = size(one) else { return fail("size() wants a string, a list or a map") }
            return .int(Int64(size))
        case .hasValue, .value, .orValue, .or, .optionalNone, .optionalOf, .optionalOfNonZero:
            return optional(function, one, others)
        case .int, .uint, .double, .string, .bytes, .bool, .dyn, .type, .duration, .timestamp:
            return convert(function, one)
        case .getHours, .getMinutes, .getSeconds, .getMilliseconds, .getFullYear, .getMonth, .getDate, .getDayOfMonth,
            .getDayOfWeek, .getDayOfYear:
            return timePart(function, one, others)
        case .isSorted, .sum, .min, .max, .setsContains, .setsIntersects, .setsEquivalent, .join:
            return listFunction(function, one, others)
        case .indexOf, .lastIndexOf, .reverse:
            return isList(one) ? listFunction(function, one, others) : stringFunction(function, one, others)
        case .isIP, .ip, .isCIDR, .cidr, .family, .containsIP, .containsCIDR, .prefixLength, .masked, .isUnspecified,
            .isLoopback, .isLinkLocalMulticast, .isLinkLocalUnicast, .isGlobalUnicast, .isCanonical:
            return addressFunction(function, one, others)
        case .contains, .startsWith, .endsWith:
            // The commonest questions, answered without making a String of the text.
            if case .text(let index) = one, case .string(var word)? = others.first {
                guard spend(arena.textLength(index) / 10) else { return .error }
                return .bool(
                    arena.withText(index) { text in
                        word.withUTF8 { word in
                            switch function {
                            case .contains: Self.contains(text, word)
                            case .startsWith: text.starts(with: word)
                            default: text.count >= word.count && text.suffix(word.count).elementsEqual(word)
                            }
                        }
                    })
            }
            return stringFunction(function, one, others)
        case .matches:
            guard let other = others.first else { break }
            return matches(one, other)
        case .formatNamed:
            guard let name = text(one) else { break }
            return .optional(CELFormat(rawValue: name).map(CELValue.format))
        case .validate:
            guard case .format(let format) = one, let other = others.first, let text = text(other) else { break }
            guard spend(text.utf8.count / 10) else { return .error }
            return .optional(format.accepts(text) ? nil : .list([.string("is no \(format.rawValue)")]))
        case .isURL:
            guard let text = text(one) else { break }
            return .bool(ValueFormat.uri.accepts(text))
        default: return stringFunction(function, one, others)
        }
        return fail("\(function.rawValue)() does not take such a value")
    }

    private func size(_ value: CELValue) -> Int? {
        switch value {
        case .text(let index): arena.codePointCount(index)
        case .string(let text): text.unicodeScalars.count
        case .bytes(let bytes): bytes.count
        default: elementCount(value)
        }
    }

    private func matches(_ value: CELValue, _ pattern: CELValue) -> CELValue {
        let expression: RegularExpression
        switch pattern {
        case .pattern(let compiled): expression = compiled
        default:
            guard let source = text(pattern) else { return fail("matches() wants a pattern") }
            guard spend(source.utf8.count * 10) else { return .error }
            do throws(PatternError) {
                expression = try RegularExpression(source)
            } catch {
                return fail("the pattern \(source) is none: \(error.reason)")
            }
        }
        switch value {
        case .text(let index):
            guard spend(arena.textLength(index) / 10) else { return .error }
            return .bool(arena.withText(index) { expression.matches($0) })
        case .string(let text):
            guard spend(text.utf8.count / 10) else { return .error }
            return .bool(expression.matches(text))
        default: return fail("matches() wants a string")
        }
    }

    private func optional(_ function: CELFunction, _ one: CELValue, _ others: [CELValue]) -> CELValue {
        switch (function, one) {
        case (.optionalNone, _): return .optional(nil)
        case (.optionalOf, _): return .optional(one)
        case (.optionalOfNonZero, _):
            let isZero =
                switch one {
                case .null, .bool(false), .int(0), .uint(0), .double(0): true
                default: size(one) == 0
                }
            return .optional(isZero ? nil : one)
        case (.hasValue, .optional(let inner)): return .bool(inner != nil)
        case (.value, .optional(let inner)): return inner ?? fail("an optional without a value")
        case (.orValue, .optional(let inner)): return inner ?? others.first ?? .null
        case (.or, .optional(let inner)): return inner == nil ? others.first ?? .null : one
        default: return fail("\(function.rawValue)() wants an optional")
        }
    }

    private func convert(_ function: CELFunction, _ value: CELValue) -> CELValue {
        switch (function, value) {
        case (.dyn, _): return value
        case (.type, _): return .type(typeName(value))
        case (.int, .int), (.uint, .uint), (.double, .double), (.string, .string), (.string, .text), (.bytes, .bytes),
            (.bool, .bool), (.duration, .duration), (.timestamp, .timestamp):
            return value
        case (.int, .uint(let number)): return Int64(exactly: number).map(CELValue.int) ?? fail("a number is too large")
        case (.int, .double(let number)):
            return Int64(exactly: number.rounded(.towardZero)).map(CELValue.int) ?? fail("a number is too large")
        case (.int, .timestamp(let time)): return .int(time.seconds)
        case (.uint, .int(let number)): return UInt64(exactly: number).map(CELValue.uint) ?? fail("a number below 0")
        case (.uint, .double(let number)):
            return UInt64(exactly: number.rounded(.towardZero)).map(CELValue.uint) ?? fail("a number out of range")
        case (.double, .int(let number)): return .double(Double(number))
        case (.double, .uint(let number)): return .double(Double(number))
        case (.string, .int(let number)): return .string(String(number))
        case (.string, .uint(let number)): return .string(String(number))
        case (.string, .bool(let value)): return .string(value ? "true" : "false")
        case (.string, .duration(let value)): return .string(CELDuration.text(value))
        case (.string, .double(let number)):
            let text = number.description
            return .string(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        case (.string, .address(let address)): return .string(address.description)
        case (.string, .addressRange(let address, let prefix)): return .string("\(address)/\(prefix)")
        case (.string, .bytes(let bytes)):
            return String(validating: bytes, as: UTF8.self).map(CELValue.string) ?? fail("bytes that are no UTF-8")
        default: break
        }
        guard let text = text(value) else { return fail("\(function.rawValue)() does not take such a value") }
        let result: CELValue? =
            switch function {
            case .int: Int64(text).map(CELValue.int)
            case .uint: UInt64(text).map(CELValue.uint)
            case .double: Double(text).map(CELValue.double)
            case .bytes: .bytes(Array(text.utf8))
            case .bool:
                ["1", "t", "true", "TRUE", "True", "T"].contains(text)
                    ? .bool(true) : ["0", "f", "false", "FALSE", "False", "F"].contains(text) ? .bool(false) : nil
            case .duration: CELDuration.parse(text).map(CELValue.duration)
            case .timestamp: Timestamp.nanoseconds(text).map(CELValue.timestamp)
            default: nil
            }
        return result ?? fail("\"\(text.prefix(60))\" cannot be read by \(function.rawValue)()")
    }

    private func typeName(_ value: CELValue) -> String {
        switch value {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string, .text, .pattern: "string"
        case .bytes: "bytes"
        case .duration: "google.protobuf.Duration"
        case .timestamp: "google.protobuf.Timestamp"
        case .optional: "optional_type"
        case .type: "type"
        case .format: "kubernetes.NamedFormat"
        case .address: "net.IP"
        case .addressRange: "net.CIDR"
        case .node, .list, .map: isList(value) ? "list" : "map"
        case .error: "error"
        }
    }

    private func timePart(_ function: CELFunction, _ value: CELValue, _ others: [CELValue]) -> CELValue {
        if let zone = others.first, text(zone) != "UTC" { return fail("weir knows no time zone but UTC") }
        switch value {
        case .duration(let nanoseconds):
            switch function {
            case .getHours: return .int(nanoseconds / 3_600_000_000_000)
            case .getMinutes: return .int(nanoseconds / 60_000_000_000)
            case .getSeconds: return .int(nanoseconds / 1_000_000_000)
            case .getMilliseconds: return .int(nanoseconds / 1_000_000 % 1000)
            default: break
            }
        case .timestamp(let time):
            let second = ((time.seconds % 86400) + 86400) % 86400
            let date = Timestamp.calendar(time.seconds)
            switch function {
            case .getHours: return .int(second / 3600)
            case .getMinutes: return .int(second / 60 % 60)
            case .getSeconds: return .int(second % 60)
            case .getMilliseconds: return .int(time.nanoseconds / 1_000_000)
            case .getFullYear: return .int(date.year)
            case .getMonth: return .int(date.month - 1)
            case .getDate: return .int(date.day)
            case .getDayOfMonth: return .int(date.day - 1)
            case .getDayOfYear: return .int(date.dayOfYear)
            case .getDayOfWeek: return .int((((time.seconds - second) / 86400 + 4) % 7 + 7) % 7)
            default: break
            }
        default: break
        }
        return fail("\(function.rawValue)() wants a time or a duration")
    }
}
