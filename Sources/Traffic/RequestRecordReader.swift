import JSON

/// What is wrong with a record, and the byte offset in its line at which that showed.
public struct RecordError: Error, Equatable, Sendable {
    /// How many bytes of the line were read when it showed.
    public var offset: Int
    /// What was found and what was expected, for a person.
    public var message: String

    /// Makes an error at a byte offset.
    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}

/// Reads request records from JSON objects, in one pass over the bytes.
///
/// Keys that are not a record's are passed over, `null` is unknown, and where a key stands twice the last one counts.
/// A value of the wrong kind, or a number that is out of range, is an error: the record is then not to be used.
public struct RequestRecordReader: Sendable {
    private let template = JSONReader(depthMax: 64)
    var json = JSONReader(depthMax: 64)

    /// A reader, to be used for many records.
    public init() {}

    /// Reads the one JSON object that `line` is.
    public mutating func read(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        json = template
        record.removeAll()
        // Texts are positions of 32 bits.
        guard line.count < Int(UInt32.max) else { throw RecordError(offset: 0, message: "longer than 4 GiB") }
        guard case .objectStart = try token(line) else {
            throw RecordError(offset: 0, message: "expected a JSON object")
        }
        while let key = try nextKey(line) { try readMember(key, line, into: &record) }
        // Throws where more follows.
        _ = try token(line)
    }

    private mutating func readMember(
        _ key: Range<Int>, _ line: Span<UInt8>, into record: inout RequestRecord
    ) throws(RecordError) {
        if let field = Self.textField(key, line) {
            return try readText(field, line, into: &record)
        }
        func isKey(_ word: StaticString) -> Bool { JSONReader.matches(key, of: line, word) }
        if isKey("time") {
            record.time = try readSeconds("time", line)
        } else if isKey("headers") {
            try readHeaders(line, into: &record)
        } else if isKey("observed") {
            try readObserved(line, into: &record)
        } else if isKey("port") {
            record.port = try readInteger("port", 1...65535, line).map { UInt16($0) }
        } else if isKey("protocol") {
            record.protocol = try readCase("protocol", RequestProtocol.allCases, \.name, line)
        } else if isKey("bodyBytes") {
            record.bodyBytes = try readInteger("bodyBytes", 0...Int64.max, line)
        } else if isKey("headersComplete") {
            record.headersComplete = try readBool("headersComplete", line)
        } else if isKey("weight") {
            record.weight = try readWeight(line)
        } else if isKey("alpn") {
            try readALPN(line, into: &record)
        } else if isKey("clientCertificate") {
            record.clientCertificate = try readCase(
                "clientCertificate", ClientCertificate.allCases, \.name, line)
        } else if isKey("arrivalQuality") {
            record.arrivalQuality =
                try readCase("arrivalQuality", ArrivalQuality.allCases, \.name, line) ?? .exact
        } else if isKey("queryComplete") {
            record.queryComplete = try readBool("queryComplete", line) ?? true
        } else {
            try skipValue(line)
        }
    }

    /// The field of text that a key names. Keys are told apart by their length first.
    private static func textField(_ key: Range<Int>, _ line: Span<UInt8>) -> RequestRecord.Field? {
        func isKey(_ word: StaticString) -> Bool { JSONReader.matches(key, of: line, word) }
        switch key.count {
        case 2: return isKey("id") ? .id : nil
        case 3: return isKey("sni") ? .sni : nil
        case 4:
            if isKey("host") { return .host }
            if isKey("path") { return .path }
            if isKey("mesh") { return .mesh }
            return isKey("from") ? .from : nil
        case 6:
            if isKey("method") { return .method }
            return isKey("source") ? .source : nil
        case 7:
            if isKey("gateway") { return .gateway }
            return isKey("version") ? .version : nil
        case 11: return isKey("destination") ? .destination : nil
        default: return nil
        }
    }

    private mutating func readHeaders(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        let expected: StaticString = "headers: expected a list of [name, value] pairs of strings"
        record.forgetHeaders()
        switch try token(line) {
        case .null: return
        case .arrayStart: record.beginHeaders()
        default: throw fail("\(expected)")
        }
        while true {
            switch try token(line) {
            case .arrayEnd: return
            case .arrayStart: break
            default: throw fail("\(expected)")
            }
            guard case .string(let name, let nameEscaped) = try token(line),
                case .string(let value, let valueEscaped) = try token(line), case .arrayEnd = try token(line)
            else { throw fail("\(expected)") }
            record.headerFields.append(
                RequestRecord.HeaderField(
                    namePiece: record.append(name, escaped: nameEscaped, of: line),
                    valuePiece: record.append(value, escaped: valueEscaped, of: line)))
        }
    }

    private mutating func readALPN(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        record.alpnPieces.removeAll(keepingCapacity: true)
        record.isALPNKnown = false
        switch try token(line) {
        case .null: return
        case .arrayStart: record.isALPNKnown = true
        default: throw fail("alpn: expected a list of strings")
        }
        while true {
            switch try token(line) {
            case .arrayEnd: return
            case .string(let range, let escaped):
                record.alpnPieces.append(record.append(range, escaped: escaped, of: line))
            default: throw fail("alpn: expected a list of strings")
            }
        }
    }

    /// Sums of a whole trace's weights stay numbers that can be shown.
    private static let weights = 1e-6...1e9
    private static let weightExpected = "expected a number from 0.000001 to 1000000000"

    private mutating func readWeight(_ line: Span<UInt8>) throws(RecordError) -> Double? {
        switch try token(line) {
        case .null: return nil
        case .number(let range):
            let value = JSONReader.double(range, of: line)
            guard Self.weights.contains(value) else { throw fail("weight: \(Self.weightExpected)") }
            return value
        default: throw fail("weight: \(Self.weightExpected)")
        }
    }
}
