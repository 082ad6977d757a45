/// What the requests inside a TLS connection have in common.
final class TLSSession {
    let hello: ClientHello

    init(_ hello: ClientHello) { self.hello = hello }
}
