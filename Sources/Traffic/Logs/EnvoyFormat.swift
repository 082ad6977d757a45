import Capture

/// The command operators of Envoy's access log formats, and the formats that its distributions come with.
///
/// Envoy documentation, "Access logging", "Command operators".
enum EnvoyFormat {
    /// Envoy's own default.
    static let defaultText =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% "
        + "%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "
        + "\"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" "
        + "\"%UPSTREAM_HOST%\""

    /// Istio's default, which adds to it.
    static let istioText =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% "
        + "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "
        + "\"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
        + "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
        + "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER% "
        + "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% "
        + "%REQUESTED_SERVER_NAME% %ROUTE_NAME%"

    /// The keys of Envoy Gateway's default, and those under which others log the same.
    static let jsonKeys: [(key: String, operator: String)] = [
        ("start_time", "START_TIME"), ("method", "REQ(:METHOD)"),
        ("x-envoy-origin-path", "REQ(X-ENVOY-ORIGINAL-PATH?:PATH)"), ("protocol", "PROTOCOL"),
        ("response_code", "RESPONSE_CODE"), ("response_flags", "RESPONSE_FLAGS"),
        ("response_code_details", "RESPONSE_CODE_DETAILS"), ("bytes_received", "BYTES_RECEIVED"),
        ("bytes_sent", "BYTES_SENT"), ("duration", "DURATION"),
        ("x-envoy-upstream-service-time", "RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)"),
        ("upstream_service_time", "RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)"),
        ("x-forwarded-for", "REQ(X-FORWARDED-FOR)"), ("x_forwarded_for", "REQ(X-FORWARDED-FOR)"),
        ("user-agent", "REQ(USER-AGENT)"), ("user_agent", "REQ(USER-AGENT)"),
        ("x-request-id", "REQ(X-REQUEST-ID)"), ("request_id", "REQ(X-REQUEST-ID)"), (":authority", "REQ(:AUTHORITY)"),
        ("authority", "REQ(:AUTHORITY)"), ("upstream_host", "UPSTREAM_HOST"), ("upstream_cluster", "UPSTREAM_CLUSTER"),
        ("downstream_local_address", "DOWNSTREAM_LOCAL_ADDRESS"),
        ("downstream_remote_address", "DOWNSTREAM_REMOTE_ADDRESS"),
        ("requested_server_name", "REQUESTED_SERVER_NAME"), ("route_name", "ROUTE_NAME"),
        ("path", "REQ(X-ENVOY-ORIGINAL-PATH?:PATH)"),
    ]

    /// Reads a format string as it stands in Envoy's configuration.
    static func template(_ text: String, headers: inout [String]) throws(InputError) -> LogTemplate {
        var template = LogTemplate()
        var rest = text[...]
        while let percent = rest.firstIndex(of: "%") {
            template.append(literal: rest[..<percent].utf8)
            rest = rest[rest.index(after: percent)...]
            if rest.first == "%" {
                template.append(literal: [UInt8(ascii: "%")])
                rest.removeFirst()
                continue
            }
            guard let end = end(rest) else {
                throw usage("%\(rest) does not end in a percent sign")
            }
            let name = String(rest[..<end])
            let (slot, kind) = try slot(name, headers: &headers)
            template.append(slot, kind, name: "%\(name)%")
            rest = rest[rest.index(after: end)...]
        }
        template.append(literal: rest.utf8)
        template.trimLineBreaks()
        guard !template.elements.isEmpty else { throw usage("“\(text)” has no command operator") }
        guard template.tellsSomething else {
            throw usage("no command operator of “\(text)” is one that tells anything of a request")
        }
        if let (first, second) = template.touchingFields {
            throw usage("nothing stands between \(first) and \(second), so no line can be taken apart")
        }
        return template
    }

    /// Where an operator's closing percent sign is; those inside parentheses belong to a format of times.
    private static func end(_ text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "%" where depth <= 0: return index
            default: break
            }
        }
        return nil
    }

    /// What an operator says, its argument in parentheses, a length after a colon.
    static func slot(_ text: String, headers: inout [String]) throws(InputError) -> (LogSlot, LogText) {
        let open = text.firstIndex(of: "(")
        let close = text.lastIndex(of: ")")
        let name = open.map { String(text[..<$0]) } ?? String(text.prefix { $0 != ":" })
        var argument = ""
        if let open, let close, open < close { argument = String(text[text.index(after: open)..<close]) }
        switch name {
        case "START_TIME", "START_TIME_LOCAL":
            return (.field(.start, try timeUnit(argument, of: name)), argument.contains(" ") ? .any : .word)
        case "REQ", "REQ_WITHOUT_QUERY":
            return request(argument, withoutQuery: name == "REQ_WITHOUT_QUERY", headers: &headers)
        case "RESP" where argument.uppercased() == "X-ENVOY-UPSTREAM-SERVICE-TIME":
            return (.field(.upstreamTime, .milliseconds), .number)
        case "PATH": return (.field(argument.contains("NQ") ? .path : .target), .any)
        case "COMMON_DURATION": return (commonDuration(argument), .number)
        default: return plain[name] ?? (.ignored, .any)
        }
    }

    private static let plain: [String: (LogSlot, LogText)] = [
        "PROTOCOL": (.field(.version), .word), "RESPONSE_CODE": (.field(.status), .number),
        "RESPONSE_FLAGS": (.field(.flags), .word), "RESPONSE_FLAGS_LONG": (.field(.flags), .word),
        "RESPONSE_CODE_DETAILS": (.ignored, .word), "CONNECTION_TERMINATION_DETAILS": (.ignored, .any),
        "BYTES_RECEIVED": (.field(.requestBytes), .number), "BYTES_SENT": (.field(.responseBytes), .number),
        "DURATION": (.field(.latency, .milliseconds), .number),
        "REQUEST_DURATION": (.field(.requestDuration, .milliseconds), .number),
        "RESPONSE_DURATION": (.field(.timeToFirstByte, .milliseconds), .number),
        "UPSTREAM_HOST": (.field(.endpoint), .word), "UPSTREAM_REMOTE_ADDRESS": (.field(.endpoint), .word),
        "UPSTREAM_CLUSTER": (.field(.backend), .word), "UPSTREAM_CLUSTER_RAW": (.field(.backend), .word),
        "UPSTREAM_LOCAL_ADDRESS": (.ignored, .word), "ROUTE_NAME": (.field(.route), .word),
        "UPSTREAM_REQUEST_ATTEMPT_COUNT": (.field(.attempts), .number),
        "DOWNSTREAM_LOCAL_ADDRESS": (.field(.server), .word),
        "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT": (.field(.serverAddress), .word),
        "DOWNSTREAM_LOCAL_PORT": (.field(.serverPort), .number),
        "DOWNSTREAM_REMOTE_ADDRESS": (.field(.client), .word),
        "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT": (.field(.clientAddress), .word),
        "DOWNSTREAM_REMOTE_PORT": (.field(.clientPort), .number),
        "REQUESTED_SERVER_NAME": (.field(.sni), .word), "DOWNSTREAM_TLS_VERSION": (.field(.tlsVersion), .word),
        "GRPC_STATUS": (.field(.grpcStatus), .word), "GRPC_STATUS_NUMBER": (.field(.grpcStatus), .word),
        "QUERY_PARAMS": (.field(.query), .any), "UPSTREAM_TRANSPORT_FAILURE_REASON": (.ignored, .any),
        "HOSTNAME": (.ignored, .word), "CONNECTION_ID": (.ignored, .number), "STREAM_ID": (.ignored, .word),
        "TRACE_ID": (.ignored, .word),
    ]

    /// `X?Y` is X, or Y where there is no X. Header fields that Envoy itself sets or adds to are not what a client sent.
    private static func request(
        _ argument: String, withoutQuery: Bool, headers: inout [String]
    ) -> (LogSlot, LogText) {
        let names = argument.lowercased().split(separator: "?").map(String.init)
        guard let first = names.first else { return (.ignored, .any) }
        if names.contains(":path") || first == "x-envoy-original-path" {
            return (.field(withoutQuery ? .path : .target), .any)
        }
        switch first {
        case ":method": return (.field(.method), .word)
        case ":authority", "host": return (.field(.authority), .word)
        case "x-request-id": return (.field(.id), .word)
        case "x-forwarded-for": return (.field(.forwardedFor), .any)
        case ":scheme", "x-forwarded-proto": return (.ignored, .word)
        default:
            guard names.count == 1, !first.hasPrefix(":"), !first.hasPrefix("x-envoy-") else { return (.ignored, .any) }
            headers.append(first)
            return (.header(headers.count - 1), .any)
        }
    }

    private static func commonDuration(_ argument: String) -> LogSlot {
        let parts = argument.split(separator: ":")
        let units: [Substring: LogUnit] = ["ms": .milliseconds, "us": .microseconds, "ns": .nanoseconds]
        guard parts.count == 3, let unit = units[parts[2]] else { return .ignored }
        switch (parts[0], parts[1]) {
        case ("DS_RX_BEG", "DS_TX_END"): return .field(.latency, unit)
        case ("DS_RX_BEG", "DS_RX_END"): return .field(.requestDuration, unit)
        case ("DS_RX_BEG", "DS_TX_BEG"), ("DS_RX_BEG", "US_RX_BEG"): return .field(.timeToFirstByte, unit)
        case ("US_TX_BEG", "US_RX_END"): return .field(.upstreamTime, unit)
        default: return .ignored
        }
    }

    /// The notations of times that can be read, in the language of strftime and Envoy's `%3f`.
    private static func timeUnit(_ format: String, of name: String) throws(InputError) -> LogUnit {
        switch format {
        case "", "%Y-%m-%dT%H:%M:%S%z": return .rfc3339
        case "%s", "%s.%f", "%s.%3f", "%s.%6f", "%s.%9f", "%s.%1f", "%s.%2f": return .seconds
        case "%s%3f": return .milliseconds
        case "%s%6f": return .microseconds
        case "%s%9f", "%s%f": return .nanoseconds
        default: break
        }
        if format.hasPrefix("%d/%b/%Y:%H:%M:%S") || format.hasPrefix("%d/%b/%Y:%T") { return .commonLog }
        let date = ["%Y-%m-%dT", "%Y-%m-%d ", "%FT", "%F "].contains(where: format.hasPrefix)
        if date, format.contains("%H:%M:%S") || format.contains("%T") { return .rfc3339 }
        throw usage("the times of %\(name)(\(format))% are in no notation that can be read")
    }

    private static func usage(_ message: String) -> InputError {
        InputError(.usage, file: "--log-format", message: message)
    }
}
