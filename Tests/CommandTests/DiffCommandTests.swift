import Foundation
import Testing

@Suite("weir diff")
struct DiffCommandTests {
    private static let manifests = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: shop}
        spec:
          gatewayClassName: c
          listeners: [{name: http, port: 80, protocol: HTTP}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: cart, namespace: shop}
        spec:
          parentRefs: [{name: edge}]
          hostnames: [shop.example.com]
          rules:
          - matches: [{path: {type: PathPrefix, value: /cart}}]
            backendRefs: [{name: cart, port: 80}]
          - matches: [{path: {type: PathPrefix, value: /pay}, headers: [{name: v, value: two}]}]
            backendRefs: [{name: pay, port: 80}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: pay, namespace: shop}
        spec: {ports: [{port: 80}]}

        """

    private static let changed = manifests.replacing("value: /cart", with: "value: /basket")

    private static let trace = """
        {"gateway": "shop/edge", "port": 80, "protocol": "HTTP", "method": "GET", "host": "shop.example.com", "path": "/cart/1", "headers": []}
        {"gateway": "shop/edge", "port": 80, "protocol": "HTTP", "method": "GET", "host": "shop.example.com", "path": "/cart", "headers": []}
        {"gateway": "shop/edge", "port": 80, "protocol": "HTTP", "method": "GET", "host": "shop.example.com", "path": "/pay"}
        {"gateway": "shop/edge", "port": 80, "protocol": "HTTP", "method": "GET", "host": "other.example.com", "path": "/cart"}

        """

    private func workspace() throws -> Workspace {
        try Workspace(["a.yaml": Self.manifests, "b.yaml": Self.changed, "t.ndjson": Self.trace])
    }

    private func document(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("nothing changes: 0, and a proof; something does: 1; a file that is not there: 2")
    func statuses() throws {
        let workspace = try workspace()
        let same = try workspace.run("diff --from a.yaml --to a.yaml")
        #expect(same.status == 0)
        #expect(same.output == "no request changes\n")
        #expect(try workspace.run("diff --from a.yaml --to b.yaml").status == 1)
        let missing = try workspace.run("diff --from a.yaml --to c.yaml")
        #expect(missing.status == 2)
        #expect(missing.errors.contains("c.yaml: No such file"))
        #expect(try workspace.run("diff --from a.yaml").status == 2)
    }

    @Test("what each side says of a region's request is what weir route says of it")
    func witnesses() throws {
        let workspace = try workspace()
        let diff = try document(try workspace.run("diff --from a.yaml --to b.yaml -o json").output)
        #expect(diff["equal"] as? Bool == false)
        #expect(diff["complete"] as? Bool == true)
        let regions = try #require(diff["regions"] as? [[String: Any]])
        #expect(regions.map { $0["change"] as? String } == ["newlyFails", "newlyAnswers"])
        for region in regions {
            let because = try #require(region["because"] as? [[String: Any]])
            #expect(because.map { $0["line"] as? Int } == [15])
            let witness = try JSONSerialization.data(withJSONObject: try #require(region["witness"]))
            try workspace.write("w.ndjson", String(decoding: witness, as: UTF8.self) + "\n")
            for (file, side) in [("a.yaml", "from"), ("b.yaml", "to")] {
                let route = try workspace.run("route -f \(file) --requests w.ndjson -o json")
                #expect(NSDictionary(dictionary: try document(route.output)) == region[side] as? NSDictionary)
            }
        }
    }

    @Test("of a trace the records are counted that change, that do not, and of which it is not known")
    func traffic() throws {
        let workspace = try workspace()
        let diff = try document(try workspace.run("diff --from a.yaml --to b.yaml t.ndjson -o json").output)
        let traffic = try #require(diff["traffic"] as? [String: Any])
        #expect(traffic["requests"] as? Int == 4)
        // What is below /pay hangs on a header that the record does not hold, and no change concerns it.
        #expect(traffic["unchanged"] as? Int == 2)
        #expect(traffic["undetermined"] as? Int == 0)
        let classes = try #require(traffic["classes"] as? [[String: Any]])
        #expect(classes.map { $0["requests"] as? Int } == [2])
        #expect((classes[0]["example"] as? [String: Any])?["path"] as? String == "/cart")
        let regions = try #require(diff["regions"] as? [[String: Any]])
        #expect(regions.map { $0["requests"] as? Int } == [2, 0])
        #expect(regions.map { $0["share"] as? Double } == [0.5, 0])
    }

    @Test("--fail-if fails from its bound on, and says what it does not understand")
    func bounds() throws {
        let workspace = try workspace()
        func status(_ condition: String) throws -> Int32 {
            try Program.run(
                ["diff", "--from", "a.yaml", "--to", "b.yaml", "t.ndjson", "--fail-if", condition], in: workspace.folder
            ).status
        }
        #expect(try status("newlyFailing > 0.1%") == 1)
        #expect(try status("newlyFails>=50%") == 1)
        #expect(try status("newlyFailing > 50%") == 0)
        #expect(try status("moved > 0%") == 0)
        #expect(try status("everything > 0%") == 2)
    }

    private func git(_ workspace: Workspace, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = workspace.folder
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("a revision of git stands for manifests; without a path for those of the other side")
    func git() throws {
        let workspace = try workspace()
        guard git(workspace, "init", "-q"), git(workspace, "add", "."),
            git(workspace, "-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "a")
        else {
            print("git is not there: revisions are not tested")
            return
        }
        try workspace.write("a.yaml", Self.changed)
        #expect(try workspace.run("diff --from git:HEAD --to git:HEAD:a.yaml").status == 0)
        let result = try workspace.run("diff --from git:HEAD:a.yaml --to a.yaml")
        #expect(result.status == 1)
        #expect(result.output.contains("a.yaml:15:"))
        #expect(try workspace.run("diff --from git:HEAD --to a.yaml").output == result.output)
        let unknown = try workspace.run("diff --from git:none --to a.yaml")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("git:none:a.yaml: "))
    }

    @Test("a path in a revision is relative to the file that names it, and on the command line to the working folder")
    func gitPaths() throws {
        let workspace = try workspace()
        let tests = workspace.folder.appending(path: "tests/manifests")
        try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
        try workspace.write("tests/manifests/a.yaml", Self.changed)
        try workspace.write(
            "tests/routes.yaml",
            """
            apiVersion: weir.dev/v1alpha1
            kind: RoutingTest
            metadata: {name: a}
            spec:
              manifests: ["git:HEAD:manifests"]
              cases: [{name: a, request: "GET http://nobody.example.com/", expect: {status: 404}}]
            """)
        guard git(workspace, "init", "-q"), git(workspace, "add", "."),
            git(workspace, "-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "a")
        else {
            print("git is not there: revisions are not tested")
            return
        }
        try workspace.write("tests/manifests/a.yaml", "")
        let outside = try workspace.run("test tests/routes.yaml")
        let inside = try Program.run("test", "routes.yaml", in: workspace.folder.appending(path: "tests"))
        #expect(outside.status == inside.status && outside.status < 2, "\(outside) \(inside)")
        #expect(try workspace.run("check -f git:HEAD:tests/manifests").status < 2)
        let root = try Program.run(
            "check", "-f", "git:HEAD:tests/manifests", in: workspace.folder.appending(path: "tests"))
        #expect(root.status == 2 && root.errors.contains("weir: git:HEAD:tests/manifests: "), "\(root)")
    }

    @Test("the report for a pull request is a table")
    func markdown() throws {
        let result = try workspace().run("diff --from a.yaml --to b.yaml --no-new-capture -o markdown")
        #expect(result.status == 0)
        #expect(result.output.contains("| change | requests | before | after | because |"))
        #expect(result.output.contains("pass: no namespace takes requests that were another's"))
    }
}
