public import JSON

extension RequestRecord {
    /// Writes the record as one JSON object, the keys in a fixed order, what is unknown left out.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            write(.id, "id", to: &writer)
            if let time {
                writer.key("time")
                writer.seconds(nanoseconds: time)
                if arrivalQuality != .exact { writer.member("arrivalQuality", "\(arrivalQuality.name)") }
            }
            write(.source, "source", to: &writer)
            write(.destination, "destination", to: &writer)
            write(.gateway, "gateway", to: &writer)
            write(.mesh, "mesh", to: &writer)
            write(.from, "from", to: &writer)
            write(port.map { Int64($0) }, "port", to: &writer)
            if let name = `protocol`?.name { writer.member("protocol", "\(name)") }
            write(.sni, "sni", to: &writer)
            if isALPNKnown {
                writer.key("alpn")
                writer.array { writer in for piece in alpnPieces { write(piece.unchecked, to: &writer) } }
            }
            if let name = clientCertificate?.name { writer.member("clientCertificate", "\(name)") }
            write(.method, "method", to: &writer)
            write(.host, "host", to: &writer)
            write(.path, "path", to: &writer)
            if !queryComplete { writer.member("queryComplete", false) }
            write(.version, "version", to: &writer)
            writeHeaders(to: &writer)
            if let headersComplete { writer.member("headersComplete", headersComplete) }
            write(bodyBytes, "bodyBytes", to: &writer)
            if let weight { writer.member("weight", weight) }
            if hasObserved { writeObserved(to: &writer) }
        }
    }

    private var hasObserved: Bool {
        observed != Observed()
            || (Field.observedGateway.rawValue...Field.observedFlags.rawValue).contains { pieces[$0] != .unknown }
    }

    private func writeHeaders(to writer: inout JSONWriter) {
        guard areHeadersKnown else { return }
        writer.key("headers")
        writer.array { writer in
            for field in headerFields {
                writer.array { writer in
                    write(field.name, to: &writer)
                    write(field.value, to: &writer)
                }
            }
        }
    }

    private func writeObserved(to writer: inout JSONWriter) {
        writer.key("observed")
        writer.object { writer in
            write(observed.status.map { Int64($0) }, "status", to: &writer)
            write(observed.grpcStatus.map { Int64($0) }, "grpcStatus", to: &writer)
            write(seconds: observed.latency, "latency", to: &writer)
            write(seconds: observed.timeToFirstByte, "timeToFirstByte", to: &writer)
            write(seconds: observed.requestDuration, "requestDuration", to: &writer)
            write(observed.responseBytes, "responseBytes", to: &writer)
            write(.observedGateway, "gateway", to: &writer)
            if range(of: .observedRouteName) != nil {
                writer.key("route")
                writer.object { writer in
                    write(.observedRouteKind, "kind", to: &writer)
                    write(.observedRouteNamespace, "namespace", to: &writer)
                    write(.observedRouteName, "name", to: &writer)
                }
            }
            write(observed.rule.map { Int64($0) }, "rule", to: &writer)
            write(observed.match.map { Int64($0) }, "match", to: &writer)
            if range(of: .observedBackendName) != nil {
                writer.key("backend")
                writer.object { writer in
                    write(.observedBackendKind, "kind", to: &writer)
                    write(.observedBackendNamespace, "namespace", to: &writer)
                    write(.observedBackendName, "name", to: &writer)
                    write(observed.backendPort.map { Int64($0) }, "port", to: &writer)
                }
            }
            write(.observedEndpoint, "endpoint", to: &writer)
            write(seconds: observed.upstreamTime, "upstreamTime", to: &writer)
            write(seconds: observed.connectTime, "connectTime", to: &writer)
            write(seconds: observed.queueTime, "queueTime", to: &writer)
            write(observed.attempts.map { Int64($0) }, "attempts", to: &writer)
            write(observed.rulePriority.map { Int64($0) }, "rulePriority", to: &writer)
            write(.observedListener, "listener", to: &writer)
            write(.observedRouteLabel, "routeLabel", to: &writer)
            write(.observedBackendLabel, "backendLabel", to: &writer)
            write(.observedFlags, "flags", to: &writer)
        }
    }

    private func write(seconds nanoseconds: Int64?, _ key: String, to writer: inout JSONWriter) {
        guard let nanoseconds else { return }
        writer.key(key)
        writer.seconds(nanoseconds: nanoseconds)
    }

    private func write(_ number: Int64?, _ key: String, to writer: inout JSONWriter) {
        guard let number else { return }
        writer.key(key)
        writer.integer(number)
    }

    private func write(_ field: Field, _ key: String, to writer: inout JSONWriter) {
        guard let range = range(of: field) else { return }
        writer.key(key)
        write(range, to: &writer)
    }

    private func write(_ range: Range<Int>, to writer: inout JSONWriter) {
        writer.string(text.span.extracting(range))
    }
}
