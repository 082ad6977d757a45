import Capture
import Foundation
import Testing
import Traffic

/// A folder that goes away with the test.
struct TemporaryFolder: ~Copyable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "weir-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }
}

/// Everything that a reader gives.
struct TraceReading {
    var records: [RequestRecord] = []
    var problems: [TraceProblem] = []
    var failures: [InputError] = []
    var statistics = TraceStatistics()

    init(_ paths: [String], options: TraceOptions = TraceOptions()) {
        let reader = TraceReader(paths, options: options)
        var found: [TraceProblem] = []
        reader.onProblem = { found.append($0) }
        var record = RequestRecord()
        while true {
            do throws(InputError) {
                guard try reader.next(into: &record) else { break }
                records.append(record)
            } catch {
                failures.append(error)
            }
        }
        problems = found
        statistics = reader.statistics
    }
}

@Suite("A trace")
struct TraceReaderTests {
    @Test("of records: a malformed line is named and does not stop the rest")
    func malformedLine() throws {
        let folder = try TemporaryFolder()
        let text = "\u{FEFF}{\"path\":\"/1\"}\r\n\n  \n{\"path\":7}\n{\"path\":\"/2\"}\nnot json\n{\"path\":\"/3\"}"
        let path = try folder.write("trace.ndjson", Array(text.utf8))
        let reading = TraceReading([path])
        #expect(reading.records.map(\.path) == ["/1", "/2", "/3"])
        #expect(
            reading.problems.map(\.description) == [
                "\(path):4:10: path: expected a string", "\(path):6:1: expected a value",
            ])
        #expect(reading.statistics.malformedLines == 2 && reading.statistics.lines == 7)
        #expect(reading.failures.isEmpty)
    }

    @Test("a line longer than the bound is a problem; lines of any length below it are read")
    func longLines() throws {
        let folder = try TemporaryFolder()
        var options = TraceOptions()
        options.lineBytesMax = 1_000_000
        let long = String(repeating: "x", count: 900_000)
        let longer = String(repeating: "x", count: 1_100_000)
        let lines = ["/a", long, longer, "/b"].map { "{\"path\":\"\($0)\"}\n" }.joined()
        let reading = TraceReading([try folder.write("long", Array(lines.utf8))], options: options)
        #expect(reading.records.map { $0.path?.utf8.count } == [2, 900_000, 2])
        #expect(reading.problems.map(\.line) == [3])
    }

    @Test("files are read one after the other; one that cannot be read does not stop the others")
    func severalFiles() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("a", Array("{\"id\":\"1\",\"time\":5}\n".utf8))
        let unknown = try folder.write("b", Array("<html>".utf8))
        let empty = try folder.write("c", [])
        let last = try folder.write("d", Array("{\"id\":\"2\",\"time\":4}\n".utf8))
        let reading = TraceReading([first, unknown, first + "-missing", empty, last])
        #expect(reading.records.map(\.id) == ["1", "2"])
        #expect(reading.failures.map(\.kind) == [.unreadable, .unreadable, .truncated])
        #expect(reading.statistics.recordsOutOfOrder == 1)
    }

    @Test("a capture becomes records, and a port stands for another where that is said")
    func capture() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.bin", Array(Self.capture))
        var options = TraceOptions()
        options.portMap = [80: 8080]
        let reading = TraceReading([path], options: options)
        let expected = """
            {"time":1700000000.000001,"source":"10.0.0.7:51022","destination":"10.0.0.1:80","port":8080,\
            "protocol":"GRPC","method":"POST","host":"a.example","path":"/s/m?x","version":"1.1",\
            "headers":[["Content-Type","application/grpc+proto"],["host","second"]],"headersComplete":true,\
            "bodyBytes":0,"observed":{"status":200,"latency":0.5,"timeToFirstByte":0.5,"requestDuration":0,\
            "responseBytes":2}}
            """
        #expect(reading.records.map(json) == [expected])
        #expect(reading.statistics.files.map { $0.format.name } == ["pcap"])
        #expect(reading.statistics.captures.first?.statistics.requests == 1)
    }

    @Test("a capture that breaks off gives what came before, then the place")
    func truncatedCapture() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("cut.pcap", Array(Self.capture.dropLast(10)))
        let reading = TraceReading([path])
        #expect(reading.records.count == 1 && reading.records[0].observed.status == nil)
        #expect(reading.failures.map(\.kind) == [.truncated] && reading.failures[0].file == path)
    }

    @Test("a format is forced by name", arguments: ["pcap", "pcapng", "ndjson"])
    func formats(_ name: String) throws {
        #expect(TraceFormat.named(name)?.name == name)
        #expect(TraceFormat.named("no such") == nil)
        let folder = try TemporaryFolder()
        var options = TraceOptions()
        options.format = TraceFormat.named(name)
        let reading = TraceReading([try folder.write("x", Array("hello\n".utf8))], options: options)
        #expect(reading.records.isEmpty && reading.failures.count + reading.problems.count == 1)
    }

    /// One request and its response over raw IP, written by hand.
    static let capture: [UInt8] = {
        func packet(_ fromClient: Bool, _ seconds: UInt32, _ micros: UInt32, _ flags: UInt8, _ text: String) -> [UInt8]
        {
            let client: [UInt8] = [10, 0, 0, 7]
            let server: [UInt8] = [10, 0, 0, 1]
            let ports: [UInt8] = fromClient ? [0xC7, 0x4E, 0, 80] : [0, 80, 0xC7, 0x4E]
            let numbers: [UInt8] = [0, 0, 0, flags & 2 == 0 ? 1 : 0, 0, 0, 0, 0]
            let header: [UInt8] = [0x50, flags & ~16, 0xFF, 0xFF, 0, 0, 0, 0]
            let segment = ports + numbers + header + Array(text.utf8)
            let length = segment.count + 20
            let ip: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, 0, 0, 64, 6, 0, 0]
            let datagram = ip + (fromClient ? client + server : server + client) + segment
            let lengths = [UInt32(datagram.count), UInt32(datagram.count)]
            return ([seconds, micros] + lengths).flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
            } + datagram
        }
        let header: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0]
        let request =
            "POST /s/m?x HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/grpc+proto\r\nhost: second\r\n\r\n"
        return header + packet(true, 1_700_000_000, 0, 2, "") + packet(true, 1_700_000_000, 1, 16, request)
            + packet(false, 1_700_000_000, 500_001, 16, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }()
}
