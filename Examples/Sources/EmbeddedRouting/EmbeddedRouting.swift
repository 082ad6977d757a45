import Glibc
import Routing

/// A gateway in one file: HTTP/1.1 requests come in on standard input, answers go out on standard output, and for a request
/// that would be forwarded, a comment says where to and how it would look.
///
///     printf 'GET /cart HTTP/1.1\r\nHost: shop.example.com\r\n\r\n' | swift run EmbeddedRouting
@main
struct EmbeddedRouting {
    static func main() {
        let table = shop()
        var scratch = Scratch()
        var generator = SystemRandomNumberGenerator()
        let input = readAll()
        var start = 0
        while start < input.count {
            let bytes = input.span.extracting(start..<input.count)
            guard let head = RequestHead(bytes) else {
                write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return
            }
            start += head.end
            table.prepare(
                method: bytes.extracting(head.method), authority: bytes.extracting(head.authority),
                target: bytes.extracting(head.target), headerBytes: bytes, headers: head.headers.span, into: &scratch)
            let decision = table.decide(&scratch, port: PortIndex(raw: 0))
            let request = head.request(bytes)
            let plan = table.plan(decision, for: request)
            let drawn = plan.rule.flatMap { table.splits[$0.place].draw(using: &generator) }
            answer(table.outcome(decision, plan, drawn: drawn, for: request), table)
        }
    }

    /// One listener; /cart split 9 to 1, unless a header asks for the new version; everything else is redirected.
    static func shop() -> RoutingTable {
        let backends = ["cart-v1", "cart-v2"].map { Backend(namespace: "shop", name: $0, port: 8080) }
        let (old, new) = (BackendIndex(raw: 0), BackendIndex(raw: 1))
        let cart = Route(
            namespace: "shop", name: "cart", hostnames: [HostnamePattern("shop.example.com")],
            rules: [
                Rule(
                    matches: [
                        Match(path: .prefix("/cart"), headers: [FieldPredicate(name: "version", value: .exact("two"))])
                    ], backends: [BackendReference(backend: new)]),
                Rule(
                    matches: [Match(path: .prefix("/cart"))],
                    filters: [.requestHeaders(HeaderModifier(set: [HeaderField("x-gateway", "example")]))],
                    backends: [BackendReference(backend: old, weight: 9), BackendReference(backend: new, weight: 1)]),
                Rule(filters: [.redirect(Redirect(path: .replaceFullPath("/cart")))]),
            ])
        return RoutingTable(
            listeners: [Listener(gateway: "shop/edge", name: "http", port: 80, routes: [RouteIndex(raw: 0)])],
            routes: [cart],
            backends: backends)
    }

    static func answer(_ outcome: RequestOutcome, _ table: RoutingTable) {
        if let backend = outcome.backend.map({ table.backends[$0.place] }), let forwarded = outcome.forwarded {
            let headers = forwarded.headers.map { "\($0.name): \($0.value)\n" }.joined()
            let body = "to \(backend.namespace)/\(backend.name)\n\(forwarded.method) \(forwarded.target)\n\(headers)"
            write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        } else {
            let location = outcome.plan.location.map { "Location: \($0)\r\n" } ?? ""
            write(
                "HTTP/1.1 \(outcome.plan.status ?? 500) \(outcome.plan.reason.rawValue)\r\n\(location)Content-Length: 0\r\n\r\n"
            )
        }
    }

    static func readAll() -> [UInt8] {
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count <= 0 { return input }
            input += buffer[0..<count]
        }
    }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
