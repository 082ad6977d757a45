import JSON

/// The keys of a log of JSON objects, and what each says. Keys of inner objects belong to their outer key.
struct JSONLogKeys: Sendable {
    enum Meaning: Sendable {
        case slot(LogSlot)
        /// A text with fields in it.
        case template(LogTemplate)
        /// An object, whose keys have this place as their parent.
        case object
        /// `prefix<Name>` is a header field of that name.
        case unknown
    }

    private struct Entry: Sendable {
        var parent: Int
        var text: Range<Int>
        var meaning: Meaning
        /// The entry that came after this one last time.
        var successor: Int
    }

    /// The parent of the outermost keys.
    static let outermost = -1
    /// How many keys that mean nothing are remembered, so that they cost no search.
    private static let learnedMax = 512

    private var entries: [Entry] = []
    private var text: [UInt8] = []
    private var previous = 0
    private var learned = 0
    /// A prefix of keys that name header fields of the request, as Traefik's `request_`.
    var headerPrefix: [UInt8] = []

    /// Adds a key; the first of two equal ones stands. Returns its place.
    @discardableResult
    mutating func add(_ key: some Collection<UInt8>, parent: Int = outermost, _ meaning: Meaning) -> Int {
        let start = text.count
        text.append(contentsOf: key)
        entries.append(Entry(parent: parent, text: start..<text.count, meaning: meaning, successor: entries.count + 1))
        return entries.count - 1
    }

    func meaning(_ place: Int) -> Meaning { entries[place].meaning }

    /// The place of a key; nil where it says nothing. Lines have their keys in the same order mostly, so that the key that
    /// followed the one before is tried first.
    mutating func find(
        _ key: Range<Int>, parent: Int, _ line: Span<UInt8>, headers: inout [[UInt8]]
    ) -> Int? {
        let guess = entries.isEmpty ? 0 : entries[previous].successor
        if guess < entries.count, isEqual(guess, key, parent, line) {
            previous = guess
            return guess
        }
        guard
            let place = entries.indices.first(where: { isEqual($0, key, parent, line) })
                ?? learn(key, parent, line, &headers)
        else { return nil }
        entries[previous].successor = place
        previous = place
        return place
    }

    /// Remembers a key that nobody named.
    private mutating func learn(
        _ key: Range<Int>, _ parent: Int, _ line: Span<UInt8>, _ headers: inout [[UInt8]]
    ) -> Int? {
        guard learned < Self.learnedMax, key.count < 256 else { return nil }
        learned += 1
        let bytes = key.map { line[$0] }
        guard parent == Self.outermost, !headerPrefix.isEmpty, bytes.starts(with: headerPrefix),
            bytes.count > headerPrefix.count, !isOwn(bytes.dropFirst(headerPrefix.count))
        else { return add(bytes, parent: parent, .unknown) }
        headers.append(Array(bytes.dropFirst(headerPrefix.count)))
        return add(bytes, parent: parent, .slot(.header(headers.count - 1)))
    }

    /// Whether a header field is one that proxies add themselves: what the client sent is not known by it.
    private func isOwn(_ name: ArraySlice<UInt8>) -> Bool {
        let lower = name.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return lower.starts(with: "x-forwarded-".utf8) || lower.elementsEqual("x-real-ip".utf8)
    }

    @inline(__always)
    private func isEqual(_ place: Int, _ key: Range<Int>, _ parent: Int, _ line: Span<UInt8>) -> Bool {
        let entry = entries[place].text
        guard entry.count == key.count, entries[place].parent == parent else { return false }
        for index in 0..<key.count where text[entry.lowerBound + index] != line[key.lowerBound + index] { return false }
        return true
    }
}

/// Reads log lines that are JSON objects into rows.
struct JSONLogReader: Sendable {
    private static let template = JSONReader(depthMax: 64)

    private var json = template
    private var keys: JSONLogKeys
    private var matcher = LogMatcher()
    private var parents: [Int] = []

    init(_ keys: JSONLogKeys) { self.keys = keys }

    /// Reads a line; `headers` are the names of the header fields of the log, to which new ones may be added.
    mutating func read(
        _ line: Span<UInt8>, into row: inout LogRow, headers: inout [[UInt8]]
    ) throws(RecordError) {
        row.removeAll()
        json = Self.template
        parents.removeAll(keepingCapacity: true)
        guard case .objectStart = try token(line) else {
            throw RecordError(offset: 0, message: "expected a JSON object")
        }
        var parent = JSONLogKeys.outermost
        while true {
            let place: Int?
            switch try token(line) {
            case .key(let range, _): place = keys.find(range, parent: parent, line, headers: &headers)
            case .objectEnd:
                guard let outer = parents.popLast() else {
                    // Throws where more follows.
                    _ = try token(line)
                    return
                }
                parent = outer
                continue
            default: continue
            }
            let value = try token(line)
            switch value {
            case .string(let range, let escaped): set(place, range, escaped, line, &row)
            case .number(let range): set(place, range, false, line, &row)
            case .objectStart:
                if let place, case .object = keys.meaning(place) {
                    parents.append(parent)
                    parent = place
                } else {
                    try skipRest(line)
                }
            case .arrayStart: try skipRest(line)
            default: break
            }
        }
    }

    private mutating func set(
        _ place: Int?, _ range: Range<Int>, _ escaped: Bool, _ line: Span<UInt8>, _ row: inout LogRow
    ) {
        guard let place else { return }
        switch keys.meaning(place) {
        case .slot(let slot): row.set(slot, range, escaped: escaped)
        case .template(let template): _ = matcher.match(template, range, of: line, into: &row, escaped: escaped)
        case .object, .unknown: break
        }
    }

    /// Reads past an object or array of which the beginning was read.
    private mutating func skipRest(_ line: Span<UInt8>) throws(RecordError) {
        var depth = 1
        while depth > 0 {
            switch try token(line) {
            case .objectStart, .arrayStart: depth += 1
            case .objectEnd, .arrayEnd: depth -= 1
            case .end: return
            default: break
            }
        }
    }

    private mutating func token(_ line: Span<UInt8>) throws(RecordError) -> JSONToken {
        do throws(JSONError) {
            return try json.next(line)
        } catch {
            throw RecordError(offset: error.offset, message: error.message)
        }
    }
}
