import Capture

/// A format of traces that can be read.
public struct TraceFormat: Sendable {
    /// The name, as given to `--format`.
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    let detects: @Sendable (Span<UInt8>) -> Bool
    let decoder: any TraceDecoder.Type

    /// How much of a file is looked at to find its format.
    static let prefixBytes = 4096

    /// Classic pcap captures.
    public static let pcap = TraceFormat(
        name: "pcap", summary: "a packet capture in the classic format", detects: PacketReader.isClassic,
        decoder: CaptureDecoder.self)
    /// pcapng captures.
    public static let pcapng = TraceFormat(
        name: "pcapng", summary: "a packet capture in the next generation format",
        detects: PacketReader.isNextGeneration, decoder: CaptureDecoder.self)
    /// Request records, one JSON object a line.
    public static let records = TraceFormat(
        name: "ndjson", summary: "request records, one JSON object a line", detects: LogDetection.isObject,
        decoder: LineDecoder<RequestRecordReader>.self)
    /// Access logs of Envoy.
    public static let envoy = TraceFormat(
        name: "envoy", summary: "an access log of Envoy, Envoy Gateway or Istio", detects: LogDetection.isEnvoy,
        decoder: CoarseTimes<LineDecoder<EnvoyLogParser>>.self)
    /// Access logs of NGINX.
    public static let nginx = TraceFormat(
        name: "nginx", summary: "an access log of NGINX, ingress-nginx or Apache", detects: LogDetection.isNGINX,
        decoder: CoarseTimes<LineDecoder<NGINXLogParser>>.self)
    /// Access logs of Traefik.
    public static let traefik = TraceFormat(
        name: "traefik", summary: "an access log of Traefik", detects: LogDetection.isTraefik,
        decoder: CoarseTimes<LineDecoder<TraefikLogParser>>.self)
    /// Logs of HAProxy.
    public static let haproxy = TraceFormat(
        name: "haproxy", summary: "a log of HAProxy", detects: LogDetection.isHAProxy,
        decoder: LineDecoder<HAProxyLogParser>.self)
    /// Access logs of AWS Application Load Balancers.
    public static let loadBalancer = TraceFormat(
        name: "alb", summary: "an access log of an AWS Application Load Balancer",
        detects: LogDetection.isLoadBalancer, decoder: LineDecoder<LoadBalancerLogParser>.self)

    /// HTTP archives.
    public static let archive = TraceFormat(
        name: "har", summary: "an HTTP archive of a browser or a test tool", detects: LogDetection.isArchive,
        decoder: ElementDecoder<ArchiveParser>.self)
    /// Traces of OpenTelemetry.
    public static let spans = TraceFormat(
        name: "otlp", summary: "OpenTelemetry traces in JSON", detects: LogDetection.isSpans,
        decoder: ElementDecoder<SpanParser>.self)
    /// Files of GoReplay.
    public static let goReplay = TraceFormat(
        name: "gor", summary: "a file of GoReplay", detects: LogDetection.isGoReplay, decoder: GoReplayDecoder.self)
    /// Results and targets of vegeta.
    public static let vegeta = TraceFormat(
        name: "vegeta", summary: "results of vegeta, or its targets in JSON", detects: LogDetection.isVegeta,
        decoder: LineDecoder<VegetaParser>.self)

    /// All formats, in the order in which a file's content is tried.
    public static let all = [
        pcap, pcapng, archive, spans, envoy, traefik, haproxy, nginx, loadBalancer, goReplay, vegeta, records,
    ]

    /// The format of a name; nil where there is none.
    public static func named(_ name: String) -> TraceFormat? { all.first { $0.name == name } }

    /// The format that the text of a proxy's own format is of: Envoy's operators stand between percent signs, NGINX's
    /// variables behind a dollar sign. Nil where it has neither.
    public static func ofLineFormat(_ text: String) -> TraceFormat? {
        if text.firstMatch(of: /%[A-Z_]+(\([^)]*\))?(:[0-9]+)?%/) != nil { return .envoy }
        return text.firstMatch(of: /\$\{?[a-z]/) != nil ? .nginx : nil
    }

    /// The format of what a file begins with.
    static func detect(_ stream: borrowing ByteStream) throws(InputError) -> TraceFormat {
        for format in all where stream.prefix(prefixBytes, is: format.detects) { return format }
        let isBlank = stream.prefix(prefixBytes) { bytes in
            for index in bytes.indices where bytes[index] > 0x20 { return false }
            return true
        }
        if stream.available == 0 {
            throw InputError(.truncated, file: stream.name, offset: 0, message: "the file is empty")
        }
        let known = all.map(\.name).joined(separator: ", ")
        throw InputError(
            .unreadable, file: stream.name, offset: 0,
            message: isBlank
                ? "found nothing but white space, expected one of \(known)"
                : "the content is of no known format; --format says which of \(known) it is, --log-format how its lines are made"
        )
    }
}

/// Reads the records of one file. To add a format: a decoder, and its entry in `TraceFormat.all`.
protocol TraceDecoder: AnyObject, SendableMetatype {
    /// Reads from the beginning of a file.
    init(_ stream: consuming ByteStream, options: TraceOptions) throws(InputError)

    /// The next record; false at the end. `problem` gets each line that cannot be read.
    func next(into record: inout RequestRecord, _ problem: (TraceProblem) -> Void) throws(InputError) -> Bool

    /// Adds what was read so far.
    func report(to statistics: inout TraceStatistics)
}
