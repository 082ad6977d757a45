import Foundation
import Testing

@Suite("Options")
struct UsageTests {
    private static let log = "127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"GET /x HTTP/1.1\" 200 12 \"-\" \"-\"\n"
    private static let record =
        "{\"time\":1,\"method\":\"GET\",\"host\":\"shop.example.com\",\"path\":\"/\",\"port\":80}\n"
    private static let capture: [UInt8] = [
        0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0,
    ]

    private func workspace() throws -> Workspace {
        let workspace = try Workspace([
            "a.log": Self.log, "a.ndjson": Self.record, "empty": "", "garbage": "hello\u{0}\u{1B}[31mgarbage",
            "gateway.yaml": """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: infra}
            spec:
              gatewayClassName: example
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """,
        ])
        try workspace.write("a.pcap", Data(Self.capture))
        return workspace
    }

    @Test(
        "a value out of its range is told with the option, what was found and what was expected",
        arguments: [
            (
                "run . --precision 0%",
                "'0%' is invalid for '--precision <part>': expected more than 0% and less than 100%"
            ),
            ("run . --confidence 2", "'2' is invalid for '--confidence <part>': expected more than 0%"),
            (
                "run . --replications 0",
                "'0' is invalid for '--replications <n>': expected a whole number from 1 to 1000000"
            ),
            ("run . --replications -3", "'-3' is invalid for '--replications <n>': expected a whole number"),
            ("run . --threads -1", "'-1' is invalid for '--threads <n>': expected a whole number from 1 to 1024"),
            ("run . --threads=-1", "'-1' is invalid for '--threads <n>': expected a whole number from 1 to 1024"),
            ("run . --seed -1", "'-1' is invalid for '--seed <n>': expected a whole number from 0 to"),
            ("run . --interval 5", "'5' is invalid for '--interval <time>': expected a duration such as"),
            ("run . --interval 5", "a duration needs a unit: 5s"),
            ("run . --interval 0s", "'0s' is invalid for '--interval <time>': expected a time above 0s"),
            ("run . --interval -2s", "'-2s' is invalid for '--interval <time>': expected a duration of 0s or more"),
            ("run . --interval 700000h", "expected at most 640511h"),
            ("trace convert a.log -o out --sample-by nobody --sample 1%", "expected one of id, source, host, path"),
            ("trace convert a.log -o out --sample -1", "'-1' is invalid for '--sample <share>'"),
            ("replay -f gateway.yaml a.log --back-test --require-agreement 101%", "expected 0% to 100%"),
            ("replay -f gateway.yaml a.log --gateway edge", "expected namespace/name"),
            ("test gateway.yaml --require-coverage -1%", "expected 0% to 100%"),
            (
                "diff --from gateway.yaml --to gateway.yaml a.log --fail-if moved>200%",
                "expected a share from 0% to 100%"
            ),
            (
                "diff --from gateway.yaml --to gateway.yaml a.log --fail-if mved>2%",
                "expected one of changed, undetermined"
            ),
            ("export envoy -f gateway.yaml --listen infra/edge", "expected namespace/name:port=host:port"),
        ])
    func ranges(_ arguments: String, _ message: String) throws {
        let result = try workspace().run(arguments)
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("weir: ") && result.errors.contains(message), "\(result.errors)")
    }

    @Test(
        "an option that would do nothing is refused",
        arguments: [
            ("test gateway.yaml --map-port 10080=80", "--map-port is for --traffic"),
            ("test gateway.yaml --filter tcp", "--filter is for --traffic"),
            ("test gateway.yaml --gateway infra/edge", "--gateway is for --traffic"),
            ("trace convert a.log -o out --sample-by host", "--sample-by is for --sample"),
            ("trace convert a.log -o out --seed 3", "--seed is for --sample"),
            ("trace convert a.log -o out --no-redact --salt x", "--salt is for what is redacted"),
            ("trace convert a.log -o out --since 5 --until 5", "--since is not earlier than --until"),
            ("trace convert a.log -o out --path cart", "--path: expected a path that begins with /, found cart"),
            (
                "trace convert a.log -o out --filter tcp",
                "a.log: --filter is for captures, and this is an access log of NGINX"
            ),
            ("trace info a.ndjson --keylog a.log", "a.ndjson: --keylog is for captures, and this is request records"),
            ("trace info a.log --capture Host", "a.log: --capture is for logs of HAProxy"),
            ("trace info a.log --capture Host,,Via", "--capture: expected names of header fields"),
            ("trace info a.log --service edge", "a.log: --service is for traces of OpenTelemetry"),
            ("replay -f gateway.yaml a.log --filter tcp", "a.log: --filter is for captures"),
            ("diff --from gateway.yaml --to gateway.yaml --format nginx", "--format is about traffic"),
            ("route -f gateway.yaml --requests a.ndjson -X POST", "-X is for one URL"),
            ("route -f gateway.yaml --requests a.ndjson -H a:b", "-H is for one URL"),
            ("run . --against . --interval 1s", "--against compares whole runs"),
        ])
    func withoutUse(_ arguments: String, _ message: String) throws {
        let workspace = try workspace()
        let before = workspace.files
        let result = try workspace.run(arguments)
        #expect(result.status == 2 && result.output.isEmpty, "\(arguments): \(result)")
        #expect(result.errors.contains("weir: \(message)"), "\(result.errors)")
        #expect(workspace.files == before)
    }

    @Test("an option that one of several traces has a use for is no mistake")
    func mixedTraces() throws {
        let result = try workspace().run("trace info a.log a.pcap --filter tcp")
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("a capture is told to be one where its lines were to be read")
    func captureAsLog() throws {
        let workspace = try workspace()
        for arguments in [
            "trace info a.pcap --log-format $status", "trace fit a.pcap --log-format $status",
            "replay -f gateway.yaml a.pcap --log-format $status", "trace convert a.pcap -o out --format nginx",
        ] {
            let result = try workspace.run(arguments)
            #expect(result.status == 2 && !result.wasSignalled, "\(arguments): \(result)")
            #expect(
                result.errors.contains("a.pcap: ") && result.errors.contains("packet capture in the classic format"))
            #expect(!workspace.files.contains("out"))
        }
    }

    @Test("a file that is not there is told in one way by every command")
    func missingFile() throws {
        let workspace = try workspace()
        for arguments in [
            "check -f none", "status -f none", "route -f none http://a/", "run none", "test none",
            "export envoy -f none",
            "diff --from none --to gateway.yaml", "replay -f none a.log", "trace info none", "trace fit none",
            "trace convert none -o out", "route -f gateway.yaml --requests none",
            "check -f gateway.yaml --baseline none",
            "check -f gateway.yaml --crds none", "replay -f gateway.yaml --compare none",
        ] {
            let result = try workspace.run(arguments)
            #expect(result.status == 2 && result.output.isEmpty, "\(arguments): \(result)")
            #expect(result.errors == "weir: none: No such file or directory\n", "\(arguments): \(result.errors)")
        }
    }

    @Test("what is no trace at all leaves no output file, and the status is 2")
    func garbage() throws {
        let workspace = try workspace()
        let result = try workspace.run("trace convert garbage -o out")
        #expect(
            result.status == 2 && result.errors.contains("weir: garbage: byte 0: the content is of no known format"))
        #expect(!workspace.files.contains("out"))
    }

    @Test("of a trace without requests no scenario is made")
    func nothingToFit() throws {
        let workspace = try workspace()
        try workspace.write("hostless.ndjson", "{\"time\":1,\"path\":\"/\"}\n")
        for (trace, why) in [("empty", "no request was read"), ("hostless.ndjson", "1 requests without a host")] {
            let result = try workspace.run("trace fit \(trace) -o fitted.yaml")
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.errors.contains("weir: there is nothing to fit: ") && result.errors.contains(why))
            #expect(!workspace.files.contains("fitted.yaml"))
        }
    }

    @Test("a request that no client can send is refused on the command line")
    func impossibleRequests() throws {
        let workspace = try workspace()
        for (arguments, message) in [
            (["-X", "GE T", "http://a/"], "-X: expected a method such as GET, found GE T"),
            (["-H", "a b: c", "http://a/"], "-H: expected a name of letters"),
            (["-H", "a: b\u{1}c", "http://a/"], "-H: expected a value without control characters, found a: b\\u{1}c"),
            (["-H", "nothing", "http://a/"], "-H: expected 'name: value', found nothing"),
            (["ftp://a/"], "found ftp://a/: it does not begin with http:// or https://"),
            (["http://a:b/"], "the port is none from 1 to 65535"), (["http://[::1/"], "is not closed"),
            (["http://schön/"], "xn--"),
        ] {
            let result = try Program.run(["route", "-f", "gateway.yaml"] + arguments, in: workspace.folder)
            #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
        }
    }

    @Test("a long value is cut, and one that would steer a terminal is escaped")
    func longValues() throws {
        let workspace = try workspace()
        let long = String(repeating: "x", count: 5000)
        for arguments in [
            ["run", ".", "--threads", long], ["run", ".", "--threads=\(long)"], ["route", "-f", "gateway.yaml", long],
            ["trace", "info", "a.log", "--format", long],
        ] {
            let result = try Program.run(arguments, in: workspace.folder)
            #expect(result.status == 2 && result.errors.contains("xxx…") && result.errors.utf8.count < 3000)
        }
        let steering = try Program.run(["run", "a\u{1B}]0;title\u{7}"], in: workspace.folder)
        #expect(steering.errors == "weir: a\\u{1b}]0;title\\u{7}: No such file or directory\n")
        let option = try Program.run(["run", ".", "--threads", "\u{1B}[31m"], in: workspace.folder)
        #expect(option.errors.contains("'\\u{1b}[31m' is invalid") && !option.errors.contains("\u{1B}"))
    }

    @Test("what is odd about the manifests of both sides is told once")
    func warningsOnce() throws {
        let workspace = try workspace()
        let route = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: web, namespace: infra}
            spec: {parentRefs: [{name: edge}, {name: nobody}], rules: [{backendRefs: [{name: web, port: 80}]}]}
            """
        try workspace.write("route.yaml", route)
        try workspace.write("bad.yaml", route.replacing("port: 80", with: "port: 800000"))
        let diff = try workspace.run(
            "diff --from gateway.yaml --from route.yaml --to gateway.yaml --to route.yaml")
        #expect(diff.status == 0 && diff.errors.split(separator: "\n").count == 1, "\(diff.errors)")
        let bad = try workspace.run("diff --from gateway.yaml --from bad.yaml --to gateway.yaml --to bad.yaml")
        #expect(bad.errors.ranges(of: "found 800000").count == 1, "\(bad.errors)")
        let scenario = """
            apiVersion: weir.dev/v1alpha1
            kind: Scenario
            metadata: {name: odd}
            spec:
              manifests: [gateway.yaml, route.yaml]
              duration: 1s
              traffic:
              - name: browsers
                gateway: infra/edge
                port: 81
                arrivals: {process: poisson, rate: 10/s}
                requests: [{url: "http://shop.example.com/"}]
            """
        try workspace.write("one.yaml", scenario)
        let against = try workspace.run("run one.yaml --against one.yaml --replications 2")
        #expect(against.status == 0 && against.errors.ranges(of: "no listener of infra/edge serves port 81").count == 1)
        #expect(against.errors.ranges(of: "nobody").count == 1, "\(against.errors)")
    }
}
