import GatewayAPI
import Manifests
import Traffic
package import Validation

extension ObjectDecoder {
    /// An entry of `requests`: weight, method, URL and header fields.
    mutating func requestEntry() -> RequestEntry? {
        let weight = integer("weight", 0...1_000_000_000) ?? 1
        let method = method("method") ?? "GET"
        let url = url("url")
        if url == nil, !has("url") { reportMissing("url", Self.urlExpected) }
        let headers = headers("headers")
        guard let url else { return nil }
        return RequestEntry(
            weight: UInt64(weight), request: RequestLine(method: method, url: url, headers: headers),
            position: position)
    }

    /// The request that a flow begins with; nil where it has none.
    mutating func requestEntryBesideFlow() -> RequestLine? {
        let method = method("method") ?? "GET"
        let url = url("url")
        let headers = headers("headers")
        return url.map { RequestLine(method: method, url: $0, headers: headers) }
    }

    /// `request: "GET http://store.example.com/cart"` with `headers` beside it; nil where it is wrong.
    package mutating func requestLine() -> RequestLine? {
        let parts = bareRequestLine("request")
        let headers = headers("headers")
        guard var line = parts else { return nil }
        line.headers = headers
        return line
    }

    /// A method and a URL, without header fields; nil where it is missing or wrong.
    package mutating func bareRequestLine(_ key: String) -> RequestLine? {
        parsed(
            key, "a method and a URL, such as \"GET http://store.example.com/cart\"", hint: Self.requestHint
        ) { text in
            let words = text.split(separator: " ")
            guard words.count == 2, HTTPSyntax.isToken(words[0]), let url = RequestURL(String(words[1])) else {
                return nil
            }
            return RequestLine(method: String(words[0]), url: url, headers: [])
        }?.value
    }

    /// A method; nil where it is missing or wrong.
    mutating func method(_ key: String) -> String? {
        parsed(key, "a method such as GET") { HTTPSyntax.isToken($0) ? $0 : nil }?.value
    }

    private mutating func url(_ key: String) -> RequestURL? {
        parsed(key, Self.urlExpected, hint: Self.urlHint, RequestURL.init)?.value
    }

    private static let urlExpected = "a URL such as http://store.example.com/cart"

    private static func urlHint(_ text: String) -> String? {
        do throws(RequestURLError) {
            _ = try RequestURL(reading: text)
            return nil
        } catch {
            return error.reason
        }
    }

    private static func requestHint(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard words.count == 2 else {
            return words.count == 1
                ? "put the method before the URL: \"GET \(Excerpt.of(text))\"" : "one space parts them, and no other"
        }
        return HTTPSyntax.isToken(words[0]) ? urlHint(String(words[1])) : "\(Excerpt.of(words[0])) is no method"
    }
}
