/// What production decided, as far as the names that its proxy writes tell without a doubt.
///
/// The names themselves are kept as labels: where one could be read in several ways, the resources that it was made of
/// can still tell.
extension LogInterpreter {
    func fillNames(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        set(.observedRouteLabel, from: .route, row, line, &record)
        set(.observedBackendLabel, from: .backend, row, line, &record)
        set(.observedListener, from: .listener, row, line, &record)
        set(.observedFlags, from: .flags, row, line, &record)
        fillEndpoint(&record, row, line)
        let namer = ObservedNames()
        switch proxy {
        case .envoy:
            if let route = record.range(of: .observedRouteLabel) {
                namer.readEnvoyGateway(route, &record)
                if record.range(of: .observedRouteName) == nil { namer.readExported(route, &record) }
            }
            guard let cluster = record.range(of: .observedBackendLabel) else { return }
            if record.range(of: .observedRouteName) == nil { namer.readEnvoyGateway(cluster, &record) }
            namer.readIstio(cluster, &record)
            namer.readService(cluster, &record)
        case .nginx:
            // With a canary there are two upstreams, and which of them answered is not told.
            if let upstream = record.range(of: .observedBackendLabel), known(.member, row, line) == nil {
                namer.readIngress(upstream, &record)
            }
        case .traefik:
            if let router = record.range(of: .observedRouteLabel) { namer.readTraefik(router, &record) }
        case .haproxy:
            if let backend = record.range(of: .observedBackendLabel) { namer.readHAProxyIngress(backend, &record) }
        case .other: break
        }
    }

    /// The endpoint that answered is the last one tried. A URL becomes its authority, `tcp://` goes away.
    private func fillEndpoint(_ record: inout RequestRecord, _ row: LogRow, _ line: Span<UInt8>) {
        if proxy == .haproxy, let member = known(.member, row, line), line[member.lowerBound] != UInt8(ascii: "<") {
            set(.observedEndpoint, from: .member, row, line, &record)
        }
        guard let all = known(.endpoint, row, line) else { return }
        var range = all
        if proxy == .nginx {
            range = lastOfList(all, line)
            if record.observed.attempts == nil { record.observed.attempts = attempts(all, line) }
        }
        for index in range.dropLast(2)
        where line[index] == UInt8(ascii: ":") && line[index + 1] == 0x2F && line[index + 2] == 0x2F {
            range = index + 3..<range.upperBound
            for end in range where line[end] == 0x2F {
                range = range.lowerBound..<end
                break
            }
            break
        }
        guard !isNothing(range, line) else { return }
        record.set(.observedEndpoint, to: line.extracting(range))
    }

    /// How many endpoints a list of NGINX names: commas between the attempts, colons between groups of upstreams.
    private func attempts(_ range: Range<Int>, _ line: Span<UInt8>) -> Int32? {
        var count: Int32 = 1
        for index in range.dropFirst() {
            let isSeparator =
                line[index - 1] == UInt8(ascii: ",") && line[index] == 0x20
                || line[index - 1] == UInt8(ascii: ":") && line[index] == 0x20
            if isSeparator, count < .max { count += 1 }
        }
        return count
    }
}
