import GatewayAPI
import Manifests
import Scenario
import Traffic
import Validation

/// Reads the entries of `cases`.
enum TestCaseDecoder {
    /// The most requests that one case stands for.
    private static let requestsMax = 10_000

    static func entry(_ object: inout ObjectDecoder, _ defaults: RequestDefaults) -> TestCase? {
        let name = object.requiredString("name")
        var destinations: [Located<TestDestination>] = []
        let requests = requests(&object, defaults, &destinations)
        let expected = object.object("expect") { ClaimDecoder.claims(&$0) } ?? []
        let refused = object.object("not") { ClaimDecoder.claims(&$0, isNegative: true) } ?? []
        if !object.has("expect"), !object.has("not") {
            object.report(.missingField, "nothing is expected: give expect or not")
        }
        return TestCase(
            name: name, requests: requests, expected: expected, refused: refused, position: object.position,
            destinations: destinations)
    }

    /// What is the same for all requests of a case.
    private struct Common {
        var protocolName: TrafficEntry.ProtocolName?
        var port: UInt16?
        var gateway: NamespacedName?
        var mesh: NamespacedName?
        var from: String?
        var serverName: String?
        var certificate: ClientCertificate?
        var lacksHeaders = false
    }

    private enum Certificate: String, CaseIterable {
        case absent, valid, invalid

        var value: ClientCertificate {
            switch self {
            case .absent: .absent
            case .valid: .valid
            case .invalid: .invalid
            }
        }
    }

    private static func requests(
        _ object: inout ObjectDecoder, _ defaults: RequestDefaults, _ destinations: inout [Located<TestDestination>]
    ) -> [TestRequest] {
        var line = object.bareRequestLine("request")
        let headers = object.headers("headers")
        line?.headers = headers
        var common = Common()
        common.protocolName = object.choice("protocol")
        common.port = object.port("port")
        let gateway = object.namespacedName("gateway")
        let mesh = object.namespacedName("mesh")
        common.gateway = gateway?.value
        common.mesh = mesh?.value
        destinations += [
            gateway.map { TestDestination.located("Gateway", $0) }, mesh.map { TestDestination.located("Service", $0) },
        ].compactMap(\.self)
        common.from = object.string("from")
        common.serverName = object.string("sni")
        common.certificate = (object.choice("clientCertificate") as Certificate?)?.value
        common.lacksHeaders = object.boolean("headersComplete") == false
        let product = product(&object, headers)

        if object.has("mesh"), object.has("gateway") {
            object.report(.conflictingFields, "gateway cannot stand beside mesh", field: "gateway")
        }
        if object.has("from"), !object.has("mesh") {
            object.reportMissing("mesh", "the Service that the client of namespace from dials")
        }
        if common.mesh == nil { common.gateway = common.gateway ?? defaults.gateway }
        let isConnection = [.tls, .tcp, .udp].contains(common.protocolName)
        let isProduct = object.has("hosts") || object.has("paths")
        if isConnection {
            for key in ["request", "hosts", "paths", "methods", "headers"] where object.has(key) {
                object.report(
                    .conflictingFields,
                    "\(key) cannot stand beside protocol \(common.protocolName?.rawValue ?? ""), which has no requests",
                    field: key)
            }
            common.port = common.port ?? defaults.port
            if common.port == nil, !object.context.hasErrors { object.reportMissing("port", "a listener's port") }
            return [connection(common)]
        }
        guard object.has("request") != isProduct else {
            object.report(
                isProduct ? .conflictingFields : .missingField,
                isProduct
                    ? "request cannot stand beside hosts and paths"
                    : "no request: give request, or hosts and paths", field: isProduct ? "request" : nil)
            return []
        }
        let lines = isProduct ? product : line.map { [$0] } ?? []
        return lines.map { request($0, common, defaults) }
    }

    /// Every host with every method and every path.
    private static func product(
        _ object: inout ObjectDecoder, _ headers: [RequestLine.HeaderEntry]
    ) -> [RequestLine] {
        let hosts = object.strings("hosts", 1...1_000, isSet: true)
        let methods = object.strings("methods", 1...100, isSet: true)
        let paths = object.strings("paths", 1...10_000, isSet: true)
        let scheme = object.word("scheme", among: ["http", "https"])
        guard object.has("hosts") || object.has("paths") else {
            for key in ["methods", "scheme"] where object.has(key) {
                object.report(.conflictingFields, "\(key) stands beside hosts and paths alone", field: key)
            }
            return []
        }
        if !object.has("hosts") { object.reportMissing("hosts", "a list of hosts") }
        if !object.has("paths") { object.reportMissing("paths", "a list of paths") }
        var isRight = true
        func check(_ key: String, _ words: [Located<String>], _ expected: String, _ wrong: (String) -> String?) {
            for (place, word) in words.enumerated() {
                guard let reason = wrong(word.value) else { continue }
                isRight = false
                refuse(object, key, place, "found \"\(Excerpt.of(word.value))\", expected \(expected)", hint: reason)
            }
        }
        check("methods", methods, "a method such as GET") { HTTPSyntax.isToken($0) ? nil : "letters, as a rule" }
        check("hosts", hosts, "a host such as store.example.com") { why("\(scheme)://\($0)/") }
        check("paths", paths, "a path that begins with /") { path in
            path.hasPrefix("/") ? why("\(scheme)://host\(path)") : "put a / before it"
        }
        guard isRight else { return [] }
        let methodNames = methods.isEmpty ? ["GET"] : methods.map(\.value)
        guard hosts.count * methodNames.count * paths.count <= requestsMax else {
            object.report(.itemCount, "the case stands for more than \(requestsMax) requests", field: "paths")
            return []
        }
        var lines: [RequestLine] = []
        for host in hosts {
            for method in methodNames {
                for path in paths {
                    guard let url = RequestURL("\(scheme)://\(host.value)\(path.value)") else { continue }
                    lines.append(RequestLine(method: method, url: url, headers: headers))
                }
            }
        }
        return lines
    }

    /// Why a text is no URL; nil where it is one.
    private static func why(_ url: String) -> String? {
        do throws(RequestURLError) {
            _ = try RequestURL(reading: url)
            return nil
        } catch {
            return error.reason
        }
    }

    /// Reports an item of a list.
    private static func refuse(_ object: ObjectDecoder, _ key: String, _ place: Int, _ message: String, hint: String) {
        let context = object.context
        guard let list = context.arena.member(object.index, key)?.value else { return }
        object.at(key) {
            context.path.push(place)
            context.report(.invalidFormat, message, at: context.arena.element(list, place), hint: hint)
            context.path.pop()
        }
    }

    private static func request(_ line: RequestLine, _ common: Common, _ defaults: RequestDefaults) -> TestRequest {
        let port = common.port ?? (line.url.explicitPort == nil && common.mesh == nil ? defaults.port : nil)
        let written = common.protocolName.flatMap { name in
            RequestProtocol.allCases.first { "\($0.name)" == name.rawValue }
        }
        var record = RequestRecord(
            line, protocol: written, port: port, gateway: common.gateway?.description)
        if written == .webSocket { record.protocol = .webSocket }
        if let mesh = common.mesh { record.mesh = mesh.description }
        if let from = common.from { record.from = from }
        if let serverName = common.serverName { record.sni = serverName }
        if let certificate = common.certificate { record.clientCertificate = certificate }
        if common.lacksHeaders { record.headersComplete = false }
        return TestRequest(record: record, text: line.description)
    }

    private static func connection(_ common: Common) -> TestRequest {
        var record = RequestRecord()
        let name = common.protocolName
        record.protocol = name == .tls ? .tls : name == .udp ? .udp : .tcp
        record.port = common.port
        if let gateway = common.gateway { record.gateway = gateway.description }
        if let mesh = common.mesh { record.mesh = mesh.description }
        if let from = common.from { record.from = from }
        if name == .tls { record.sni = common.serverName ?? "" }
        if let certificate = common.certificate { record.clientCertificate = certificate }
        let server = common.serverName.map { " for \($0)" } ?? ""
        return TestRequest(
            record: record, text: "\(name?.rawValue ?? "TCP") to port \(common.port ?? 0)\(server)")
    }
}

extension ObjectDecoder {
    /// One of several words; the first where it is missing or none of them.
    fileprivate mutating func word(_ key: String, among words: [String]) -> String {
        guard let text = string(key) else { return words[0] }
        guard words.contains(text) else {
            report(
                .unsupportedValue, "found \"\(Excerpt.of(text))\", expected one of \(words.joined(separator: ", "))",
                field: key)
            return words[0]
        }
        return text
    }
}
