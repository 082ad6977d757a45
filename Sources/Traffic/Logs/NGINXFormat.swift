import Capture

/// The variables of NGINX's `log_format`, and the formats that are everywhere.
///
/// NGINX documentation, ngx_http_log_module, ngx_http_core_module, ngx_http_upstream_module; ingress-nginx, "Log format".
enum NGINXFormat {
    static let combined =
        #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#
    static let ingress =
        combined
        + " $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr"
        + " $upstream_response_length $upstream_response_time $upstream_status $req_id"
    static let common = #"$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent"#
    /// Apache's `vhost_combined`: the server's name before the line.
    static let virtualHost = "$host:$server_port " + combined
    /// Traefik's own: combined and its request count, router, server and duration. Its time is that of the start.
    static let traefik =
        #"$remote_addr - $remote_user [$time_start] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#
        + #" $ignored "$router" "$server_url" ${milliseconds}ms"#

    /// Reads the text of a `log_format`.
    static func template(_ text: String, headers: inout [String]) throws(InputError) -> LogTemplate {
        var template = LogTemplate()
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            template.append(literal: rest[..<dollar].utf8)
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            if isBraced { rest.removeFirst() }
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            rest = rest[name.endIndex...]
            if isBraced {
                guard rest.first == "}" else { throw usage("${\(name) has no closing brace") }
                rest.removeFirst()
            }
            guard !name.isEmpty else { throw usage("a variable's name is missing after a dollar sign") }
            let (slot, kind) = slot(String(name), headers: &headers)
            template.append(slot, kind, name: "$\(name)")
        }
        template.append(literal: rest.utf8)
        template.trimLineBreaks()
        guard !template.elements.isEmpty else { throw usage("“\(text)” has no variable") }
        guard template.tellsSomething else {
            throw usage("no variable of “\(text)” is one that tells anything of a request")
        }
        if let (first, second) = template.touchingFields {
            throw usage("nothing stands between \(first) and \(second), so no line can be taken apart")
        }
        return template
    }

    private static func slot(_ name: String, headers: inout [String]) -> (LogSlot, LogText) {
        if let known = known[name] { return known }
        if name.hasPrefix("http_") {
            headers.append(String(name.dropFirst(5)).replacing("_", with: "-"))
            return (.header(headers.count - 1), .any)
        }
        return (.ignored, .any)
    }

    private static let known: [String: (LogSlot, LogText)] = [
        "remote_addr": (.field(.clientAddress), .word), "realip_remote_addr": (.ignored, .word),
        "remote_port": (.field(.clientPort), .number), "remote_user": (.ignored, .any), "ident": (.ignored, .any),
        "time_local": (.field(.end, .commonLog), .any), "time_iso8601": (.field(.end, .rfc3339), .word),
        "msec": (.field(.end, .seconds), .number), "time_start": (.field(.start, .commonLog), .any),
        "request": (.field(.requestLine), .any), "request_method": (.field(.method), .word),
        "request_uri": (.field(.target), .word), "uri": (.ignored, .any), "document_uri": (.ignored, .any),
        "args": (.field(.query), .any), "query_string": (.field(.query), .any),
        "server_protocol": (.field(.version), .word), "status": (.field(.status), .number),
        "body_bytes_sent": (.field(.responseBytes), .number), "bytes_sent": (.ignored, .number),
        "content_length": (.field(.requestBytes), .number), "request_length": (.ignored, .number),
        "http_host": (.field(.authority), .any), "host": (.field(.host), .word), "scheme": (.field(.scheme), .word),
        "http_x_forwarded_for": (.field(.forwardedFor), .any), "http_x_request_id": (.field(.id), .any),
        "proxy_add_x_forwarded_for": (.ignored, .any), "ssl_server_name": (.field(.sni), .word),
        "ssl_protocol": (.field(.tlsVersion), .word), "server_addr": (.field(.serverAddress), .word),
        "server_port": (.field(.serverPort), .number), "request_time": (.field(.latency, .seconds), .number),
        "upstream_addr": (.field(.endpoint), .list), "upstream_status": (.ignored, .list),
        "upstream_response_time": (.field(.upstreamTime, .seconds), .list),
        "upstream_connect_time": (.field(.connectTime, .seconds), .list), "upstream_header_time": (.ignored, .list),
        "upstream_response_length": (.ignored, .list), "proxy_upstream_name": (.field(.backend), .word),
        "proxy_host": (.ignored, .word), "proxy_alternative_upstream_name": (.field(.member), .word),
        "req_id": (.field(.id), .word), "request_id": (.field(.id), .word),
        "ignored": (.ignored, .word), "router": (.field(.route), .word), "server_url": (.field(.endpoint), .word),
        "milliseconds": (.field(.latency, .milliseconds), .number),
    ]

    private static func usage(_ message: String) -> InputError {
        InputError(.usage, file: "--log-format", message: message)
    }
}
