/// Where a header's name and value stand in the bytes of a request's head, as a parser leaves them.
public struct HeaderRange: Sendable, BitwiseCopyable {
    /// Offset of the name.
    public var nameStart: UInt32
    /// Offset behind the name.
    public var nameEnd: UInt32
    /// Offset of the value.
    public var valueStart: UInt32
    /// Offset behind the value.
    public var valueEnd: UInt32

    /// Names the two places.
    @inlinable public init(nameStart: UInt32, nameEnd: UInt32, valueStart: UInt32, valueEnd: UInt32) {
        self.nameStart = nameStart
        self.nameEnd = nameEnd
        self.valueStart = valueStart
        self.valueEnd = valueEnd
    }
}

extension RoutingTable {
    /// Brings a request into the form that `decide` reads, or answers it by itself (a 400, a redirect): then that is what
    /// `decide` says. Nothing is kept of the bytes given.
    ///
    /// - Parameters:
    ///   - method: as it was sent.
    ///   - authority: the Host header or `:authority`; empty where there is none.
    ///   - target: the request target in any of the forms of RFC 9112, section 3.2. The authority of an absolute target
    ///     replaces `authority`.
    ///   - headerBytes: what `headers` refers to.
    ///   - headers: names and values without the white space around them, in order.
    ///   - serverName: for a request inside TLS, the name that the client asked for (SNI); empty where it named none. Nil
    ///     outside TLS.
    ///   - scratch: takes the result.
    public func prepare(
        method: Span<UInt8>, authority: Span<UInt8>, target: Span<UInt8>, headerBytes: Span<UInt8>,
        headers: Span<HeaderRange>,
        serverName: Span<UInt8>? = nil, into scratch: inout Scratch
    ) {
        let matches = index.matches
        scratch.begin(headerNames: matches.headerNameCount, queryNames: matches.queryNameCount)
        scratch.method = Self.method(method, of: matches)
        let parts = TargetParts(target: target, authority: authority)
        let trailingDot = index.reading.trailingDot
        if let own = parts.authority {
            scratch.host.prepare(target.extracting(own), trailingDot: trailingDot, into: &scratch.bytes)
        } else {
            scratch.host.prepare(authority, trailingDot: trailingDot, into: &scratch.bytes)
        }
        scratch.isOverTLS = serverName != nil
        if let serverName { scratch.serverName.prepare(serverName, trailingDot: trailingDot, into: &scratch.bytes) }
        if index.reading.keepsTarget {
            if parts.lacksHost || parts.hasInvalidPort { scratch.answer = .badRequest }
            if parts.lacksPath {
                preparePath([UInt8(ascii: "/")].span, into: &scratch)
            } else {
                preparePath(target.extracting(parts.path), into: &scratch)
            }
        } else {
            normalise(target, parts, method: method, into: &scratch)
        }
        if !matches.registeredMethods.isEmpty, !Self.isKnown(method, among: matches.registeredMethods) {
            scratch.answer = .badRequest
        }
        guard scratch.answer == .none else { return }
        if matches.headerNameCount > 0 { prepareHeaders(headerBytes, headers, into: &scratch) }
        if matches.authorityName != CompiledMatches.none {
            let start = scratch.bytes.count
            if let own = parts.authority {
                for index in own { scratch.bytes.append(target[index]) }
            } else {
                for index in authority.indices { scratch.bytes.append(authority[index]) }
            }
            scratch.headers[Int(matches.authorityName)] = scratch.makeField(from: start)
        }
        if matches.queryNameCount > 0, let query = parts.query {
            prepareQuery(target.extracting(query), into: &scratch)
        }
    }

    /// Prepares the path in the form that the dialect holds against rules, or says what the gateway answers by itself.
    private func normalise(
        _ target: Span<UInt8>, _ parts: TargetParts, method: Span<UInt8>, into scratch: inout Scratch
    ) {
        let path = target.extracting(parts.path)
        let normaliser = PathNormaliser(target: dialect.target)
        let keeps = normaliser.keeps(path)
        let isQueryRead = parts.query != nil && dialect.target.fragment == .refused
        if keeps, !isQueryRead, parts.authority == nil { return preparePath(path, into: &scratch) }
        scratch.answer = dialect.target.answer(method: method, target: target, parts)
        guard scratch.answer == .none else { return }
        if keeps { return preparePath(path, into: &scratch) }
        scratch.work.removeAll(keepingCapacity: true)
        if path.count == 0 {
            scratch.work.append(UInt8(ascii: "/"))
        } else {
            scratch.answer = normaliser.append(path, as: .matched, to: &scratch.work)
        }
        guard scratch.answer == .none else { return }
        let work = scratch.work
        preparePath(work.span, into: &scratch)
    }

    private static func isKnown(_ method: Span<UInt8>, among methods: ByteTable) -> Bool {
        var hash = RollingHash()
        for index in method.indices { hash.add(method[index]) }
        return methods.find(method, 0..<method.count, hash: hash.value, owner: 0) != nil
    }

    private static func method(_ method: Span<UInt8>, of matches: CompiledMatches) -> UInt32 {
        guard !matches.methods.isEmpty else { return 0 }
        var hash = RollingHash()
        for index in method.indices { hash.add(method[index]) }
        return matches.methods.find(method, 0..<method.count, hash: hash.value, owner: 0).map { UInt32($0 + 1) } ?? 0
    }

    /// Copies the path, and hashes it up to each slash before which a prefix may end.
    private func preparePath(_ path: Span<UInt8>, into scratch: inout Scratch) {
        let start = scratch.bytes.count
        var hash = RollingHash()
        scratch.boundaries.append(Scratch.Boundary(end: UInt32(start), hash: hash.value))
        for index in path.indices {
            let byte = path[index]
            if byte == UInt8(ascii: "/"), index > 0, scratch.boundaries.count <= self.index.prefixDepthMax {
                scratch.boundaries.append(Scratch.Boundary(end: UInt32(start + index), hash: hash.value))
            }
            hash.add(byte)
            scratch.bytes.append(byte)
        }
        scratch.path = start..<scratch.bytes.count
        scratch.pathHash = hash.value
        if path.count > 0, scratch.boundaries.count <= self.index.prefixDepthMax {
            scratch.boundaries.append(Scratch.Boundary(end: UInt32(scratch.bytes.count), hash: hash.value))
        }
    }

    /// Keeps the values of the headers that some match asks for. Those of one name are joined with a comma (RFC 9110, 5.2),
    /// or kept beside each other, as the dialect says.
    private func prepareHeaders(_ bytes: Span<UInt8>, _ headers: Span<HeaderRange>, into scratch: inout Scratch) {
        for place in headers.indices {
            let header = headers[place]
            let start = scratch.bytes.count
            var hash = RollingHash()
            for index in Int(header.nameStart)..<Int(header.nameEnd) {
                let byte = asciiLowercased(bytes[index])
                hash.add(byte)
                scratch.bytes.append(byte)
            }
            let name = index.matches.headerNames.find(
                scratch.bytes.span, start..<scratch.bytes.count, hash: hash.value, owner: 0)
            scratch.bytes.removeLast(scratch.bytes.count - start)
            guard let name else { continue }
            let earlier = scratch.headers[name]
            let isRepeated = earlier.request == scratch.request
            if isRepeated, dialect.conditions.repeatedHeader == .anyValue {
                let valueStart = scratch.bytes.count
                for index in Int(header.valueStart)..<Int(header.valueEnd) { scratch.bytes.append(bytes[index]) }
                scratch.appendFurtherField(isQueryParameter: false, name, from: valueStart)
                continue
            }
            if isRepeated {
                for index in Int(earlier.start)..<Int(earlier.end) { scratch.bytes.append(scratch.bytes[index]) }
                scratch.bytes.append(UInt8(ascii: ","))
            }
            for index in Int(header.valueStart)..<Int(header.valueEnd) { scratch.bytes.append(bytes[index]) }
            scratch.headers[name] = scratch.makeField(from: start)
        }
    }

    /// Keeps the values of the query parameters that some match asks for: the first of each name or all, decoded or not, as
    /// the dialect says.
    private func prepareQuery(_ query: Span<UInt8>, into scratch: inout Scratch) {
        let conditions = dialect.conditions
        var start = 0
        while start <= query.count {
            var end = start
            var equals: Int?
            var hash = RollingHash()
            while end < query.count {
                let byte = query[end]
                if byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";") && conditions.semicolonDivides { break }
                if equals == nil {
                    if byte == UInt8(ascii: "=") { equals = end } else { hash.add(byte) }
                }
                end += 1
            }
            if end > start {
                let name = start..<(equals ?? end)
                prepareParameter(
                    query, name, hash: hash.value, value: (equals.map { $0 + 1 } ?? end)..<end, into: &scratch)
            }
            start = end + 1
        }
    }

    @inline(__always)
    private func prepareParameter(
        _ query: Span<UInt8>, _ name: Range<Int>, hash: UInt64, value: Range<Int>, into scratch: inout Scratch
    ) {
        let conditions = dialect.conditions
        let start = scratch.bytes.count
        let found: Int?
        if conditions.parameterDecoding == .form {
            guard scratch.bytes.append(decodingForm: query, name) else {
                return scratch.bytes.removeLast(scratch.bytes.count - start)
            }
            found = placeOfLastBytes(from: start, scratch)
            scratch.bytes.removeLast(scratch.bytes.count - start)
        } else {
            found = index.matches.queryNames.find(query, name, hash: hash, owner: 0)
        }
        guard let found else { return }
        let isRepeated = scratch.queryParameters[found].request == scratch.request
        if isRepeated, conditions.repeatedParameter == .firstValue { return }
        if conditions.parameterDecoding == .form {
            guard scratch.bytes.append(decodingForm: query, value) else {
                return scratch.bytes.removeLast(scratch.bytes.count - start)
            }
        } else {
            for index in value { scratch.bytes.append(query[index]) }
        }
        if isRepeated {
            scratch.appendFurtherField(isQueryParameter: true, found, from: start)
        } else {
            scratch.queryParameters[found] = scratch.makeField(from: start)
        }
    }

    /// The query parameter whose name was appended last, from `start` on.
    private func placeOfLastBytes(from start: Int, _ scratch: borrowing Scratch) -> Int? {
        var hash = RollingHash()
        for index in start..<scratch.bytes.count { hash.add(scratch.bytes[index]) }
        return index.matches.queryNames.find(
            scratch.bytes.span, start..<scratch.bytes.count, hash: hash.value, owner: 0)
    }

    /// Prepares a request given as text.
    public func prepare(_ request: Request, serverName: String? = nil, into scratch: inout Scratch) {
        var bytes: [UInt8] = []
        var ranges: [HeaderRange] = []
        for header in request.headers {
            let nameStart = UInt32(bytes.count)
            bytes += header.name.utf8
            let valueStart = UInt32(bytes.count)
            bytes += header.value.utf8
            ranges.append(
                HeaderRange(
                    nameStart: nameStart, nameEnd: valueStart, valueStart: valueStart, valueEnd: UInt32(bytes.count)))
        }
        let (method, host, target) = (Array(request.method.utf8), Array(request.host.utf8), Array(request.target.utf8))
        if let serverName {
            let name = Array(serverName.utf8)
            prepare(
                method: method.span, authority: host.span, target: target.span, headerBytes: bytes.span,
                headers: ranges.span,
                serverName: name.span, into: &scratch)
        } else {
            prepare(
                method: method.span, authority: host.span, target: target.span, headerBytes: bytes.span,
                headers: ranges.span,
                into: &scratch)
        }
    }
}

extension Scratch {
    /// The field whose value was appended last, from `start` on.
    fileprivate func makeField(from start: Int) -> Field {
        var hash = RollingHash()
        for index in start..<bytes.count { hash.add(bytes[index]) }
        return Field(request: request, start: UInt32(start), end: UInt32(bytes.count), hash: hash.value)
    }

    fileprivate mutating func appendFurtherField(isQueryParameter: Bool, _ name: Int, from start: Int) {
        furtherFields.append(
            FurtherField(isQueryParameter: isQueryParameter, name: UInt32(name), field: makeField(from: start)))
    }
}
