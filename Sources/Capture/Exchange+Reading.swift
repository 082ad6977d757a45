extension Exchange {
    /// Says who asks whom, and since when.
    mutating func begin(_ client: SocketAddress, _ server: SocketAddress, at time: Int64) {
        self.client = client
        self.server = server
        requestBegan = time
    }

    /// Takes over a request's head: its text and its header fields.
    mutating func readHead(_ head: Span<UInt8>) -> MessageHead {
        text.removeAll(keepingCapacity: true)
        text.append(head)
        fields.removeAll(keepingCapacity: true)
        let read = MessageHead(head, 0..<head.count) { name, value in
            fields.append(Field(name: name, value: value))
        }
        host = read.host
        isWebSocket = read.isWebSocket
        // A value that went over several lines is one line (RFC 9112, section 5.2).
        for field in fields where read.hasFolding {
            for index in field.value where text[index] == 0x0D || text[index] == 0x0A { text[index] = 0x20 }
        }
        return read
    }

    /// Takes over what a TLS hello says.
    mutating func fill(
        with hello: ClientHello, from client: SocketAddress, to server: SocketAddress, began: Int64, ended: Int64
    ) {
        kind = .tls
        isTLS = true
        self.client = client
        self.server = server
        requestBegan = began
        requestEnded = ended
        fill(with: hello)
    }

    /// Takes over the names of a hello, behind the text that is there.
    mutating func fill(with hello: ClientHello) {
        let start = text.count
        text.append(hello.text.span)
        func moved(_ range: Range<Int>) -> Range<Int> { range.lowerBound + start..<range.upperBound + start }
        serverName = hello.serverName.map(moved)
        applicationProtocols = hello.applicationProtocols.map(moved)
    }

    /// Takes over the names of the TLS session that a request was found in.
    mutating func fill(with session: TLSSession) {
        isTLS = true
        fill(with: session.hello)
    }
}
