import Analysis
import ControlPlane
import GatewayAPI
import Routing
import Testing
import Validation

/// A cluster of three teams, one edit in it, and what has to be found: the change, whom it concerns, the line of the edit, and
/// nothing else.
@Suite("Planted edits are found, with owner, file and line, and nothing else")
struct PlantedEditTests {
    private static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec:
          gatewayClassName: c
          listeners:
          - name: http
            port: 80
            protocol: HTTP
            allowedRoutes: {namespaces: {from: All}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: shop
          namespace: shop
          creationTimestamp: '2024-01-01T00:00:00Z'
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          hostnames:
          - shop.example.com
          rules:
          - matches:
            - path: {type: PathPrefix, value: /cart}
            timeouts: {request: 10s}
            backendRefs:
            - name: one
              port: 80
              weight: 9
            - name: two
              port: 80
              weight: 1
          - matches:
            - path: {type: PathPrefix, value: /pay}
            backendRefs:
            - name: pay
              namespace: billing
              port: 80
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: rest
          namespace: web
          creationTimestamp: '2024-02-01T00:00:00Z'
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          hostnames:
          - shop.example.com
          rules:
          - matches:
            - path: {type: PathPrefix, value: /}
            backendRefs:
            - {name: one, port: 80}
          - matches:
            - path: {type: PathPrefix, value: /cart}
            backendRefs:
            - {name: two, port: 80}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: invoices, namespace: billing}
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          hostnames: [billing.example.com]
          rules:
          - matches:
            - path: {type: Exact, value: /invoice}
              method: GET
            backendRefs:
            - {name: pay, port: 80}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: ReferenceGrant
        metadata: {name: shop, namespace: billing}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
          to: [{group: '', kind: Service}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: one, namespace: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: two, namespace: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: one, namespace: web}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: two, namespace: web}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: pay, namespace: billing}
        spec: {ports: [{port: 80}]}
        """

    /// The first line with `text` is replaced, or taken away where `replacement` is nil.
    private func edited(_ text: String, _ replacement: String?) throws -> (text: String, line: Int) {
        var lines = Self.manifests.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let line = try #require(lines.firstIndex { $0.contains(text) })
        if let replacement {
            lines[line] = lines[line].replacing(text, with: replacement)
        } else {
            lines.remove(at: line)
        }
        return (lines.joined(separator: "\n"), line + 1)
    }

    private func diff(_ text: String) -> ClusterDiff {
        let (before, after) = (Cluster(Self.manifests, file: "before.yaml"), Cluster(text, file: "after.yaml"))
        return ClusterDiff(from: (before.inventory, before.controlPlane), to: (after.inventory, after.controlPlane))
    }

    private func describe(_ diff: ClusterDiff) -> [String] {
        zip(diff.table.regions, diff.causes).map { region, causes in
            let extent = diff.table.extent(of: region)
            let owners = [region.fromFacts.route, region.toFacts.route].map { $0?.namespace ?? "none" }
            let because = causes.map { "\($0.position.file):\($0.position.line) \($0.path)" }
            return "\(region.change) \(extent.hosts[0])\(extent.paths[0]) \(owners[0]) -> \(owners[1]) "
                + "because \(because.joined(separator: " and "))"
        }
    }

    @Test("a header that a match asks for sends the other requests elsewhere")
    func header() throws {
        let edit = try edited(
            "    - path: {type: PathPrefix, value: /cart}",
            "    - path: {type: PathPrefix, value: /cart}\n      headers: [{name: v, value: two}]")
        #expect(
            describe(diff(edit.text)) == [
                "moved shop.example.com/cart shop -> web because after.yaml:\(edit.line + 1) spec.rules[0].matches[0].headers"
            ])
    }

    @Test("a longer path gives up what was not below it")
    func path() throws {
        let edit = try edited("value: /pay", "value: /pay/card")
        #expect(
            describe(diff(edit.text)) == [
                "moved shop.example.com/pay shop -> web because after.yaml:\(edit.line) spec.rules[1].matches[0].path.value"
            ])
    }

    @Test("a wider hostname ranks lower, and answers hosts that got nothing")
    func hostname() throws {
        let edit = try edited("hostnames: [billing.example.com]", "hostnames: ['*.example.com']")
        #expect(
            describe(diff(edit.text)) == [
                "newlyAnswers *.example.com/invoice none -> billing because after.yaml:\(edit.line) spec.hostnames[0]"
            ])
    }

    @Test("without its grant a reference answers 500")
    func grant() throws {
        let line = try edited("kind: ReferenceGrant", nil).line
        let parts = Self.manifests.split(separator: "---\n", omittingEmptySubsequences: false)
        let found = diff(parts.filter { !$0.contains("kind: ReferenceGrant") }.joined(separator: "---\n"))
        #expect(
            describe(found) == ["newlyFails shop.example.com/pay shop -> shop because before.yaml:\(line - 1) "])
        #expect(found.statuses.introduced.map(\.reason) == ["RefNotPermitted"])
    }

    @Test("a weight changes shares")
    func weight() throws {
        let edit = try edited("weight: 9", "weight: 4")
        #expect(
            describe(diff(edit.text)) == [
                "shares shop.example.com/cart shop -> shop because after.yaml:\(edit.line) spec.rules[0].backendRefs[0].weight"
            ])
    }

    @Test("a timestamp that is lost lets another route win what both match")
    func timestamp() throws {
        let edit = try edited("  creationTimestamp: '2024-01-01T00:00:00Z'", nil)
        #expect(
            describe(diff(edit.text)) == [
                "moved shop.example.com/cart shop -> web because before.yaml:\(edit.line) metadata.creationTimestamp"
            ])
        guard case .fails = CaptureCheck(diff(edit.text).table) else {
            Issue.record("a capture was not seen")
            return
        }
    }

    @Test("two edits are told apart: each region names the one that makes it")
    func twoEdits() throws {
        let first = try edited("weight: 9", "weight: 4")
        let text = first.text.replacing("      method: GET", with: "      method: POST")
        let line = try #require(text.split(separator: "\n").firstIndex { $0.contains("method: POST") }) + 1
        #expect(
            describe(diff(text)) == [
                "newlyFails billing.example.com/invoice billing -> none because after.yaml:\(line) spec.rules[0].matches[0].method",
                "newlyAnswers billing.example.com/invoice none -> billing because after.yaml:\(line) spec.rules[0].matches[0].method",
                "shares shop.example.com/cart shop -> shop because after.yaml:\(first.line) spec.rules[0].backendRefs[0].weight",
            ])
    }

    @Test("other timeouts are other timeouts, and a rule's name is nothing")
    func timeouts() throws {
        let edit = try edited("timeouts: {request: 10s}", "timeouts: {request: 5s}")
        #expect(
            describe(diff(edit.text)) == [
                "timeouts shop.example.com/cart shop -> shop because after.yaml:\(edit.line) spec.rules[0].timeouts.request"
            ])
        let named = try edited("timeouts: {request: 10s}", "timeouts: {request: 10s}\n    name: cart")
        #expect(diff(named.text).table.isEqual == true)
    }
}
