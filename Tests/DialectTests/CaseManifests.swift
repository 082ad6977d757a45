import ControlPlane
import GatewayAPI
import Manifests
import Routing
import Validation

/// The manifests of a case, as a person would write them.
struct CaseManifests {
    let observed: ObservedCase

    func table(_ dialect: Dialect) -> (table: RoutingTable, refused: [String]) {
        let inventory = Validation.validate(ManifestParser.parse(Array(yaml.utf8), file: "\(observed.name).yaml"))
        let controlPlane = ControlPlane(ResourceSet(inventory), dialect: dialect)
        return (controlPlane.table, inventory.diagnostics.filter { $0.severity == .error }.map(\.message))
    }

    var yaml: String {
        var documents = [Self.secret]
        for name in ["a", "b", "c", "d", "e", "f"] {
            documents.append(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: \(name), namespace: app}
                spec: {ports: [{port: 80}]}
                """)
        }
        documents += observed.objects.map(document)
        return documents.joined(separator: "\n---\n")
    }

    private func document(_ object: ObservedCase.Object) -> String {
        switch object.kind {
        case "Gateway":
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: \(object.name), namespace: app}
            spec:
              gatewayClassName: any
              listeners: \(object.body)
            """
        case "HTTPRoute", "GRPCRoute", "TLSRoute":
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: \(object.kind)
            metadata: {name: \(object.name), namespace: app, creationTimestamp: "\(object.created ?? "2024-01-01")T00:00:00Z"}
            spec: \(spec(object))
            """
        default:
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: \(object.name), namespace: app, labels: {kubernetes.io/service-name: a}}
            addressType: IPv4
            ports: [{port: 80}]
            endpoints: []
            """
        }
    }

    private func spec(_ object: ObservedCase.Object) -> String {
        let parent = "{name: gw\(object.section.map { ", sectionName: \($0)" } ?? "")}"
        let body = object.body.hasSuffix("…") ? AbridgedManifests.rules[observed.name] ?? "{}" : object.body
        return "{parentRefs: [\(parent)], \(body.dropFirst())"
    }

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: cert, namespace: app}
        type: kubernetes.io/tls
        stringData:
          tls.crt: |
            -----BEGIN CERTIFICATE-----
            MAA=
            -----END CERTIFICATE-----
          tls.key: |
            -----BEGIN PRIVATE KEY-----
            MAA=
            -----END PRIVATE KEY-----
        """
}

/// Rules that the observations give only the beginning of, written anew after the requests that they were asked.
enum AbridgedManifests {
    static let longPrefix = "/" + String(repeating: "p", count: 949)

    static let rules: [String: String] = [
        "regex-very-long-vs-exact": """
        {rules: [{matches: [{path: {type: RegularExpression, value: "/v1/(\(alternatives)|x)"}}], backendRefs: [\(a)]}, \
        {matches: [{path: {type: Exact, value: /v1/x}}], backendRefs: [{name: b, port: 80}]}]}
        """,
        "long-prefix-vs-exact": """
        {rules: [{matches: [{path: {type: PathPrefix, value: \(longPrefix)}}], backendRefs: [\(a)]}, \
        {matches: [{path: {type: Exact, value: \(longPrefix)}}], backendRefs: [{name: b, port: 80}]}]}
        """,
        "redirect-ports-80": redirects, "redirect-ports-8080": redirects,
        "redirect-path": rules([
            ("/full", redirect("{type: ReplaceFullPath, replaceFullPath: /new}")),
            ("/pre", redirect(prefix("/new"))), ("/presl", redirect(prefix("/new/"))),
            ("/preroot", redirect(prefix("/"))), ("/preempty", redirect(prefix("''"))),
            ("/trail/", redirect(prefix("/new"))),
            ("/fullq", redirect("{type: ReplaceFullPath, replaceFullPath: '/new?z=1'}")),
        ]),
        "rewrite-prefix": rules([
            ("/foo", rewrite("/xyz")), ("/sl", rewrite("/xyz/")), ("/root", rewrite("/")), ("/empty", rewrite("''")),
            ("/trail/", rewrite("/xyz")), ("/trailr/", rewrite("/")),
        ]),
        "headers-modify": rules([
            ("/set", modify("set: [{name: X-A, value: new}]")), ("/add", modify("add: [{name: X-A, value: new}]")),
            ("/both", modify("set: [{name: X-A, value: s}], add: [{name: X-A, value: d}]")),
            ("/setrem", modify("set: [{name: X-A, value: s}], remove: [X-A]")),
            ("/addrem", modify("add: [{name: X-A, value: d}], remove: [X-A]")), ("/rem", modify("remove: [X-A]")),
            ("/case", modify("set: [{name: X-A, value: s1}, {name: x-a, value: s2}]")),
        ]),
    ]

    private static let a = "{name: a, port: 80}"
    private static let alternatives = (0..<60).map { "alternative\($0 + 100)" }.joined(separator: "|")

    private static let redirects = rules(
        [
            ("/s-https", "scheme: https"), ("/s-http", "scheme: http"), ("/p8443", "port: 8443"), ("/p80", "port: 80"),
            ("/p443", "port: 443"), ("/h", "hostname: new.test"), ("/https-p80", "scheme: https, port: 80"),
            ("/https-p443", "scheme: https, port: 443"), ("/http-p443", "scheme: http, port: 443"),
            ("/h-p80", "hostname: new.test, port: 80"), ("/none", "statusCode: 301"),
        ].map { ($0, "filters: [{type: RequestRedirect, requestRedirect: {\($1)}}]") })

    private static func rules(_ list: [(String, String)]) -> String {
        let rules = list.map { "{matches: [{path: {type: PathPrefix, value: \($0)}}], \($1)}" }
        return "{rules: [\(rules.joined(separator: ", "))]}"
    }

    private static func prefix(_ value: String) -> String { "{type: ReplacePrefixMatch, replacePrefixMatch: \(value)}" }

    private static func redirect(_ path: String) -> String {
        "filters: [{type: RequestRedirect, requestRedirect: {path: \(path)}}]"
    }

    private static func rewrite(_ replacement: String) -> String {
        "filters: [{type: URLRewrite, urlRewrite: {path: \(prefix(replacement))}}], backendRefs: [\(a)]"
    }

    private static func modify(_ changes: String) -> String {
        "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {\(changes)}}], backendRefs: [\(a)]"
    }
}
