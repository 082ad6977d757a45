import Foundation
import Testing

@Suite("weir replay")
struct ReplayCommandTests {
    static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: any
          listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop, namespace: store}
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          hostnames: [shop.test]
          rules:
          - name: preview
            matches: [{path: {value: /cart}, headers: [{name: version, value: two}]}]
            backendRefs: [{name: v2, port: 80}]
          - matches: [{path: {value: /cart}}]
            backendRefs: [{name: v1, port: 80, weight: WEIGHT}, {name: v2, port: 80, weight: 1}]
          - matches: [{path: {value: /pay}}]
            filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
        ---
        {apiVersion: v1, kind: Service, metadata: {name: v1, namespace: store}, spec: {clusterIP: 10.96.0.1, ports: [{port: 80, targetPort: 8080}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: v2, namespace: store}, spec: {ports: [{port: 80}]}}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: v1-a, namespace: store, labels: {kubernetes.io/service-name: v1}}
        addressType: IPv4
        ports: [{port: 8080}]
        endpoints: [{addresses: [10.1.0.1]}, {addresses: [10.1.0.2], conditions: {ready: false}}]

        """

    static let records = """
        {"id":"a","time":1,"method":"GET","host":"shop.test","path":"/cart/1","headers":[],"observed":{"endpoint":"10.1.0.2:8080","status":200}}
        {"id":"b","time":2,"method":"GET","host":"shop.test","path":"/cart","headers":[["version","two"],["cookie","secret"]],"weight":10,"observed":{"endpoint":"10.1.0.1:8080"}}
        {"id":"c","time":3,"method":"GET","host":"shop.test","path":"/pay?x","headers":[]}
        {"id":"d","time":4,"method":"GET","host":"shop.test","path":"/cart"}
        {"id":"e","time":5,"method":"GET","host":"other.test","path":"/","headers":[],"observed":{"status":404}}

        """

    private func workspace(weight: Int = 9) throws -> Workspace {
        let workspace = try Workspace(["a.ndjson": Self.records])
        try workspace.write("m.yaml", Self.manifests.replacing("WEIGHT", with: String(weight)))
        return workspace
    }

    @Test("sums up, as text and as one JSON object, and writes the decisions in the order of the records")
    func summary() throws {
        let program = try workspace()
        let text = try program.run("replay -f m.yaml a.ndjson")
        #expect(text.status == 0)
        for line in [
            "5 (standing for 14) requests, seed 1",
            "2 forwarded, 1 redirected, 1 answered by the gateway, 1 undetermined",
            "HTTPRoute store/shop rule 0 \"preview\"", "other.test", "headers.version  (d: GET shop.test/cart)",
        ] {
            #expect(text.output.contains(line), "\(line)\n\(text.output)")
        }
        let json = try program.run("replay -f m.yaml a.ndjson -o json --decisions d.ndjson")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["requests"] as? Int == 5 && object?["weight"] as? Int == 14)
        #expect(object?["statuses"] as? [String: Int] == ["301": 1, "404": 1])
        #expect(object?["undetermined"] as? Int == 1)
        let decisions = try String(contentsOf: program.folder.appending(path: "d.ndjson"), encoding: .utf8)
        let ids = decisions.split(separator: "\n").map { $0.prefix(9) }
        #expect(ids == ["a", "b", "c", "d", "e"].map { "{\"id\":\"\($0)\"" })
        let route = try program.run("route -f m.yaml --requests a.ndjson -o json").output.split(separator: "\n")
        // An absent headers key is none to `route`, and unknown to `replay`.
        for (place, line) in decisions.split(separator: "\n").enumerated() where place != 3 {
            #expect(line == route[place])
        }
        let streamed = try program.run("replay -f m.yaml - --decisions -", input: Self.records)
        #expect(streamed.output == decisions && streamed.errors.contains("GATEWAYS"))
    }

    @Test("exit status: 1 for a malformed line, 2 for what cannot be read or a wrong command line")
    func statuses() throws {
        let program = try workspace()
        try program.write("bad.ndjson", Self.records + "{\"port\":0}\n")
        let bad = try program.run("replay -f m.yaml bad.ndjson")
        #expect(bad.status == 1 && bad.errors.contains("bad.ndjson:6:") && bad.output.contains("5 (standing"))
        let missing = try program.run("replay -f m.yaml none.ndjson --decisions d")
        #expect(missing.status == 2 && missing.output.isEmpty && program.files == ["a.ndjson", "bad.ndjson", "m.yaml"])
        for arguments in [
            "replay -f m.yaml", "replay a.ndjson", "replay -f m.yaml a.ndjson --update",
            "replay -f m.yaml a.ndjson --require-agreement 99%", "replay -f m.yaml --back-test --compare x",
            "replay -f m.yaml a.ndjson --back-test --require-agreement 120%",
        ] {
            #expect(try program.run(arguments).status == 2, "\(arguments)")
        }
    }

    @Test("--back-test finds backends by their endpoints, and --require-agreement is a gate")
    func backTest() throws {
        let program = try workspace()
        let text = try program.run("replay -f m.yaml a.ndjson --back-test")
        #expect(text.status == 0)
        // Weights count: b stands for ten.
        for line in [
            "BACK-TEST  16.666 % of 3 compared requests agree", "backend: 1 requests", "recorded  store/v1:80",
            "weir says  store/v2:80", "b: GET shop.test/cart", "2 could not be compared",
        ] {
            #expect(text.output.contains(line), "\(line)\n\(text.output)")
        }
        #expect(try program.run("replay -f m.yaml a.ndjson --back-test --require-agreement 16%").status == 0)
        #expect(try program.run("replay -f m.yaml a.ndjson --back-test --require-agreement 99.9%").status == 1)
        let json = try program.run("replay -f m.yaml a.ndjson --back-test -o json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        let test = object?["backTest"] as? [String: Any]
        #expect((test?["agreed"] as? [String: Any])?["requests"] as? Int == 2)
        #expect(((test?["disagreements"] as? [[String: Any]])?.first)?["class"] as? String == "backend")
        try program.write("none.ndjson", "{\"method\":\"GET\",\"host\":\"shop.test\",\"path\":\"/cart\"}\n")
        #expect(try program.run("replay -f m.yaml none.ndjson --back-test --require-agreement 0%").status == 1)
    }

    @Test("golden decisions hold no secrets, do not hang on the order, and tell what changed")
    func golden() throws {
        let program = try workspace()
        #expect(try program.run("replay -f m.yaml a.ndjson --record g").status == 0)
        let file = program.folder.appending(path: "g")
        let recorded = try String(contentsOf: file, encoding: .utf8)
        #expect(recorded.split(separator: "\n").count == 5 && !recorded.contains("secret"))
        let reversed = Self.records.split(separator: "\n").reversed().joined(separator: "\n")
        #expect(try program.run("replay -f m.yaml - --record h", input: reversed).status == 0)
        #expect(try String(contentsOf: program.folder.appending(path: "h"), encoding: .utf8) == recorded)
        let same = try program.run("replay -f m.yaml --compare g")
        #expect(same.status == 0 && same.output == "5 of 5 decisions as expected\n")

        try program.write("m.yaml", Self.manifests.replacing("WEIGHT", with: "1"))
        let changed = try program.run("replay -f m.yaml --compare g")
        #expect(changed.status == 1)
        for line in [
            "changed  GET shop.test/cart/1  (g:",
            "  backends\n    expected  [{\"backend\":\"Service store/v1:80\",\"share\":0.9}",
        ] {
            #expect(changed.output.contains(line), "\(line)\n\(changed.output)")
        }
        let json = try program.run("replay -f m.yaml --compare g -o json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["equal"] as? Bool == false && (object?["changed"] as? [Any])?.count == 2)
        #expect(try program.run("replay -f m.yaml --compare g --update").status == 0)
        #expect(try program.run("replay -f m.yaml --compare g").status == 0)

        let new = try program.run(
            "replay -f m.yaml - --compare g",
            input: "{\"method\":\"GET\",\"host\":\"new.test\",\"path\":\"/\",\"headers\":[]}\n")
        #expect(new.status == 1 && new.output.contains("new  GET new.test/"))
        try program.write("broken", "{\"request\":{},\"decisions\":{}}\n")
        let broken = try program.run("replay -f m.yaml --compare broken")
        #expect(broken.status == 2 && broken.errors.contains("broken: line 1"))
    }
}
