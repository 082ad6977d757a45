import ArgumentParser
import Traffic

/// What a person has to say of logs, because the logs do not.
struct LogInput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the lines of the logs are made, as the proxy's own configuration says it: Envoy's format string or JSON "
                + "format, or the text of NGINX's log_format.", valueName: "text"))
    var logFormat: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The zone of times that are written without one, as in +01:00. (default: UTC)", valueName: "offset"),
        transform: ZoneOffset.init)
    var tz: ZoneOffset?

    @Option(
        help: ArgumentHelp(
            "The request header fields that HAProxy captures, in the order of its configuration, as in Host,User-Agent.",
            valueName: "names"))
    var capture: String?

    @Option(
        help: ArgumentHelp(
            "The service of a trace of spans that is the gateway. (default: server spans without a parent)",
            valueName: "name"))
    var service: String?

    func validate() throws {
        if let capture, let wrong = LogOptions.wrongCapturedHeaders(capture) {
            throw ValidationError("--capture: \(wrong)")
        }
        guard let logFormat else { return }
        guard TraceFormat.ofLineFormat(logFormat) != nil else {
            throw ValidationError(
                "--log-format: found neither an operator of Envoy, as in %START_TIME%, nor a variable of NGINX, as in $status"
            )
        }
    }

    func apply(to options: inout TraceOptions) {
        options.logs.lineFormat = logFormat
        options.logs.zoneSeconds = tz?.seconds ?? 0
        options.logs.capturedHeaders = capture.map(LogOptions.capturedHeaders) ?? []
        options.logs.service = service
    }
}

/// `+01:00`, `-0530`, `Z`: an offset from UTC.
struct ZoneOffset {
    let seconds: Int64

    init(_ text: String) throws {
        if ["Z", "z", "UTC", "utc"].contains(text) {
            seconds = 0
            return
        }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 4, let number = Int64(digits),
            number / 100 < 24, number % 100 < 60
        else { throw ValidationError("expected an offset from UTC, as in +01:00") }
        seconds = (sign == "-" ? -1 : 1) * (number / 100 * 3600 + number % 100 * 60)
    }
}
