import Glibc
import Routing

/// What a decision costs at 10, 1,000, 10,000 and 100,000 of each dimension, with the request prepared anew each time and
/// with it prepared already, in the dialect named by the first argument. Ratios of one run are what counts; times differ from
/// machine to machine.
@main
struct RoutingBenchmarks {
    static func main() throws {
        let name = CommandLine.arguments.dropFirst().first ?? "specification"
        guard let dialect = Dialect(named: name) else { fatalError("there is no dialect \(name)") }
        print("dimension              size     build ms   bytes/match   prepare+decide ns   decide ns   ratio to 10")
        for dimension in Dimension.allCases {
            var base: Double?
            for size in [10, 120, 1_000, 10_000, 100_000]
            where size <= dimension.sizeMax && (size == 120) == (dimension.sizeMax == 120 && size > 10) {
                let row = try measure(dimension, size, dialect)
                let ratio = row.decide / (base ?? row.decide)
                base = base ?? row.decide
                print(
                    pad(dimension.rawValue, 22), pad("\(size)", 8), pad(fixed(row.build), 10), pad("\(row.bytes)", 13),
                    pad(fixed(row.whole), 19),
                    pad(fixed(row.decide), 11), fixed(ratio))
            }
        }
    }

    static func measure(
        _ dimension: Dimension, _ size: Int, _ dialect: Dialect
    ) throws -> (build: Double, bytes: Int, whole: Double, decide: Double) {
        let (listeners, routes) = try dimension.table(size)
        let before = heldBytes()
        let start = cpuSeconds()
        let table = RoutingTable(dialect: dialect, listeners: listeners, routes: routes, backends: [])
        let build = (cpuSeconds() - start) * 1e3
        // The routes themselves are shared with the table; RE2's own memory is counted with it.
        let bytes = max(0, heldBytes() - before) / size
        let port = PortIndex(raw: 0)
        let requests = (0..<64).map { dimension.request($0 * size / 64, size) }.map(Prepared.init)
        let repeats = dimension.sizeMax < 100_000 ? 200 : 4_000
        var scratches = requests.map { _ in Scratch() }
        for place in requests.indices { requests[place].prepare(table, &scratches[place]) }
        for place in requests.indices {
            guard table.decide(&scratches[place], port: port).match != nil else {
                fatalError("\(dimension) \(place) does not match")
            }
        }
        var matched = 0
        let decideStart = cpuSeconds()
        for _ in 0..<repeats {
            for place in requests.indices where table.decide(&scratches[place], port: port).match != nil {
                matched += 1
            }
        }
        let decide = cpuSeconds() - decideStart
        var scratch = Scratch()
        let wholeStart = cpuSeconds()
        for _ in 0..<repeats {
            for request in requests {
                request.prepare(table, &scratch)
                if table.decide(&scratch, port: port).match != nil { matched += 1 }
            }
        }
        let whole = cpuSeconds() - wholeStart
        let count = Double(repeats * requests.count)
        precondition(matched == 2 * repeats * requests.count)
        return (build, bytes, whole / count * 1e9, decide / count * 1e9)
    }

    /// Bytes in the blocks that the allocator has given out, whatever of them is used. Of use for large tables alone.
    static func heldBytes() -> Int {
        // struct mallinfo2, ten words: hblkhd is in blocks of their own, uordblks in the others.
        typealias Information = InlineArray<10, Int>
        typealias Call = @convention(c) (UnsafeMutableRawPointer) -> Void
        guard let symbol = dlsym(nil, "mallinfo2") else { return 0 }
        var information = Information(repeating: 0)
        // A struct this large is returned through a pointer that the caller gives.
        withUnsafeMutableBytes(of: &information) { bytes in
            if let address = bytes.baseAddress { unsafeBitCast(symbol, to: Call.self)(address) }
        }
        return information[4] + information[7]
    }

    static func cpuSeconds() -> Double { clock(CLOCK_PROCESS_CPUTIME_ID) }

    private static func clock(_ id: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    private static func fixed(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}

/// A request in bytes, as a parser leaves it.
struct Prepared {
    var method: [UInt8]
    var host: [UInt8]
    var target: [UInt8]
    var headerBytes: [UInt8] = []
    var headers: [HeaderRange] = []

    init(_ request: Request) {
        method = Array(request.method.utf8)
        host = Array(request.host.utf8)
        target = Array(request.target.utf8)
        for header in request.headers {
            let start = UInt32(headerBytes.count)
            headerBytes += header.name.utf8
            let middle = UInt32(headerBytes.count)
            headerBytes += header.value.utf8
            headers.append(
                HeaderRange(nameStart: start, nameEnd: middle, valueStart: middle, valueEnd: UInt32(headerBytes.count)))
        }
    }

    func prepare(_ table: RoutingTable, _ scratch: inout Scratch) {
        table.prepare(
            method: method.span, authority: host.span, target: target.span, headerBytes: headerBytes.span,
            headers: headers.span, into: &scratch)
    }
}
