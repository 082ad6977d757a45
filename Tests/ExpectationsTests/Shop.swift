import Foundation

/// A folder of files for a test, gone with it.
final class TestFolder {
    private let folder: URL

    init(_ files: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, Data(text.utf8)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ name: String, _ data: Data) throws { try data.write(to: folder.appending(path: name)) }

    func path(_ name: String) -> String { folder.appending(path: name).path }
}

/// A small cluster with every kind of treatment: a split, a redirect, filters, a backend that is not there, gRPC, TCP, a mesh
/// route.
enum Shop {
    static func test(_ spec: String) -> String {
        "apiVersion: weir.dev/v1alpha1\nkind: RoutingTest\nmetadata: {name: shop}\nspec:\n  \(spec)\n"
    }

    static let anyCase = #"{name: any, request: "GET http://nowhere.test/", expect: {status: 404}}"#

    static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: example
          listeners:
          - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
          - {name: internal, port: 8080, protocol: HTTP, hostname: "*.internal", allowedRoutes: {namespaces: {from: All}}}
          - {name: database, port: 5432, protocol: TCP, allowedRoutes: {namespaces: {from: All}}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: cart, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra, sectionName: http}]
          hostnames: [shop.test]
          rules:
          - name: split
            matches: [{path: {type: PathPrefix, value: /cart}}]
            filters:
            - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-team, value: cart}]}}
            - {type: RequestMirror, requestMirror: {backendRef: {name: audit, port: 80}, percent: 25}}
            backendRefs:
            - {name: cart-v1, port: 80, weight: 3}
            - name: cart-v2
              port: 80
              weight: 1
              filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: x-canary, value: "1"}]}}]
            - {name: cart-v3, port: 80, weight: 0}
            timeouts: {request: 10s, backendRequest: 2s}
          - matches: [{path: {type: PathPrefix, value: /old}}, {path: {type: Exact, value: /older}}]
            filters:
            - type: RequestRedirect
              requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: /cart}, statusCode: 301}
          - matches: [{path: {type: PathPrefix, value: /images}}]
            filters:
            - {type: URLRewrite, urlRewrite: {hostname: cdn.test, path: {type: ReplacePrefixMatch, replacePrefixMatch: /i}}}
            - {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-a, value: b}], add: [{name: x-c, value: d}], remove: [server]}}
            backendRefs: [{name: images, port: 80}]
          - matches: [{path: {type: PathPrefix, value: /gone}}]
            backendRefs: [{name: not-there, port: 80}]
          - matches: [{path: {type: PathPrefix, value: /half}}]
            backendRefs: [{name: not-there, port: 80}, {name: images, port: 80}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: admin, namespace: ops}
        spec:
          parentRefs: [{name: edge, namespace: infra, sectionName: http}]
          rules:
          - matches: [{path: {type: PathPrefix, value: /admin}}]
            backendRefs: [{name: console, port: 80}]
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: database, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra, sectionName: database}]
          rules: [{backendRefs: [{name: postgres, port: 5432}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: inside, namespace: shop}
        spec:
          parentRefs: [{group: "", kind: Service, name: images, port: 80}]
          rules: [{backendRefs: [{name: cart-v1, port: 80}]}]
        \(services)
        """

    private static let services =
        [
            "shop/cart-v1", "shop/cart-v2", "shop/cart-v3", "shop/audit", "shop/images", "ops/console",
        ].map { name in
            let parts = name.split(separator: "/")
            return """
                ---
                {apiVersion: v1, kind: Service, metadata: {name: \(parts[1]), namespace: \(parts[0])}, spec: {ports: [{port: 80}]}}

                """
        }.joined()
        + "---\n{apiVersion: v1, kind: Service, metadata: {name: postgres, namespace: shop}, spec: {ports: [{port: 5432}]}}\n"

    /// Cases and invariants that hold, with every key of the format.
    static let everything = """
        manifests: [gateway.yaml]
          dialect: specification
          gateway: infra/edge
          cases:
          - name: a split, all of what is said about it
            request: "GET http://shop.test/cart?id=7"
            headers: {x-one: ["1", "2"]}
            expect:
              gateway: infra/edge
              listener: http
              route: HTTPRoute shop/cart
              rule: split
              action: forward
              shares: {shop/cart-v1: 0.75, "shop/cart-v2:80": 0.25}
              reason: Matched
              forwarded: {method: GET, host: shop.test, path: "/cart?id=7", headers: {x-team: cart, x-one: ["1", "2"]}, withoutHeaders: [x-none]}
              mirrors: {shop/audit: 0.25}
              timeouts: {request: 10s, backendRequest: 2s}
              retry: none
              namespaces: [shop]
            not: {route: shop/*x, backend: shop/cart-v3, status: 500, forwarded: {headers: {x-team: images}}, mirrors: [ops/console], namespaces: [ops]}
          - name: a redirect
            hosts: [shop.test]
            methods: [GET, POST]
            paths: [/old/a, /old/a]
            expect: {action: redirect, status: 301, location: "http://shop.test/cart", rule: 1}
          - name: filters
            hosts: [shop.test, "shop.test:80"]
            scheme: http
            paths: [/images/a.png]
            expect:
              backend: shop/images
              forwarded: {host: cdn.test, path: /i/a.png}
              responseHeaders: {set: {x-a: b}, add: {x-c: d}, remove: [Server]}
              mirrors: []
              timeouts: {request: none}
          - {name: what no backend takes, request: "GET http://shop.test/gone", expect: {status: 500, reason: InvalidBackendRef, route: shop/cart}}
          - {name: any of a namespace, request: "GET http://any.test/admin", expect: {route: "ops/*", backend: "ops/*"}}
          - {name: no route, request: "GET http://any.test/", expect: {route: none, status: 404, reason: NoRoute}}
          - {name: another port, request: "GET http://a.internal/", port: 8080, expect: {listener: internal, status: 404}}
          - {name: gRPC, request: "POST http://any.test/a.B/C", protocol: GRPC, expect: {grpcStatus: 12}}
          - {name: a connection, protocol: TCP, port: 5432, expect: {route: TCPRoute shop/database, backend: "shop/postgres:5432"}}
          - {name: in the mesh, request: "GET http://images/x", mesh: shop/images, from: shop, expect: {route: shop/inside, backend: shop/cart-v1}}
          - {name: a certificate, request: "GET https://shop.test/", sni: shop.test, clientCertificate: valid, expect: {action: reset}}
          invariants:
          - name: admin is for ops
            where: {gateways: [infra/edge], ports: [80], hosts: ["*.test", any.example], paths: [/admin, /admin/*], methods: [GET, POST], headers: {a: b}, query: {c: d}}
            always: {namespaces: [ops]}
            unknown: pass
          - {name: nothing goes to version three, never: {backend: shop/cart-v3}, unknown: fail}
          - {name: the mesh, where: {mesh: [shop/images]}, always: {route: shop/inside}}
        """.replacing("shop/*x", with: "shop/other").replacing("[/old/a, /old/a]", with: "[/old/a]")
}
