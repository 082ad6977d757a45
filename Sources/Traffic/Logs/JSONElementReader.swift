import Capture

/// Finds the elements of one array in JSON documents, one element at a time: no more of a document than an element is in
/// memory. Documents may follow one another, as in files of one document a line.
struct JSONElementReader: ~Copyable {
    /// Where an element is in the stream's window, and the line that it begins in.
    struct Element {
        var bytes: Range<Int>
        var line: Int
    }

    private(set) var stream: ByteStream
    private(set) var line = 1
    /// The names that lead to the array, from the outermost object on.
    private let path: [[UInt8]]
    private let elementBytesMax: Int
    /// How many names of the path lie behind; one more where elements are read.
    private var depth = 0
    private var isFirst = true

    init(_ stream: consuming ByteStream, path: [String], elementBytesMax: Int) {
        self.stream = stream
        self.path = path.map { Array($0.utf8) }
        self.elementBytesMax = elementBytesMax
    }

    /// The next element; nil at the end. It lies in the window until the next call.
    mutating func next() throws(InputError) -> Element? {
        while true {
            guard let byte = try peek() else {
                guard depth == 0 else { throw fail(.truncated, "the document ends before its objects do") }
                return nil
            }
            if depth == path.count + 1 {
                if let element = try element(byte) { return element }
            } else if depth == 0 {
                guard byte == UInt8(ascii: "{") else { throw fail(.malformed, "expected an object") }
                advance()
                open()
            } else {
                try member(byte)
            }
        }
    }

    private mutating func open() {
        depth += 1
        isFirst = true
    }

    private mutating func close() {
        advance()
        depth -= 1
        isFirst = false
    }

    private mutating func element(_ byte: UInt8) throws(InputError) -> Element? {
        if byte == UInt8(ascii: "]") {
            close()
            return nil
        }
        try comma(byte)
        let start = line
        let range = try value(isKept: true)
        isFirst = false
        return Element(bytes: range, line: start)
    }

    private mutating func comma(_ byte: UInt8) throws(InputError) {
        guard !isFirst else { return }
        guard byte == UInt8(ascii: ",") else { throw fail(.malformed, "expected a comma") }
        advance()
        guard try peek() != nil else { throw fail(.truncated, "the document ends after a comma") }
    }

    /// A member of an object on the path: the wanted one is entered, the others are read past.
    private mutating func member(_ byte: UInt8) throws(InputError) {
        if byte == UInt8(ascii: "}") { return close() }
        try comma(byte)
        guard try peek() == UInt8(ascii: "\"") else { throw fail(.malformed, "expected a name in quotation marks") }
        let key = try value(isKept: true)
        let bytes = stream.buffer[key]
        let isWanted =
            bytes.count == path[depth - 1].count + 2 && bytes.dropFirst().dropLast().elementsEqual(path[depth - 1])
        guard try peek() == UInt8(ascii: ":") else { throw fail(.malformed, "expected a colon after the name") }
        advance()
        guard let first = try peek() else { throw fail(.truncated, "a value is missing") }
        let opening = depth == path.count ? UInt8(ascii: "[") : UInt8(ascii: "{")
        if isWanted, first == opening {
            advance()
            open()
        } else {
            _ = try value(isKept: false)
            isFirst = false
        }
    }

    /// Reads one value, by its brackets and strings alone. One that is not kept may be of any length.
    private mutating func value(isKept: Bool) throws(InputError) -> Range<Int> {
        var place = 0
        var nesting = 0
        var isInString = false
        var isComplete = false
        while !isComplete {
            if !isKept, place >= 1 << 16 {
                stream.consume(place)
                place = 0
            }
            guard place < elementBytesMax else {
                throw fail(.malformed, "an element is longer than \(elementBytesMax) bytes")
            }
            guard try stream.fill(place + 1) else {
                if nesting == 0, !isInString, place > 0 { break }
                throw fail(.truncated, "the document ends inside a value")
            }
            let byte = stream.buffer[stream.start + place]
            if byte == 0x0A { line += 1 }
            place += 1
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    guard try stream.fill(place + 1) else {
                        throw fail(.truncated, "the document ends inside a string")
                    }
                    place += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    isComplete = nesting == 0
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): nesting += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // At no depth it belongs to what is around the value.
                if nesting == 0 { place -= 1 }
                nesting -= 1
                isComplete = nesting <= 0
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                guard nesting == 0 else { continue }
                place -= 1
                if byte == 0x0A { line -= 1 }
                isComplete = true
            default: break
            }
        }
        let range = stream.start..<stream.start + place
        guard !range.isEmpty else { throw fail(.malformed, "a value is missing") }
        stream.consume(place)
        return range
    }

    /// The next byte that is no white space.
    private mutating func peek() throws(InputError) -> UInt8? {
        while try stream.fill(1) {
            let byte = stream.buffer[stream.start]
            // A byte order mark counts as white space.
            guard byte <= 0x20 || byte == 0xEF || byte == 0xBB || byte == 0xBF else { return byte }
            advance()
        }
        return nil
    }

    private mutating func advance() {
        if stream.buffer[stream.start] == 0x0A { line += 1 }
        stream.consume(1)
    }

    private func fail(_ kind: InputError.Kind, _ message: String) -> InputError {
        InputError(kind, file: stream.name, offset: stream.offset, message: message)
    }
}
