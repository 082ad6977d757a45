import JSON

extension RequestRecordReader {
    /// Reads what really happened.
    mutating func readObserved(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        guard try beginObject("observed", line) else { return }
        while let key = try nextKey(line) {
            func isKey(_ word: StaticString) -> Bool { JSONReader.matches(key, of: line, word) }
            if isKey("status") {
                record.observed.status = try readInteger("observed.status", 0...999, line).map { UInt16($0) }
            } else if isKey("grpcStatus") {
                record.observed.grpcStatus = try readInteger("observed.grpcStatus", 0...9999, line).map { UInt16($0) }
            } else if isKey("latency") {
                record.observed.latency = try readSeconds("observed.latency", line)
            } else if isKey("timeToFirstByte") {
                record.observed.timeToFirstByte = try readSeconds("observed.timeToFirstByte", line)
            } else if isKey("requestDuration") {
                record.observed.requestDuration = try readSeconds("observed.requestDuration", line)
            } else if isKey("responseBytes") {
                record.observed.responseBytes = try readInteger("observed.responseBytes", 0...Int64.max, line)
            } else if isKey("gateway") {
                try readText(.observedGateway, line, into: &record)
            } else if isKey("route") {
                try readRoute(line, into: &record)
            } else if isKey("rule") {
                let index = try readInteger("observed.rule", 0...Int64(Int32.max), line)
                record.observed.rule = index.map { Int32($0) }
            } else if isKey("match") {
                let index = try readInteger("observed.match", 0...Int64(Int32.max), line)
                record.observed.match = index.map { Int32($0) }
            } else if isKey("backend") {
                try readBackend(line, into: &record)
            } else if isKey("endpoint") {
                try readText(.observedEndpoint, line, into: &record)
            } else {
                try readMore(key, line, into: &record)
            }
        }
    }

    /// What only logs say.
    private mutating func readMore(
        _ key: Range<Int>, _ line: Span<UInt8>, into record: inout RequestRecord
    ) throws(RecordError) {
        func isKey(_ word: StaticString) -> Bool { JSONReader.matches(key, of: line, word) }
        if isKey("upstreamTime") {
            record.observed.upstreamTime = try readSeconds("observed.upstreamTime", line)
        } else if isKey("connectTime") {
            record.observed.connectTime = try readSeconds("observed.connectTime", line)
        } else if isKey("queueTime") {
            record.observed.queueTime = try readSeconds("observed.queueTime", line)
        } else if isKey("attempts") {
            let count = try readInteger("observed.attempts", 0...Int64(Int32.max), line)
            record.observed.attempts = count.map { Int32($0) }
        } else if isKey("rulePriority") {
            let priority = try readInteger("observed.rulePriority", 0...Int64(Int32.max), line)
            record.observed.rulePriority = priority.map { Int32($0) }
        } else if isKey("listener") {
            try readText(.observedListener, line, into: &record)
        } else if isKey("routeLabel") {
            try readText(.observedRouteLabel, line, into: &record)
        } else if isKey("backendLabel") {
            try readText(.observedBackendLabel, line, into: &record)
        } else if isKey("flags") {
            try readText(.observedFlags, line, into: &record)
        } else {
            try skipValue(line)
        }
    }

    private mutating func readRoute(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        guard try beginObject("observed.route", line) else { return }
        while let key = try nextKey(line) {
            if JSONReader.matches(key, of: line, "kind") {
                try readText(.observedRouteKind, line, into: &record)
            } else if JSONReader.matches(key, of: line, "namespace") {
                try readText(.observedRouteNamespace, line, into: &record)
            } else if JSONReader.matches(key, of: line, "name") {
                try readText(.observedRouteName, line, into: &record)
            } else {
                try skipValue(line)
            }
        }
    }

    private mutating func readBackend(_ line: Span<UInt8>, into record: inout RequestRecord) throws(RecordError) {
        guard try beginObject("observed.backend", line) else { return }
        while let key = try nextKey(line) {
            if JSONReader.matches(key, of: line, "kind") {
                try readText(.observedBackendKind, line, into: &record)
            } else if JSONReader.matches(key, of: line, "namespace") {
                try readText(.observedBackendNamespace, line, into: &record)
            } else if JSONReader.matches(key, of: line, "name") {
                try readText(.observedBackendName, line, into: &record)
            } else if JSONReader.matches(key, of: line, "port") {
                let port = try readInteger("observed.backend.port", 1...65535, line)
                record.observed.backendPort = port.map { UInt16($0) }
            } else {
                try skipValue(line)
            }
        }
    }
}
