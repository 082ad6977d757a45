import Capture
import JSON

/// Reads a format of JSON lines as it stands in a proxy's configuration: `{"time": "%START_TIME%", "took": %DURATION%}`.
enum JSONLogFormat {
    /// The keys and what they say. `compile` reads a text with fields of the proxy.
    static func keys(
        _ format: String, _ compile: (String) throws(InputError) -> LogTemplate
    ) throws(InputError) -> JSONLogKeys {
        let bytes = quoted(Array(format.utf8))
        var keys = JSONLogKeys()
        var json = JSONReader(depthMax: 64)
        var parents: [Int] = []
        var parent = JSONLogKeys.outermost
        var pending: [UInt8]?
        var additions: [(key: [UInt8], parent: Int, text: String)] = []
        do throws(JSONError) {
            guard case .objectStart = try json.next(bytes.span) else {
                throw JSONError(offset: 0, message: "expected {")
            }
            reading: while true {
                switch try json.next(bytes.span) {
                case .key(let range, let escaped):
                    pending = Array(JSONReader.text(range, escaped: escaped, of: bytes.span).utf8)
                case .string(let range, let escaped):
                    let text = JSONReader.text(range, escaped: escaped, of: bytes.span)
                    if let key = pending { additions.append((key, parent, text)) }
                case .objectStart:
                    parents.append(parent)
                    parent = keys.add(pending ?? [], parent: parent, .object)
                case .objectEnd:
                    guard let outer = parents.popLast() else { break reading }
                    parent = outer
                case .arrayStart: throw JSONError(offset: json.offset, message: "lists are not read")
                case .end: break reading
                default: break
                }
            }
        } catch {
            throw InputError(
                .usage, file: "--log-format",
                message: "not a JSON object of the proxy's fields: \(error.message) at byte \(error.offset)")
        }
        for (key, parent, text) in additions { try add(key, parent, text, compile, to: &keys) }
        return keys
    }

    /// A value that is one field alone is that field; what has none says nothing.
    private static func add(
        _ key: [UInt8], _ parent: Int, _ text: String, _ compile: (String) throws(InputError) -> LogTemplate,
        to keys: inout JSONLogKeys
    ) throws(InputError) {
        guard text.contains(where: { $0 == "%" || $0 == "$" }) else {
            keys.add(key, parent: parent, .unknown)
            return
        }
        let template = try compile(text)
        let isOne = template.elements.count == 1 && template.leading.isEmpty && template.elements[0].terminator.isEmpty
        keys.add(key, parent: parent, isOne ? .slot(template.elements[0].slot) : .template(template))
    }

    /// Puts fields that stand outside of strings, as those do that are numbers, into quotation marks.
    private static func quoted(_ format: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var isInString = false
        var index = 0
        while index < format.count {
            let byte = format[index]
            if byte == UInt8(ascii: "\\"), isInString, index + 1 < format.count {
                output += [byte, format[index + 1]]
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            guard !isInString, byte == UInt8(ascii: "%") || byte == UInt8(ascii: "$") else {
                output.append(byte)
                index += 1
                continue
            }
            let end = format[index...].dropFirst().firstIndex { ",}\n ".utf8.contains($0) } ?? format.count
            output.append(UInt8(ascii: "\""))
            output += format[index..<end]
            output.append(UInt8(ascii: "\""))
            index = end
        }
        return output
    }
}
