import ArgumentParser
import Capture
import ControlPlane
import Glibc
import JSON
import Replay
import Reports
import Routing
import Traffic

struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "What would this request get, and why.",
        discussion: """
            One request by its URL, in the manner of curl, or many as request records (NDJSON) with --requests.

            Examples:
              weir route -f manifests/ -H 'version: two' http://store.example.com/cart --explain
              weir route -f manifests/ --requests requests.ndjson -o json
            """)

    @OptionGroup var manifests: ManifestOptions

    @Option(name: [.customShort("X"), .customLong("request")], help: "The method. (default: GET)")
    var method: String?

    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp("A header of the request. May be given many times.", valueName: "name: value"))
    var headers: [String] = []

    @Option(help: ArgumentHelp("Request records, one JSON object a line; - is standard input.", valueName: "file"))
    var requests: String?

    @Option(
        help: ArgumentHelp(
            "The Gateway, where neither the record nor its destination tells.", valueName: "namespace/name"),
        transform: ArgumentValue.namespacedName)
    var gateway: String?

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Of the draws of weighted splits.", valueName: "n"),
        transform: ArgumentValue.seed)
    var seed: UInt64 = 1

    @Flag(help: "Shows every match that was looked at, and the criterion that beat each.")
    var explain = false

    @Option(name: .shortAndLong, help: "text or json")
    var output: OutputFormat = .text

    @Argument(help: ArgumentHelp("http:// or https://, host, port and path.", valueName: "URL"))
    var url: String?

    func validate() throws {
        if url == nil, requests == nil { throw ValidationError("name a URL, or request records with --requests") }
        if url != nil, requests != nil { throw ValidationError("a URL and --requests cannot both be given") }
        if requests != nil, method != nil {
            throw ValidationError("-X is for one URL: records have methods of their own")
        }
        if requests != nil, !headers.isEmpty {
            throw ValidationError("-H is for one URL: records have headers of their own")
        }
        do throws(RequestURLError) {
            if let url { _ = try RequestURL(reading: url) }
        } catch {
            throw ValidationError(
                "expected a URL such as http://store.example.com/cart, found \(url ?? ""): \(error.reason)")
        }
        if let method, !HTTPSyntax.isToken(method) {
            throw ValidationError("-X: expected a method such as GET, found \(method)")
        }
        for header in headers { try check(header) }
        if explain, output == .json || requests != nil { throw ValidationError("--explain is for one URL, as text") }
    }

    private func check(_ header: String) throws {
        guard let colon = header.firstIndex(of: ":") else {
            throw ValidationError("-H: expected 'name: value', found \(header)")
        }
        guard HTTPSyntax.isToken(header[..<colon]) else {
            throw ValidationError(
                "-H: expected a name of letters, digits and !#$%&'*+-.^_`|~ before the colon, found \(header)")
        }
        guard HTTPSyntax.isFieldValue(header[header.index(after: colon)...].trimmingBlanks) else {
            throw ValidationError("-H: expected a value without control characters, found \(header)")
        }
    }

    func run() throws {
        let loaded = try manifests.load(dialect: dialect.value)
        loaded.reportProblems()
        let table = loaded.controlPlane.table
        var decider = RequestDecider(
            table: table, addresses: loaded.addresses, defaultGateway: gateway, seed: seed,
            takesAbsentHeadersAsNone: true)
        var file = try CommandOutput()
        var complete = true
        if let url = url.flatMap(RequestURL.init) {
            let record = record(url)
            let decided = decider.decide(record, at: 0)
            try write(decided, record, table, to: &file)
            if explain { try writeExplanation(decider, record, table, to: &file) }
            if decided.answer?.port == nil, decided.answer != nil { reportPorts(table, url) }
        } else if let requests {
            complete = try decideAll(requests, &decider, table, to: &file)
        }
        try file.flush()
        if loaded.hasErrors || !complete { throw ExitCode.found }
    }

    private func decideAll(
        _ path: String, _ decider: inout RequestDecider, _ table: RoutingTable, to file: inout CommandOutput
    ) throws -> Bool {
        var options = TraceOptions()
        options.format = .records
        let reader = TraceReader([path], options: options)
        let problems = TraceProblems()
        reader.onProblem = { problems.tell($0) }
        let report = DecisionReport(table: table)
        var record = RequestRecord()
        var writer = JSONWriter()
        var place: UInt64 = 0
        do {
            while try reader.next(into: &record) {
                let decided = decider.decide(record, at: place)
                place += 1
                if output == .json {
                    writer.removeAll()
                    report.write(decided, for: record, to: &writer)
                    writer.endLine()
                    try file.write(writer.bytes)
                } else {
                    try write(decided, record, table, to: &file)
                }
            }
        } catch let error as InputError {
            StandardError.write("\(error)")
            throw ExitCode.couldNotRun
        }
        return reader.statistics.malformedLines == 0
    }

    private func write(
        _ decided: DecidedRequest, _ record: RequestRecord, _ table: RoutingTable, to file: inout CommandOutput
    ) throws {
        let report = DecisionReport(table: table)
        guard output == .text else {
            var writer = JSONWriter()
            report.write(decided, for: record, to: &writer)
            writer.endLine()
            return try file.write(writer.bytes)
        }
        if requests != nil {
            try file.write(lines: ["\(record.method ?? "?") \(record.host ?? "?")\(record.path ?? "")"])
        }
        try file.write(lines: report.lines(decided, style: .forOutput(STDOUT_FILENO)))
    }

    private func writeExplanation(
        _ decider: RequestDecider, _ record: RequestRecord, _ table: RoutingTable, to file: inout CommandOutput
    ) throws {
        var decider = decider
        let report = DecisionReport(table: table)
        for port in decider.ports(of: record) {
            let place = table.ports[port.place]
            try file.write(lines: ["", "how \(place.entrance) came to it at port \(place.number):"])
            let explanation = table.explain(decider.partialRequest(record), port: port)
            try file.write(lines: report.lines(explanation, style: .forOutput(STDOUT_FILENO)).map { "  " + $0 })
        }
    }

    /// A request whose port nobody listens on is likely a slip: say which there are.
    private func reportPorts(_ table: RoutingTable, _ url: RequestURL) {
        let ports = table.ports.filter { $0.entrance.meshService == nil }.map { "\($0.number) (\($0.gateway))" }.joined(
            separator: ", ")
        StandardError.write(
            "nobody listens on port \(url.port)\(gateway.map { " of \($0)" } ?? ""); ports: \(ports.isEmpty ? "none" : ports)"
        )
    }

    private func record(_ url: RequestURL) -> RequestRecord {
        var record = RequestRecord()
        record.method = method ?? "GET"
        record.host = url.authority
        record.path = url.target
        record.port = url.port
        record.protocol = url.isTLS ? .https : .http
        if url.isTLS {
            record.sni = url.host
            record.clientCertificate = .absent
        }
        record.beginHeaders()
        for header in headers {
            let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = String(parts[1].trimmingBlanks)
            if parts[0].lowercased() == "host" {
                record.host = value
            } else {
                record.appendHeader(name: String(parts[0]).utf8Span.span, value: value.utf8Span.span)
            }
        }
        return record
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it, which are no part of a field's value.
    fileprivate var trimmingBlanks: SubSequence {
        var rest = self[...].drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return rest
    }
}
