internal import JSON

/// A piece of configuration in the JSON form of protocol buffers. Members keep the order in which they are written; those
/// that are `absent` are left out, as the form leaves out what has its default.
indirect enum ConfigurationValue: Hashable, Sendable {
    case absent
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([ConfigurationValue])
    case object([Member])

    struct Member: Hashable, Sendable {
        var name: String
        var value: ConfigurationValue
    }

    /// A string, or nothing.
    static func optional(_ text: String?) -> ConfigurationValue { text.map { .string($0) } ?? .absent }

    /// A list, or nothing where it is empty.
    static func list(_ elements: [ConfigurationValue]) -> ConfigurationValue {
        elements.isEmpty ? .absent : .array(elements)
    }

    /// A `google.protobuf.Duration`: seconds with up to nine decimals.
    static func duration(nanoseconds: Int64) -> ConfigurationValue {
        var writer = JSONWriter()
        writer.seconds(nanoseconds: nanoseconds)
        return .string(writer.text + "s")
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .absent: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.array { writer in
                for element in elements where element != .absent { element.write(to: &writer) }
            }
        case .object(let members):
            writer.object { writer in
                for member in members where member.value != .absent {
                    writer.key(member.name)
                    member.value.write(to: &writer)
                }
            }
        }
    }
}

extension ConfigurationValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    init(dictionaryLiteral elements: (String, ConfigurationValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }

    init(arrayLiteral elements: ConfigurationValue...) { self = .array(elements) }

    init(stringLiteral value: String) { self = .string(value) }

    init(booleanLiteral value: Bool) { self = .bool(value) }

    init(integerLiteral value: Int64) { self = .integer(value) }
}

extension ConfigurationValue {
    /// A `google.protobuf.Any`: the message's type and its members.
    static func any(_ type: String, _ members: ConfigurationValue = [:]) -> ConfigurationValue {
        guard case .object(let list) = members else { return members }
        return .object([Member(name: "@type", value: .string("type.googleapis.com/\(type)"))] + list)
    }
}
