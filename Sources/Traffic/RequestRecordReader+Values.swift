import JSON

extension RequestRecordReader {
    /// The next token; what is wrong with the JSON is wrong with the record.
    mutating func token(_ line: Span<UInt8>) throws(RecordError) -> JSONToken {
        do throws(JSONError) {
            return try json.next(line)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }

    mutating func skipValue(_ line: Span<UInt8>) throws(RecordError) {
        do throws(JSONError) {
            try json.skipValue(line)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }

    func fail(_ message: String) -> RecordError { RecordError(offset: json.offset, message: message) }

    /// The next member's name; nil at the object's end.
    mutating func nextKey(_ line: Span<UInt8>) throws(RecordError) -> Range<Int>? {
        switch try token(line) {
        case .key(let range, _): return range
        default: return nil
        }
    }

    /// Whether an object begins; false where it is null.
    mutating func beginObject(_ name: StaticString, _ line: Span<UInt8>) throws(RecordError) -> Bool {
        switch try token(line) {
        case .objectStart: return true
        case .null: return false
        default: throw fail("\(name): expected an object")
        }
    }

    mutating func readText(
        _ field: RequestRecord.Field, _ line: Span<UInt8>, into record: inout RequestRecord
    ) throws(RecordError) {
        switch try token(line) {
        case .string(let range, let escaped):
            record.pieces[field.rawValue] = record.append(range, escaped: escaped, of: line)
        case .null: record.forget(field)
        default: throw fail("\(field): expected a string")
        }
    }

    mutating func readSeconds(_ name: StaticString, _ line: Span<UInt8>) throws(RecordError) -> Int64? {
        switch try token(line) {
        case .null: return nil
        case .number(let range):
            guard let value = nanoseconds(range, of: line) else {
                throw fail("\(name): out of range; at most 292 years fit")
            }
            return value
        default: throw fail("\(name): expected a number of seconds")
        }
    }

    mutating func readInteger(
        _ name: StaticString, _ bounds: ClosedRange<Int64>, _ line: Span<UInt8>
    ) throws(RecordError) -> Int64? {
        switch try token(line) {
        case .null: return nil
        case .number(let range):
            if let value = JSONReader.integer(range, of: line), bounds.contains(value) { return value }
            let text = JSONReader.text(range, escaped: false, of: line)
            throw fail("\(name): \(text) is no whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        default: throw fail("\(name): expected a whole number")
        }
    }

    mutating func readBool(_ name: StaticString, _ line: Span<UInt8>) throws(RecordError) -> Bool? {
        switch try token(line) {
        case .null: return nil
        case .bool(let value): return value
        default: throw fail("\(name): expected true or false")
        }
    }

    mutating func readCase<Value>(
        _ name: StaticString, _ values: [Value], _ spelling: (Value) -> StaticString, _ line: Span<UInt8>
    ) throws(RecordError) -> Value? {
        switch try token(line) {
        case .null: return nil
        case .string(let range, _):
            for value in values where JSONReader.matches(range, of: line, spelling(value)) { return value }
            let text = JSONReader.text(range, escaped: true, of: line)
            let known = values.map { "\(spelling($0))" }.joined(separator: ", ")
            throw fail("\(name): \"\(text)\" is none of \(known)")
        default: throw fail("\(name): expected a string")
        }
    }
}

extension RequestRecord {
    /// Appends the text of a JSON string.
    mutating func append(_ range: Range<Int>, escaped: Bool, of line: Span<UInt8>) -> Piece {
        guard escaped else { return append(line.extracting(range)) }
        let start = text.count
        JSONReader.append(range, escaped: true, of: line, to: &text)
        return Piece(start, text.count)
    }
}
