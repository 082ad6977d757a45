internal import GatewayAPI
internal import JSON

/// A baseline that cannot be read.
public struct BaselineError: Error, Hashable, Sendable {
    /// From 1.
    public var line: Int
    /// What was found and what was expected.
    public var message: String
}

extension Baseline {
    /// Reads a baseline: the output of `weir check -o json`, one finding a line. Empty lines are passed over; of a finding
    /// its code, resource, path and message count.
    public init(reading text: [UInt8]) throws(BaselineError) {
        var findings: [Diagnostic] = []
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(JSONError) {
                findings.append(try Self.finding(Array(line).span))
            } catch {
                throw BaselineError(line: index + 1, message: error.message)
            }
        }
        self.init(findings)
    }

    private static func finding(_ line: Span<UInt8>) throws(JSONError) -> Diagnostic {
        var reader = JSONReader()
        let members = try strings(&reader, line)
        guard try reader.next(line) == .end else { throw JSONError(offset: reader.offset, message: "more follows") }
        guard let code = members["code"], let message = members["message"] else {
            throw JSONError(offset: 0, message: "a finding has a code and a message: lines of weir check -o json")
        }
        let resource = members["resource.kind"].map { kind in
            ResourceName(
                kind: kind, namespace: members["resource.namespace"], name: members["resource.name"] ?? "")
        }
        return Diagnostic(.warning, code: code, message, resource: resource, path: members["path"])
    }

    /// The strings of an object, those of objects in it by their path.
    private static func strings(
        _ reader: inout JSONReader, _ line: Span<UInt8>
    ) throws(JSONError) -> [String: String] {
        guard try reader.next(line) == .objectStart else {
            throw JSONError(offset: 0, message: "expected an object")
        }
        var members: [String: String] = [:]
        var path: [String] = []
        while true {
            switch try reader.next(line) {
            case .key(let range, let escaped): path.append(JSONReader.text(range, escaped: escaped, of: line))
            case .objectStart: continue
            case .objectEnd:
                if path.isEmpty { return members }
                path.removeLast()
            case .string(let range, let escaped):
                members[path.joined(separator: ".")] = JSONReader.text(range, escaped: escaped, of: line)
                path.removeLast()
            case .arrayStart:
                var depth = 1
                while depth > 0 {
                    switch try reader.next(line) {
                    case .arrayStart, .objectStart: depth += 1
                    case .arrayEnd, .objectEnd: depth -= 1
                    default: break
                    }
                }
                path.removeLast()
            default: path.removeLast()
            }
        }
    }
}
