import Foundation
import Testing

@Suite("Bad input gets one clear message, and a status that is not 0")
struct BadInputTests {
    private func expectRefusal(
        _ result: Program.Result, status: Int32, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!result.wasSignalled, "ended by a signal: \(result.errors)", sourceLocation: sourceLocation)
        #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
        for word in words { #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation) }
    }

    @Test("no arguments, unknown flags and commands are usage errors")
    func usage() throws {
        expectRefusal(try Program.run("route", "http://a.test/"), status: 2, "-f")
        expectRefusal(try Program.run("status", "-f", "x", "--nonsense"), status: 2, "--nonsense")
        expectRefusal(try Program.run("nonsense"), status: 2, "nonsense")
        expectRefusal(try Program.run("route", "-f", "x", "ftp://a.test/"), status: 2, "ftp://a.test/")
    }

    @Test("a file that is not there is named")
    func missingFile() throws {
        expectRefusal(try Program.run("status", "-f", "no-such-file.yaml"), status: 2, "no-such-file.yaml")
        expectRefusal(try Program.run("trace", "info", "no-such.pcap"), status: 2, "no-such.pcap")
        expectRefusal(try Program.run("run", "no-such-scenario"), status: 2, "no-such-scenario")
    }

    @Test("a folder without manifests is named")
    func emptyFolder() throws {
        let workspace = try Workspace(["notes.txt": "nothing"])
        expectRefusal(
            try Program.run("status", "-f", workspace.folder.path), status: 2, workspace.folder.lastPathComponent)
    }

    @Test("a manifest without any object is named")
    func emptyManifest() throws {
        let workspace = try Workspace(["empty.yaml": "# nothing\n---\n"])
        expectRefusal(try workspace.run("status -f empty.yaml"), status: 2, "empty.yaml")
        expectRefusal(try workspace.run("route -f empty.yaml http://a.test/"), status: 2, "empty.yaml")
    }

    @Test("a cyclic alias, a bomb of aliases and text that is no YAML are refused with their line")
    func badYAML() throws {
        expectRefusal(try status("kind: &a\n- *a\n"), status: 1, "manifest.yaml:2", "alias")
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        expectRefusal(try status(bomb), status: 1, "manifest.yaml")
        expectRefusal(try status("a: [\nb: {"), status: 1, "manifest.yaml:")
        expectRefusal(try status("\u{0}"), status: 1, "manifest.yaml:1")
    }

    /// `weir status -o json` on one file: its complaints go to standard error.
    private func status(_ text: String) throws -> Program.Result {
        let workspace = try Workspace(["manifest.yaml": text])
        return try Program.run("status", "-f", "manifest.yaml", "-o", "json", in: workspace.folder)
    }

    @Test("a port of 70000 is refused with file, line, resource and path, and the rest is still decided")
    func portOutOfRange() throws {
        let result = try status(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: infra}
            spec:
              gatewayClassName: public
              listeners:
              - name: http
                protocol: HTTP
                port: 70000
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: other, namespace: infra}
            spec:
              gatewayClassName: public
              listeners: [{name: http, protocol: HTTP, port: 80}]
            """)
        expectRefusal(
            result, status: 1, "manifest.yaml:9:11", "Gateway infra/edge", "spec.listeners[0].port", "70000", "65535")
        #expect(result.output.contains("\"other\""))
        #expect(!result.output.contains("\"edge\""))
    }

    @Test("a misspelt field is refused with its line, and the word that was meant")
    func misspeltField() throws {
        let result = try status(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: store}
            spec:
              hostname: [shop.example.com]
            """)
        expectRefusal(result, status: 1, "manifest.yaml:5:3", "hostnames")
    }

    @Test("a capture that breaks off gives what came before the cut, and says where it ends")
    func truncatedCapture() throws {
        let whole = try Data(contentsOf: packageFolder.appending(path: "traces/storefront.pcap"))
        let workspace = try Workspace()
        try workspace.write("cut.pcap", whole.prefix(100_000 + 7))
        try workspace.write("empty.pcap", Data())
        let cut = try Program.run("trace", "convert", "cut.pcap", "-o", "-", in: workspace.folder)
        expectRefusal(cut, status: 1, "cut.pcap")
        #expect(cut.output.split(separator: "\n").count > 10)
        let empty = try Program.run("trace", "convert", "empty.pcap", "-o", "-", in: workspace.folder)
        #expect(!empty.wasSignalled && empty.status != 0 && empty.errors.contains("empty.pcap"))
    }

    @Test("a malformed request record is named by its line, and the others are decided")
    func malformedRecord() throws {
        let workspace = try Workspace([
            "requests.ndjson": "{\"id\":\"a\",\"method\":\"GET\"}\n{nonsense\n{\"id\":\"c\"}\n"
        ])
        let manifests = packageFolder.appending(path: "scenarios/storefront-canary/manifests").path
        let result = try Program.run(
            "route", "-f", manifests, "--requests", "requests.ndjson", "-o", "json", in: workspace.folder)
        expectRefusal(result, status: 1, "requests.ndjson:2")
        #expect(result.output.split(separator: "\n").count == 2)
    }

    @Test(
        "records with weights, times and sizes at the edge of what numbers hold are read or refused, and nothing traps")
    func extremeRecords() throws {
        let manifests = packageFolder.appending(path: "scenarios/storefront-canary/manifests").path
        let lines = [
            #"{"time": 1, "port": 8080, "host": "store.example.com", "path": "/", "weight": 1e308}"#,
            #"{"time": 1, "port": 8080, "host": "store.example.com", "path": "/", "weight": 5e-324}"#,
            #"{"time": -9000000000, "port": 8080, "host": "store.example.com", "path": "/"}"#,
            #"{"time": 9000000000, "port": 8080, "host": "store.example.com", "path": "/"}"#,
            #"{"time": 2, "port": 8080, "protocol": "TCP", "observed": {"responseBytes": 9223372036854775807}}"#,
        ]
        let workspace = try Workspace(["records.ndjson": lines.joined(separator: "\n") + "\n"])
        for arguments in ["replay -f \(manifests)", "replay --back-test -f \(manifests)", "trace fit -f \(manifests)"] {
            let result = try workspace.run("\(arguments) records.ndjson")
            #expect(!result.wasSignalled, "\(arguments): \(result.errors)")
            #expect(result.errors.contains("records.ndjson:1:"), "\(arguments): \(result.errors)")
        }
    }

    @Test("a format of lines that tells nothing of a request is refused, and writes nothing")
    func emptyLineFormat() throws {
        let workspace = try Workspace(["a.log": "GET /cart 200\n"])
        for format in ["%FOO%", "$foo"] {
            let result = try workspace.run("trace convert a.log -o out.ndjson --log-format \(format)")
            expectRefusal(result, status: 2, format)
            #expect(!workspace.files.contains("out.ndjson"))
        }
    }
}
