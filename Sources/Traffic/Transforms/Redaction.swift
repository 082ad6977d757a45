internal import Crypto

/// What of a trace is made unreadable.
public struct RedactionScope: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// Of bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Values of header fields that carry secrets: `Authorization`, `Cookie` and their like.
    public static let secrets = RedactionScope(rawValue: 1)
    /// Hosts and server names, label by label.
    public static let hosts = RedactionScope(rawValue: 2)
    /// Paths, segment by segment.
    public static let paths = RedactionScope(rawValue: 4)
    /// Addresses of clients, of gateways and of endpoints; ports stay.
    public static let addresses = RedactionScope(rawValue: 8)
    /// The values of query parameters; their names stay.
    public static let query = RedactionScope(rawValue: 16)
}

/// Replaces what must not be read by keyed hashes: the same text becomes the same hash wherever it stands, so that what was
/// equal stays equal and what was part of a structure stays in its place, and without the key nobody finds out what it was.
public struct Redactor: Sendable {
    /// How a redacted value of a header field begins. What it was is unknown to whoever decides by it.
    public static let valuePrefix = "redacted-"

    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey",
        "x-auth-token",
        "x-access-token", "x-csrf-token", "x-xsrf-token", "x-amz-security-token", "x-goog-iap-jwt-assertion",
        "x-forwarded-access-token", "x-forwarded-client-cert", "x-vault-token", "x-session-token", "private-token",
    ]
    private static let rememberedMax = 1 << 16

    private let scope: RedactionScope
    private let key: SymmetricKey
    private var remembered: [String: String] = [:]
    /// Values that were replaced.
    public private(set) var replaced = 0

    /// - Parameter salt: the same salt gives the same hashes; nil draws one that nobody knows.
    public init(_ scope: RedactionScope, salt: String?) {
        self.scope = scope
        key = salt.map { SymmetricKey(data: SHA256.hash(data: Array($0.utf8))) } ?? SymmetricKey(size: .bits256)
    }

    /// Replaces what is to be unreadable in a record.
    public mutating func redact(_ record: inout RequestRecord) {
        redactHeaders(&record)
        if scope.contains(.hosts) {
            for field in [RequestRecord.Field.host, .sni] {
                if let text = record[field] { record[field] = host(text) }
            }
            // Names that hold the host: Envoy Gateway's routes end in it.
            record.forget(.observedRouteLabel)
        }
        if scope.contains(.paths) || scope.contains(.query), let target = record.path {
            record.path = redacted(target: target)
        }
        if scope.contains(.addresses) {
            for field in [RequestRecord.Field.source, .destination, .observedEndpoint] {
                if let text = record[field] { record[field] = address(text) }
            }
        }
    }

    private mutating func redactHeaders(_ record: inout RequestRecord) {
        guard let headers = record.headers else { return }
        var isChanged = false
        let redacted = headers.map { field -> (name: String, value: String) in
            let name = field.name.lowercased()
            guard let value = redactedValue(name, field.value) else { return field }
            isChanged = true
            return (field.name, value)
        }
        if isChanged { record.headers = redacted }
    }

    /// The value that stands for a header field's; nil where it stays.
    private mutating func redactedValue(_ name: String, _ value: String) -> String? {
        if scope.contains(.secrets), Self.isSecret(name) {
            // A value that is redacted already stays as it is, so that records can be converted again.
            return value.hasPrefix(Self.valuePrefix) ? nil : Self.valuePrefix + hash("secret", value)
        }
        if scope.contains(.addresses), ["x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip"].contains(name) {
            return Self.valuePrefix + hash("address", value)
        }
        if scope.contains(.hosts), ["x-forwarded-host", "origin", "referer"].contains(name) {
            return Self.valuePrefix + hash("host", value)
        }
        if !scope.isDisjoint(with: [.paths, .query]),
            ["referer", "x-original-uri", "x-envoy-original-path"].contains(name)
        {
            return Self.valuePrefix + hash("path", value)
        }
        return nil
    }

    private static func isSecret(_ name: String) -> Bool {
        secretNames.contains(name) || name.hasSuffix("-token") || name.hasSuffix("-secret")
            || name.hasSuffix("-api-key")
            || name.hasSuffix("-password")
    }

    /// Each label by itself, so that `*.a.b` becomes what `x.a.b` ends in. A port and an address stay.
    private mutating func host(_ text: String) -> String {
        let colon = text.lastIndex(of: ":").flatMap { index in
            text[text.index(after: index)...].allSatisfy(\.isNumber) ? index : nil
        }
        let name = colon.map { text[..<$0] } ?? text[...]
        guard !name.hasPrefix("["), !name.allSatisfy({ $0.isNumber || $0 == "." }) else {
            return scope.contains(.addresses) ? address(text) : text
        }
        let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).map { label in
            label.isEmpty || label == "*" ? String(label) : "h" + hash("label", String(label)).prefix(10)
        }
        return labels.joined(separator: ".") + (colon.map { text[$0...] } ?? "")
    }

    private mutating func redacted(target: String) -> String {
        let question = target.firstIndex(of: "?") ?? target.endIndex
        var path = String(target[..<question])
        if scope.contains(.paths) {
            path = path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
                segment.isEmpty || segment == "*" || segment == "." || segment == ".."
                    ? String(segment) : "p" + hash("segment", String(segment)).prefix(10)
            }.joined(separator: "/")
        }
        guard question < target.endIndex else { return path }
        guard scope.contains(.query) else { return path + target[question...] }
        let members = target[target.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
        let redacted = members.map { member -> String in
            guard let equals = member.firstIndex(of: "=") else { return String(member) }
            let value = member[member.index(after: equals)...]
            guard !value.isEmpty else { return String(member) }
            return member[...equals] + "q" + hash("value", String(value)).prefix(10)
        }
        return path + "?" + redacted.joined(separator: "&")
    }

    /// An address of the ranges for documentation or for private use of the same family, the port as it was. Equal networks
    /// stay equal: of an IPv4 address the first three numbers are one part, the last one another.
    private mutating func address(_ text: String) -> String {
        var host = text[...]
        var port: Substring = ""
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":"), !text[text.index(after: colon)...].contains(":") {
            host = text[..<colon]
            port = text[colon...]
        }
        if host.contains(":") {
            let digits = hash("ipv6", String(host))
            let address =
                "2001:db8:"
                + stride(from: 0, to: 16, by: 4).map { start in
                    String(digits.dropFirst(start).prefix(4))
                }.joined(separator: ":") + "::"
            return text.hasPrefix("[") ? "[\(address)]\(port)" : address
        }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) else {
            return "a" + hash("name", String(host)).prefix(10) + port
        }
        let network = UInt32(hash("network", numbers[..<3].joined(separator: ".")).prefix(8), radix: 16) ?? 0
        let member = UInt32(hash("address", String(host)).prefix(8), radix: 16) ?? 0
        return "10.\(network >> 8 & 255).\(network & 255).\(member & 255)\(port)"
    }

    /// Sixteen hexadecimal digits of the keyed hash of a text in a domain of its own.
    private mutating func hash(_ domain: String, _ text: String) -> String {
        replaced += 1
        let name = domain + "\u{0}" + text
        if let known = remembered[name] { return known }
        let code = HMAC<SHA256>.authenticationCode(for: Array(name.utf8), using: key)
        let digits = code.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        if remembered.count < Self.rememberedMax { remembered[name] = digits }
        return digits
    }
}
