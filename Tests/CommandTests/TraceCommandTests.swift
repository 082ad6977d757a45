import Foundation
import Testing

@Suite("weir trace")
struct TraceCommandTests {
    static let records = """
        {"time":1.5,"method":"GET","host":"a","path":"/","port":10080,"observed":{"status":200,"latency":0.01}}
        {"time":2,"method":"POST","host":"b","path":"/x","observed":{"status":500}}

        """

    @Test("convert writes the records, ports mapped, to standard output or to a file that is whole")
    func convert() throws {
        let program = try Workspace()
        try program.write("a.ndjson", Self.records)
        let direct = try program.run("trace convert a.ndjson -o - --map-port 10080=80")
        #expect(direct.status == 0 && direct.errors.isEmpty)
        #expect(
            direct.output == """
                {"time":1.5,"port":80,"method":"GET","host":"a","path":"/","observed":{"status":200,"latency":0.01}}
                {"time":2,"method":"POST","host":"b","path":"/x","observed":{"status":500}}

                """)
        let file = try program.run("trace convert a.ndjson -o out.ndjson --map-port 10080=80")
        #expect(file.status == 0 && file.output.isEmpty)
        #expect(try String(contentsOf: program.folder.appending(path: "out.ndjson"), encoding: .utf8) == direct.output)
        #expect(program.files == ["a.ndjson", "out.ndjson"])
    }

    @Test("standard input is read as -")
    func standardInput() throws {
        let program = try Workspace()
        let outcome = try program.run("trace convert - -o -", input: Self.records)
        #expect(outcome.status == 0 && outcome.output.split(separator: "\n").count == 2)
    }

    @Test("a malformed line: status 1, the line named, the rest written")
    func malformedLine() throws {
        let program = try Workspace()
        try program.write("a.ndjson", "{\"path\":\"/1\"}\n{\"port\":70000}\n{\"path\":\"/2\"}\n")
        let outcome = try program.run("trace convert a.ndjson -o -")
        #expect(outcome.status == 1 && outcome.output == "{\"path\":\"/1\"}\n{\"path\":\"/2\"}\n")
        #expect(
            outcome.errors == """
                a.ndjson:2:14: error: port: 70000 is no whole number from 1 to 65535
                weir: 1 malformed lines

                """)
    }

    @Test(
        "what cannot run: status 2, one clear message, no output file",
        arguments: [
            ("trace convert missing.pcap -o out", "weir: missing.pcap: No such file or directory"),
            (
                "trace convert a.ndjson -o out --format xml",
                "'xml' is invalid for '--format <format>': expected one of pcap, pcapng, har"
            ),
            (
                "trace convert a.ndjson -o out --map-port 1",
                "'1' is invalid for '--map-port <from=to>': expected two ports from 1 to 65535"
            ),
            ("trace convert a.ndjson -o no/such/out", "no/such/out: cannot be written: No such file or directory"),
            ("trace convert a.pcap -o - --filter nonsense", "nonsense"), ("trace convert a.ndjson", "output"),
            ("trace convert a.ndjson -o out --log-format nothing", "found neither an operator of Envoy"),
            (
                "trace convert a.ndjson -o out --sample 0",
                "'0' is invalid for '--sample <share>': expected a share above 0"
            ),
            ("trace convert a.ndjson -o out --status 9xx-", "expected a status from 100 to 999, as in 404"),
            (
                "trace convert a.ndjson -o out --since yesterday",
                "'yesterday' is invalid for '--since <time>': expected a time such as"
            ),
            (
                "trace convert a.ndjson -o out --redact all",
                "expected a list of hosts, paths, addresses, query, and found all in it"
            ),
            ("trace convert a.ndjson -o out --redact hosts --no-redact", "exclude each other"),
            (
                "trace convert a.ndjson -o out --tz +25:00",
                "'+25:00' is invalid for '--tz <offset>': expected an offset from UTC"
            ),
        ])
    func usage(_ arguments: String, _ message: String) throws {
        let program = try Workspace()
        try program.write("a.ndjson", Self.records)
        let header: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
        try Data(header).write(to: program.folder.appending(path: "a.pcap"))
        let outcome = try program.run(arguments)
        #expect(outcome.errors.contains(message))
        #expect(outcome.status == 2)
        #expect(program.files == ["a.ndjson", "a.pcap"])
    }

    @Test("convert: a log by its own format, chosen requests, in order, without its secrets")
    func convertLog() throws {
        let program = try Workspace()
        try program.write(
            "access.log",
            """
            2031-01-01T00:00:02.000Z GET s.example/b 500 id=7
            2031-01-01T00:00:01.000Z GET s.example/a 404 id=7
            2031-01-01T00:00:03.000Z GET s.example
            2031-01-01T00:00:00.000Z GET t.example/a 404 -

            """)
        let format = "%START_TIME% %REQ(:METHOD)% %REQ(:AUTHORITY)%/%REQ(:PATH)% %RESPONSE_CODE% %REQ(COOKIE)%"
        let outcome = try Program.run(
            [
                "trace", "convert", "access.log", "-o", "-", "--log-format", format, "--sort", "--host", "s.example",
                "--salt", "x",
            ], in: program.folder)
        #expect(outcome.status == 1)
        let lines = outcome.output.split(separator: "\n")
        #expect(
            lines.count == 2 && lines[0].contains(#""time":1924992001,"#) && lines[1].contains(#""time":1924992002,"#))
        #expect(lines.allSatisfy { $0.contains(#""headers":[["cookie","redacted-"#) })
        #expect(outcome.errors.hasPrefix("access.log:3:"))
        let plain = try Program.run(
            ["trace", "convert", "access.log", "-o", "-", "--log-format", format, "--no-redact", "--status", "4xx"],
            in: program.folder)
        #expect(plain.output.split(separator: "\n").count == 2 && plain.output.contains(#"["cookie","id=7"]"#))
        #expect(plain.errors.contains("2 requests earlier than one before them; --sort puts them in order"))
    }

    @Test("convert: several traces by time; a share of them, which stands for all")
    func mergeAndSample() throws {
        let program = try Workspace()
        try program.write("a.ndjson", (0..<300).map { "{\"time\":\($0 * 2),\"source\":\"\($0 % 30)\"}\n" }.joined())
        try program.write("b.ndjson", (0..<300).map { "{\"time\":\($0 * 2 + 1),\"source\":\"\($0 % 30)\"}\n" }.joined())
        let merged = try program.run("trace convert a.ndjson b.ndjson -o - --merge")
        #expect(merged.status == 0 && merged.errors.isEmpty)
        #expect(
            merged.output.split(separator: "\n").prefix(3).map { $0.prefix(10) } == [
                #"{"time":0,"#, #"{"time":1,"#, #"{"time":2,"#,
            ])
        let sampled = try program.run("trace convert a.ndjson b.ndjson -o - --sample 1/4 --sample-by source --seed 3")
        let lines = sampled.output.split(separator: "\n")
        #expect(lines.count % 20 == 0 && lines.count < 400 && lines.allSatisfy { $0.contains(#""weight":4"#) })
    }

    @Test("a file that breaks off: status 1 and the place; one that is no trace: status 2")
    func broken() throws {
        let program = try Workspace()
        try program.write("page.html", "<html>")
        try program.write("empty.pcap", "")
        let page = try program.run("trace info page.html")
        #expect(page.status == 2 && page.errors.hasPrefix("weir: page.html: byte 0: the content is of no known format"))
        let empty = try program.run("trace convert empty.pcap -o -")
        #expect(empty.status == 1 && empty.errors == "weir: empty.pcap: byte 0: the file is empty\n")
    }

    @Test("info counts what is there, as text and as JSON")
    func info() throws {
        let program = try Workspace()
        try program.write("a.ndjson", Self.records)
        let text = try program.run("trace info a.ndjson")
        #expect(text.status == 0)
        for line in [
            "a.ndjson  (ndjson)", "from          1970-01-01T00:00:01.500000000Z", "requests      2", "  1  GET",
            "  1  b",
            "  1  500", "latency (of 1)",
        ] {
            #expect(text.output.contains(line), "\(line)")
        }
        let json = try program.run("trace info a.ndjson -o json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["requests"] as? Int == 2)
        #expect(object?["statuses"] as? [String: Int] == ["200": 1, "500": 1])
        #expect(object?["lastTime"] as? Int == 2)
        #expect(object?["paths"] as? [String: Int] == ["/": 1, "/x": 1])
        let windows = (object?["timeline"] as? [String: Any])?["windows"] as? [[String: Any]]
        #expect(windows?.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) } == 2)
        let page = try program.run("trace info a.ndjson -o html")
        #expect(page.status == 0)
        for part in ["<svg", "Requests a second", "<th scope=\"row\">/x</th>", "Nothing that is known of."] {
            #expect(page.output.contains(part), "\(part)")
        }
        #expect(!page.output.contains("http://") && !page.output.contains("<script"))
    }

    @Test("a signal in the middle leaves no file behind")
    func interrupted() throws {
        let program = try Workspace()
        let process = Process()
        process.executableURL = Program.path
        process.arguments = ["trace", "convert", "-", "-o", "out.ndjson"]
        process.currentDirectoryURL = program.folder
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(Data(Self.records.utf8))
        var tries = 0
        while program.files.isEmpty, tries < 3000 {
            usleep(10_000)
            tries += 1
        }
        #expect(program.files.count == 1 && program.files != ["out.ndjson"], "\(program.files)")
        // Not Ctrl-C's: whoever runs tests in the background has that one ignored.
        process.terminate()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
        #expect(program.files.isEmpty, "\(program.files)")
    }

    @Test("a trace that cannot be read is told, and those behind it still count, in every command")
    func oneOfSeveral() throws {
        let program = try Workspace(["a.ndjson": Self.records, "garbage": "hello"])
        let info = try program.run("trace info garbage a.ndjson none")
        #expect(info.status == 2 && info.output.contains("requests      2"), "\(info)")
        #expect(info.errors.contains("weir: garbage: byte 0: ") && info.errors.contains("weir: none: No such file"))
    }
}
