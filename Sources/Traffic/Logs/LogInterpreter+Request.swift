/// The request that a log line tells of: target, host, version, protocol, addresses.
extension LogInterpreter {
    func fillRequest(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        set(.method, from: .method, row, line, &record)
        fillVersion(&record, row, line)
        set(.path, from: .target, row, line, &record)
        if let range = known(.requestLine, row, line) {
            split(range, escaped: row.isEscaped(.requestLine), line, &record)
        }
        fillSeparateQuery(&record, row, line)
        set(.host, from: .authority, row, line, &record)
        if record.range(of: .host) == nil, let host = known(.host, row, line) {
            fillHost(host, &record, row, line)
        }
        takeAuthorityOfTarget(&record)
        if let url = known(.url, row, line) {
            record.pieces[RequestRecord.Field.path.rawValue] = append(
                url, escaped: row.isEscaped(.url), line, to: &record)
            takeURLApart(&record, keepsHost: known(.authority, row, line) != nil)
        }
        set(.id, from: .id, row, line, &record)
        set(.sni, from: .sni, row, line, &record)
    }

    /// `HTTP/2.0` is version 2.
    private func fillVersion(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        guard let range = known(.version, row, line) else { return }
        setVersion(range, line, &record)
    }

    /// Reads `HTTP/1.1`, `HTTP/2.0`, `h2`; anything else leaves the version unknown.
    func setVersion(_ range: Range<Int>, _ line: Span<UInt8>, _ record: inout RequestRecord) {
        var start = range.lowerBound
        if range.count > 5, line[start + 4] == UInt8(ascii: "/"), line[start] | 0x20 == UInt8(ascii: "h") {
            start += 5
        } else if range.count == 2, line[start] | 0x20 == UInt8(ascii: "h") {
            start += 1
        }
        let rest = start..<range.upperBound
        for index in rest where line[index] &- 0x30 > 9 && line[index] != UInt8(ascii: ".") { return }
        guard let major = rest.first.map({ line[$0] }) else { return }
        let isWhole = major == UInt8(ascii: "2") || major == UInt8(ascii: "3")
        record.set(.version, to: line.extracting(isWhole ? start..<start + 1 : rest))
    }

    /// Splits `METHOD SP target SP HTTP/x`. What is no such line, as when a client speaks TLS to a plain port, leaves the
    /// request unknown.
    private func split(_ range: Range<Int>, escaped: Bool, _ line: Span<UInt8>, _ record: inout RequestRecord) {
        var methodEnd = range.lowerBound
        while methodEnd < range.upperBound, isMethodByte(line[methodEnd]) { methodEnd += 1 }
        guard methodEnd > range.lowerBound, methodEnd < range.upperBound, line[methodEnd] == 0x20 else { return }
        var targetEnd = range.upperBound
        var index = range.upperBound - 1
        while index > methodEnd, line[index] != 0x20 { index -= 1 }
        if index > methodEnd, hasHTTPVersion(index + 1..<range.upperBound, line) {
            targetEnd = index
            setVersion(index + 1..<range.upperBound, line, &record)
        }
        guard methodEnd + 1 < targetEnd else { return }
        record.set(.method, to: line.extracting(range.lowerBound..<methodEnd))
        record.pieces[RequestRecord.Field.path.rawValue] = append(
            methodEnd + 1..<targetEnd, escaped: escaped, line, to: &record)
    }

    private func isMethodByte(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte &- 0x30 < 10
    }

    private func hasHTTPVersion(_ range: Range<Int>, _ line: Span<UInt8>) -> Bool {
        guard range.count >= 6 else { return false }
        let word: StaticString = "HTTP/"
        for place in 0..<5 where line[range.lowerBound + place] != word.utf8Start[place] { return false }
        return true
    }

    /// Logs that keep path and query apart, or leave the query out.
    private func fillSeparateQuery(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        guard record.range(of: .path) == nil, let path = known(.path, row, line) else { return }
        let start = record.text.count
        _ = append(path, escaped: row.isEscaped(.path), line, to: &record)
        if row.range(.query) == nil {
            record.queryComplete = false
        } else if let query = known(.query, row, line) {
            if line[query.lowerBound] != UInt8(ascii: "?") { record.text.append(UInt8(ascii: "?")) }
            _ = append(query, escaped: row.isEscaped(.query), line, to: &record)
        }
        record.pieces[RequestRecord.Field.path.rawValue] = Piece(start, record.text.count)
    }

    /// Host and port that a log keeps apart become one Host field again.
    private func fillHost(
        _ host: Range<Int>, _ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>
    ) {
        let start = record.text.count
        _ = append(host, escaped: row.isEscaped(.host), line, to: &record)
        if let port = known(.hostPort, row, line) {
            record.text.append(UInt8(ascii: ":"))
            _ = record.append(line.extracting(port))
        }
        record.pieces[RequestRecord.Field.host.rawValue] = Piece(start, record.text.count)
    }

    /// A target in absolute form names the host, whatever the Host field said (RFC 9112, section 3.2.2). In HTTP/2 and
    /// later there is no such form: the log put it together of authority and path.
    private func takeAuthorityOfTarget(_ record: inout RequestRecord) {
        guard let target = record.range(of: .path), target.count > 8, record.text[target.lowerBound] != 0x2F,
            let split = authority(target, of: record.text)
        else { return }
        record.pieces[RequestRecord.Field.host.rawValue] = Piece(split.authority.lowerBound, split.authority.upperBound)
        if let version = record.range(of: .version), record.text[version.lowerBound] >= UInt8(ascii: "2") {
            setPath(split.rest, &record)
        }
    }

    /// An absolute URL, as those log that have no other form: host, port, scheme and target.
    ///
    /// The port is the listener's. Where it is not known whether the client wrote it into the Host field, it is left out
    /// there.
    private func takeURLApart(_ record: inout RequestRecord, keepsHost: Bool) {
        guard let url = record.range(of: .path), let split = authority(url, of: record.text) else {
            record.forget(.path)
            return
        }
        let isTLS = split.isTLS
        let authority = split.authority
        var hostEnd = authority.upperBound
        var port: UInt16?
        if let colon = authority.last(where: { record.text[$0] == UInt8(ascii: ":") }),
            let number = LogNumber.whole(colon + 1..<authority.upperBound, of: record.text.span)
        {
            if !urlNamesHost { hostEnd = colon }
            port = Self.port(number)
        }
        if !keepsHost { record.pieces[RequestRecord.Field.host.rawValue] = Piece(authority.lowerBound, hostEnd) }
        record.port = port ?? (isTLS ? 443 : 80)
        record.protocol = isTLS ? .https : .http
        setPath(split.rest, &record)
    }

    /// A target never is empty: a URL without a path asks for `/`.
    private func setPath(_ range: Range<Int>, _ record: inout RequestRecord) {
        guard range.isEmpty || record.text[range.lowerBound] != UInt8(ascii: "/") else {
            record.pieces[RequestRecord.Field.path.rawValue] = Piece(range.lowerBound, range.upperBound)
            return
        }
        let rest = Array(record.text[range])
        let start = record.text.count
        record.text.append(UInt8(ascii: "/"))
        record.text.append(contentsOf: rest)
        record.pieces[RequestRecord.Field.path.rawValue] = Piece(start, record.text.count)
    }

    /// Where the authority of an absolute URL is, and what follows it, the fragment left out; nil where it is none.
    private func authority(
        _ url: Range<Int>, of text: [UInt8]
    ) -> (isTLS: Bool, authority: Range<Int>, rest: Range<Int>)? {
        let schemes: [(StaticString, Bool)] = [
            ("http://", false), ("https://", true), ("ws://", false), ("wss://", true),
        ]
        for (scheme, isTLS) in schemes {
            let count = scheme.utf8CodeUnitCount
            guard url.count > count,
                (0..<count).allSatisfy({ text[url.lowerBound + $0] | 0x20 == scheme.utf8Start[$0] | 0x20 })
            else { continue }
            let start = url.lowerBound + count
            let end = (start..<url.upperBound).first { "/?#".utf8.contains(text[$0]) } ?? url.upperBound
            let restEnd = (end..<url.upperBound).first { text[$0] == UInt8(ascii: "#") } ?? url.upperBound
            let userEnd = (start..<end).last { text[$0] == UInt8(ascii: "@") }.map { $0 + 1 } ?? start
            guard userEnd < end else { return nil }
            return (isTLS, userEnd..<end, end..<restEnd)
        }
        return nil
    }
}
