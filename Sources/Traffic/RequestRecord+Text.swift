extension RequestRecord {
    /// A field as text; bytes that are no UTF-8 become U+FFFD. Setting nil makes it unknown.
    public subscript(field: Field) -> String? {
        get { range(of: field).map(string) }
        set {
            guard let newValue else { return forget(field) }
            set(field, to: newValue.utf8Span.span)
        }
    }

    /// The trace's own name of the request, echoed in its decision.
    public var id: String? {
        get { self[.id] }
        set { self[.id] = newValue }
    }

    /// The client, as `address:port`.
    public var source: String? {
        get { self[.source] }
        set { self[.source] = newValue }
    }

    /// Where the client connected to, as `address:port`.
    public var destination: String? {
        get { self[.destination] }
        set { self[.destination] = newValue }
    }

    /// The Gateway, as `namespace/name`.
    public var gateway: String? {
        get { self[.gateway] }
        set { self[.gateway] = newValue }
    }

    /// The Service that east-west traffic was sent to, as `namespace/name`.
    public var mesh: String? {
        get { self[.mesh] }
        set { self[.mesh] = newValue }
    }

    /// The client's namespace in the mesh.
    public var from: String? {
        get { self[.from] }
        set { self[.from] = newValue }
    }

    /// The server name of the TLS hello; `""` where the hello had none.
    public var sni: String? {
        get { self[.sni] }
        set { self[.sni] = newValue }
    }

    /// The HTTP method.
    public var method: String? {
        get { self[.method] }
        set { self[.method] = newValue }
    }

    /// The Host field or `:authority`, as sent; `""` where there was none.
    public var host: String? {
        get { self[.host] }
        set { self[.host] = newValue }
    }

    /// The request target as sent.
    public var path: String? {
        get { self[.path] }
        set { self[.path] = newValue }
    }

    /// The HTTP version, as `1.1`.
    public var version: String? {
        get { self[.version] }
        set { self[.version] = newValue }
    }

    /// The header fields as text, in order; nil where they are unknown.
    public var headers: [(name: String, value: String)]? {
        get {
            guard areHeadersKnown else { return nil }
            return headerFields.map { (string($0.name), string($0.value)) }
        }
        set {
            guard let newValue else { return forgetHeaders() }
            beginHeaders()
            for field in newValue { appendHeader(name: field.name.utf8Span.span, value: field.value.utf8Span.span) }
        }
    }

    /// The protocols that the client offered in its TLS hello, in order; nil where that is unknown.
    public var alpn: [String]? {
        get { isALPNKnown ? alpnPieces.map { string($0.unchecked) } : nil }
        set {
            alpnPieces.removeAll(keepingCapacity: true)
            isALPNKnown = newValue != nil
            for name in newValue ?? [] { alpnPieces.append(append(name.utf8Span.span)) }
        }
    }

    /// A range of `text` as text; bytes that are no UTF-8 become U+FFFD.
    public func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

extension RequestRecord: Equatable {
    /// Whether both say the same; where their texts lie in memory is no difference.
    public static func == (left: RequestRecord, right: RequestRecord) -> Bool {
        left.time == right.time && left.arrivalQuality == right.arrivalQuality
            && left.queryComplete == right.queryComplete && left.port == right.port && left.protocol == right.protocol
            && left.clientCertificate == right.clientCertificate && left.headersComplete == right.headersComplete
            && left.bodyBytes == right.bodyBytes && left.weight == right.weight && left.observed == right.observed
            && left.areHeadersKnown == right.areHeadersKnown && left.isALPNKnown == right.isALPNKnown
            && Field.allCases.allSatisfy { left.same(left.pieces[$0.rawValue], right, right.pieces[$0.rawValue]) }
            && left.headerFields.elementsEqual(right.headerFields) {
                left.same($0.namePiece, right, $1.namePiece) && left.same($0.valuePiece, right, $1.valuePiece)
            } && left.alpnPieces.elementsEqual(right.alpnPieces) { left.same($0, right, $1) }
    }

    private func same(_ piece: Piece, _ other: RequestRecord, _ otherPiece: Piece) -> Bool {
        guard let range = piece.range, let otherRange = otherPiece.range else {
            return piece.range == nil && otherPiece.range == nil
        }
        return text[range].elementsEqual(other.text[otherRange])
    }
}
