/// The fields of a header block: one text, and ranges of it. A name or a value that refers to what is not known is nil.
struct HeaderList {
    struct Field {
        var name: Range<Int>?
        var value: Range<Int>?
    }

    var text: [UInt8] = []
    var fields: [Field] = []
    /// Whether something in it is unknown, or was too much to keep.
    var isComplete = true

    mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        isComplete = true
    }

    /// The value of the first field of a name; nil where there is none, or where it is unknown.
    func value(_ name: StaticString) -> Range<Int>? {
        fields.first { field in field.name.map { text.span.equalsIgnoringCase($0, name) } ?? false }?.value
    }
}

/// Decodes the header blocks of one direction of an HTTP/2 connection (RFC 7541).
///
/// A library's decoder gives up at the first field that refers to an entry it has not. Here a connection may be joined in
/// the middle, or bytes of it be lost: such a field is unknown, all others are known, and nothing is ever wrong.
struct HeaderDecoder {
    private var table: HeaderTable

    /// A decoder; `isWhole` where no block was sent before the first one that it gets.
    init(isWhole: Bool) {
        table = HeaderTable(limit: isWhole ? 4096 : HeaderTable.bytesMax)
    }

    /// Says that blocks were lost: what they put into the table is unknown.
    mutating func forget() { table.removeAll() }

    /// Decodes a block; false where it is damaged, and what follows in it is unknown.
    mutating func decode(_ block: Span<UInt8>, into list: inout HeaderList, textBytesMax: Int) -> Bool {
        var cursor = 0
        while cursor < block.count {
            let first = block[cursor]
            if first & 0x80 != 0 {
                guard let index = Self.integer(block, &cursor, prefix: 7), index > 0 else { return fail(&list) }
                appendIndexed(index, &list, textBytesMax)
            } else if first & 0xE0 == 0x20 {
                guard let size = Self.integer(block, &cursor, prefix: 5) else { return fail(&list) }
                table.setLimit(size)
            } else {
                let isInserted = first & 0x40 != 0
                guard let index = Self.integer(block, &cursor, prefix: isInserted ? 6 : 4),
                    appendLiteral(index, block, &cursor, isInserted, &list, textBytesMax)
                else { return fail(&list) }
            }
        }
        return true
    }

    private mutating func fail(_ list: inout HeaderList) -> Bool {
        list.isComplete = false
        forget()
        return false
    }

    private func appendIndexed(_ index: Int, _ list: inout HeaderList, _ textBytesMax: Int) {
        let name = appendName(index, &list, textBytesMax)
        let fields = StaticHeaders.table
        var value: Range<Int>?
        if index <= fields.entries.count {
            value = Self.append(fields.text.span, fields.entries[index - 1].value, &list, textBytesMax)
        } else if let entry = table.entry(index - fields.entries.count - 1), entry.hasValue {
            value = Self.append(entry.bytes.span, entry.nameCount..<entry.bytes.count, &list, textBytesMax)
        }
        add(name, value, &list)
    }

    private mutating func appendLiteral(
        _ index: Int, _ block: Span<UInt8>, _ cursor: inout Int, _ isInserted: Bool, _ list: inout HeaderList,
        _ textBytesMax: Int
    ) -> Bool {
        let start = list.text.count
        var name: Range<Int>?
        if index > 0 {
            name = appendName(index, &list, .max)
        } else {
            name = Self.string(block, &cursor, &list)
            if name == nil { return false }
        }
        guard let value = Self.string(block, &cursor, &list) else { return false }
        if isInserted {
            var entry = HeaderTable.Entry(hasName: name != nil)
            if let name { entry.bytes.append(list.text.span.extracting(name)) }
            entry.nameCount = entry.bytes.count
            entry.bytes.append(list.text.span.extracting(value))
            table.insert(entry)
        }
        if list.text.count > textBytesMax {
            list.text.removeLast(list.text.count - start)
            list.isComplete = false
        } else {
            add(name, value, &list)
        }
        return true
    }

    private func add(_ name: Range<Int>?, _ value: Range<Int>?, _ list: inout HeaderList) {
        if name == nil || value == nil { list.isComplete = false }
        if name != nil { list.fields.append(HeaderList.Field(name: name, value: value)) }
    }

    private func appendName(_ index: Int, _ list: inout HeaderList, _ textBytesMax: Int) -> Range<Int>? {
        let fields = StaticHeaders.table
        if index <= fields.entries.count {
            return Self.append(fields.text.span, fields.entries[index - 1].name, &list, textBytesMax)
        }
        guard let entry = table.entry(index - fields.entries.count - 1), entry.hasName else { return nil }
        return Self.append(entry.bytes.span, 0..<entry.nameCount, &list, textBytesMax)
    }

    private static func append(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ list: inout HeaderList, _ textBytesMax: Int
    ) -> Range<Int>? {
        let start = list.text.count
        guard start <= textBytesMax - range.count else { return nil }
        list.text.append(bytes.extracting(range))
        return start..<list.text.count
    }

    /// An integer (section 5.1); nil where it breaks off or is larger than any that makes sense.
    static func integer(_ bytes: Span<UInt8>, _ cursor: inout Int, prefix: Int) -> Int? {
        let mask = (1 << prefix) - 1
        var value = Int(bytes[cursor]) & mask
        cursor += 1
        guard value == mask else { return value }
        var shift = 0
        while cursor < bytes.count {
            let byte = bytes[cursor]
            cursor += 1
            guard shift <= 21 else { return nil }
            value += Int(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    /// A string (section 5.2), appended to the text; nil where it breaks off or is not of the Huffman code.
    private static func string(_ block: Span<UInt8>, _ cursor: inout Int, _ list: inout HeaderList) -> Range<Int>? {
        guard cursor < block.count else { return nil }
        let isHuffman = block[cursor] & 0x80 != 0
        guard let count = integer(block, &cursor, prefix: 7), count <= block.count - cursor else { return nil }
        let start = list.text.count
        let range = cursor..<cursor + count
        cursor += count
        if !isHuffman {
            list.text.append(block.extracting(range))
        } else if !HuffmanCode.standard.decode(block, range, into: &list.text) {
            return nil
        }
        return start..<list.text.count
    }
}
