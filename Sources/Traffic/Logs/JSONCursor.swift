import JSON

/// Walks through the values of a JSON text that is not a list of flat keys.
struct JSONCursor: Sendable {
    private var json = JSONReader(depthMax: 64)

    init(at offset: Int = 0) { json = JSONReader(offset: offset, depthMax: 64, allowsMore: true) }

    /// The offset that was read up to.
    var offset: Int { json.offset }

    mutating func token(_ text: Span<UInt8>) throws(RecordError) -> JSONToken {
        do throws(JSONError) {
            return try json.next(text)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }

    mutating func skip(_ text: Span<UInt8>) throws(RecordError) {
        do throws(JSONError) {
            try json.skipValue(text)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }

    /// Whether an object begins; another value is read past.
    mutating func object(_ text: Span<UInt8>) throws(RecordError) -> Bool {
        switch try token(text) {
        case .objectStart: return true
        case .arrayStart:
            try skipRest(text)
            return false
        default: return false
        }
    }

    /// Whether an array begins; another value is read past.
    mutating func array(_ text: Span<UInt8>) throws(RecordError) -> Bool {
        switch try token(text) {
        case .arrayStart: return true
        case .objectStart:
            try skipRest(text)
            return false
        default: return false
        }
    }

    /// The next member's name; nil at the object's end.
    mutating func key(_ text: Span<UInt8>) throws(RecordError) -> Range<Int>? {
        if case .key(let range, _) = try token(text) { return range }
        return nil
    }

    /// The object that is an array's next element; false at the array's end. Elements that are no objects are read past.
    mutating func nextObject(_ text: Span<UInt8>) throws(RecordError) -> Bool {
        while true {
            switch try token(text) {
            case .objectStart: return true
            case .arrayEnd, .end: return false
            case .arrayStart: try skipRest(text)
            default: continue
            }
        }
    }

    /// The text of a string or of a number; nil for any other value, which is read past.
    mutating func scalar(_ text: Span<UInt8>) throws(RecordError) -> (range: Range<Int>, escaped: Bool)? {
        switch try token(text) {
        case .string(let range, let escaped): return (range, escaped)
        case .number(let range): return (range, false)
        case .objectStart, .arrayStart:
            try skipRest(text)
            return nil
        default: return nil
        }
    }

    private mutating func skipRest(_ text: Span<UInt8>) throws(RecordError) {
        var depth = 1
        while depth > 0 {
            switch try token(text) {
            case .objectStart, .arrayStart: depth += 1
            case .objectEnd, .arrayEnd: depth -= 1
            case .end: return
            default: break
            }
        }
    }
}
