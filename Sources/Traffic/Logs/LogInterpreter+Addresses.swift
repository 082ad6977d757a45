/// Who spoke with whom, and what.
extension LogInterpreter {
    func fillAddresses(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        set(.source, from: .client, row, line, &record)
        if record.range(of: .source) == nil {
            fillEnd(.source, .clientAddress, .clientPort, &record, row, line)
        }
        if record.range(of: .source) == nil, let list = known(.forwardedFor, row, line) {
            // Of several, which one is trusted is not known.
            var isOne = true
            for index in list where line[index] == UInt8(ascii: ",") { isOne = false }
            if isOne { set(.source, from: .forwardedFor, row, line, &record) }
        }
        set(.destination, from: .server, row, line, &record)
        if record.range(of: .destination) == nil {
            fillEnd(.destination, .serverAddress, .serverPort, &record, row, line)
        }
        if let port = known(.serverPort, row, line) {
            record.port = LogNumber.whole(port, of: line).flatMap(Self.port)
        } else if let server = known(.server, row, line), record.port == nil {
            record.port = Self.portOf(server, line)
        }
    }

    private func fillEnd(
        _ field: RequestRecord.Field, _ address: LogField, _ port: LogField, _ record: inout RequestRecord,
        _ row: LogRow, _ line: Span<UInt8>
    ) {
        guard let address = known(address, row, line) else { return }
        let start = record.text.count
        let port = known(port, row, line)
        var hasColon = false
        for index in address where line[index] == UInt8(ascii: ":") { hasColon = true }
        let needsBrackets = hasColon && port != nil && line[address.lowerBound] != UInt8(ascii: "[")
        if needsBrackets { record.text.append(UInt8(ascii: "[")) }
        _ = record.append(line.extracting(address))
        if needsBrackets { record.text.append(UInt8(ascii: "]")) }
        if let port {
            record.text.append(UInt8(ascii: ":"))
            _ = record.append(line.extracting(port))
        }
        record.pieces[field.rawValue] = Piece(start, record.text.count)
    }

    static func port(_ number: Int64) -> UInt16? { number > 0 ? UInt16(exactly: number) : nil }

    /// The port of `address:port`; nil where there is none, as in an IPv6 address without brackets.
    static func portOf(_ range: Range<Int>, _ line: Span<UInt8>) -> UInt16? {
        var index = range.upperBound
        while index > range.lowerBound, line[index - 1] &- 0x30 < 10 { index -= 1 }
        guard index > range.lowerBound, index < range.upperBound, line[index - 1] == UInt8(ascii: ":") else {
            return nil
        }
        let isBracketed = line[range.lowerBound] == UInt8(ascii: "[")
        for place in range.lowerBound..<index - 1 where line[place] == UInt8(ascii: ":") && !isBracketed { return nil }
        return LogNumber.whole(index..<range.upperBound, of: line).flatMap(port)
    }

    /// The protocol, where nothing that the log leaves out could make it another one.
    ///
    /// A server name means TLS; without one the connection may be plain or not. A POST over HTTP/2 to a path of two
    /// segments may be gRPC unless its content type is known.
    func fillProtocol(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        if let status = row.range(.grpcStatus), !isNothing(status, line) {
            record.protocol = .grpc
            return
        }
        for field in record.headerFields where isContentType(field.name, record.text) {
            if record.text[field.value].starts(with: "application/grpc".utf8) {
                record.protocol = .grpc
                return
            }
        }
        let isTLS = isOverTLS(record, row, line)
        if record.observed.status == 101 {
            if isTLS != nil { record.protocol = .webSocket }
            return
        }
        guard let isTLS else { return }
        record.protocol = mayBeGRPC(record) ? nil : isTLS ? .https : .http
    }

    private func isOverTLS(_ record: RequestRecord, _ row: LogRow, _ line: Span<UInt8>) -> Bool? {
        if record.range(of: .sni) != nil { return true }
        if row.range(.tlsVersion) != nil { return known(.tlsVersion, row, line) != nil }
        if let protocolOfURL = record.protocol { return protocolOfURL == .https }
        guard let scheme = known(.scheme, row, line) else { return nil }
        if scheme.count == 5 || scheme.count == 3 { return true }
        return scheme.count == 4 || scheme.count == 2 ? false : nil
    }

    private func mayBeGRPC(_ record: RequestRecord) -> Bool {
        guard let version = record.range(of: .version), record.text[version.lowerBound] >= UInt8(ascii: "2"),
            let method = record.range(of: .method), record.text[method].elementsEqual("POST".utf8),
            let path = record.range(of: .path)
        else { return false }
        if record.headerFields.contains(where: { isContentType($0.name, record.text) }) { return false }
        var slashes = 0
        for byte in record.text[path] {
            if byte == UInt8(ascii: "/") { slashes += 1 }
            if byte == UInt8(ascii: "?") { return false }
        }
        return slashes == 2
    }

    private func isContentType(_ name: Range<Int>, _ text: [UInt8]) -> Bool {
        name.count == 12 && zip(text[name], "content-type".utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
}
