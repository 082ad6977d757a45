import ArgumentParser
import GatewayAPI
import Traffic

/// Which requests of a trace are wanted.
struct TraceSelection: ParsableArguments {
    @Option(help: "Only requests for a host, or *.example.com for all below it. May stand many times.")
    var host: [String] = []

    @Option(help: "Only requests for a path, or /cart/* for it and all below it. May stand many times.")
    var path: [String] = []

    @Option(help: "Only requests with a method. May stand many times.")
    var method: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only requests answered with a status: 404, 5xx, 400-499. May stand many times.", valueName: "status"),
        transform: StatusRange.init)
    var status: [StatusRange] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only requests from a time on: 2026-11-20T08:15:30Z, or seconds since 1970.", valueName: "time"),
        transform: TraceTime.init)
    var since: TraceTime?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only requests before a time.", valueName: "time"),
        transform: TraceTime.init)
    var until: TraceTime?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Keep a share of the requests, as in 1%, 0.01 or 1/100; each then stands for as many more.",
            valueName: "share"),
        transform: SampleRate.init)
    var sample: SampleRate?

    @Option(
        help: ArgumentHelp(
            "Keep requests in which this is equal together or not at all: id, source, host or path.", valueName: "field"
        ),
        transform: sampledField)
    var sampleBy: RequestRecord.Field?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Seeds what --sample draws. (default: 1)", valueName: "n"),
        transform: ArgumentValue.seed)
    var seed: UInt64?

    func validate() throws {
        for path in path where !path.hasPrefix("/") {
            throw ValidationError("--path: expected a path that begins with /, found \(path)")
        }
        if let since, let until, since.nanoseconds >= until.nanoseconds {
            throw ValidationError("--since is not earlier than --until: no request lies between them")
        }
        guard sample == nil else { return }
        if sampleBy != nil { throw ValidationError("--sample-by is for --sample, which is not given") }
        if seed != nil { throw ValidationError("--seed is for --sample, which is not given") }
    }

    var filter: RecordFilter {
        var filter = RecordFilter()
        filter.hosts = host
        filter.paths = path
        filter.methods = method
        filter.statuses = status.map(\.range)
        filter.since = since?.nanoseconds
        filter.until = until?.nanoseconds
        return filter
    }
}

private func sampledField(_ text: String) throws -> RequestRecord.Field {
    switch text {
    case "id": return .id
    case "source": return .source
    case "host": return .host
    case "path": return .path
    default: throw ValidationError("expected one of id, source, host, path")
    }
}

/// `404`, `5xx`, `400-499`.
struct StatusRange {
    let range: ClosedRange<UInt16>

    init(_ text: String) throws {
        if text.count == 3, text.lowercased().hasSuffix("xx"), let first = text.first?.wholeNumberValue,
            (1...9).contains(first)
        {
            range = UInt16(first * 100)...UInt16(first * 100 + 99)
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard parts.count <= 2, let first = parts[0], let last = parts[parts.count - 1], 100 <= first, first <= last,
            last <= 999
        else { throw ValidationError("expected a status from 100 to 999, as in 404, 5xx or 400-499") }
        range = first...last
    }
}

/// A moment: RFC 3339, or seconds since 1970.
struct TraceTime {
    let nanoseconds: Int64

    init(_ text: String) throws {
        guard let value = TraceClock.nanoseconds(text) else {
            throw ValidationError("expected a time such as 2026-11-20T08:15:30Z, or seconds since 1970")
        }
        nanoseconds = value
    }
}

/// `1%`, `0.01`, `1/100`.
struct SampleRate {
    let rate: Double

    init(_ text: String) throws {
        var value = Percentage(argument: text)?.fraction
        if let slash = text.firstIndex(of: "/") {
            if let above = Double(text[..<slash]), let below = Double(text[text.index(after: slash)...]), below > 0 {
                value = above / below
            }
        }
        guard let value, value > 0, value <= 1 else {
            throw ValidationError("expected a share above 0 and at most 1, as in 1%, 0.01 or 1/100")
        }
        rate = value
    }
}

/// What is made unreadable.
struct TraceRedaction: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Replace these too by keyed hashes that keep their structure: hosts, paths, addresses, query.",
            valueName: "what"),
        transform: RedactionList.init)
    var redact: RedactionList?

    @Flag(help: "Replace nothing, not even secrets in header fields.")
    var noRedact = false

    @Option(help: "The same salt gives the same hashes in every run. (default: drawn anew, and kept from everybody)")
    var salt: String?

    func validate() throws {
        if noRedact, redact != nil { throw ValidationError("--redact and --no-redact exclude each other") }
        if noRedact, salt != nil {
            throw ValidationError("--salt is for what is redacted, and --no-redact stands beside it")
        }
    }

    var redactor: Redactor? {
        noRedact ? nil : Redactor([.secrets, redact?.scope ?? []], salt: salt)
    }
}

/// `hosts,paths`.
struct RedactionList {
    let scope: RedactionScope

    init(_ text: String) throws {
        var scope: RedactionScope = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "hosts": scope.insert(.hosts)
            case "paths": scope.insert(.paths)
            case "addresses": scope.insert(.addresses)
            case "query": scope.insert(.query)
            default:
                throw ValidationError(
                    "expected a list of hosts, paths, addresses, query, and found \(Excerpt.of(word)) in it")
            }
        }
        self.scope = scope
    }
}

/// What is done with each record of a trace before it is written.
struct RecordTransform {
    private var filter: RecordFilter
    private var sampler: RecordSampler?
    private var redactor: Redactor?

    init(selection: TraceSelection, redaction: TraceRedaction) {
        filter = selection.filter
        sampler = selection.sample.map {
            RecordSampler(rate: $0.rate, by: selection.sampleBy, seed: selection.seed ?? 1)
        }
        redactor = redaction.redactor
    }

    /// Changes a record as was asked for; false where it is not wanted.
    mutating func keeps(_ record: inout RequestRecord) -> Bool {
        if !filter.isEmpty, !filter.accepts(record) { return false }
        if sampler?.keeps(&record) == false { return false }
        redactor?.redact(&record)
        return true
    }

    /// What the person should know of it.
    func notes(_ statistics: TraceStatistics, isSorted: Bool) -> [String] {
        var notes: [String] = []
        if filter.unknown > 0 {
            notes.append("\(filter.unknown) requests left out, because they do not say what was asked for")
        }
        if statistics.recordsOutOfOrder > 0, !isSorted {
            notes.append(
                "\(statistics.recordsOutOfOrder) requests earlier than one before them; --sort puts them in order")
        }
        return notes
    }
}
