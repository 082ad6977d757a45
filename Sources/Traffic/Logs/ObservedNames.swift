/// Reads the resources out of the names that controllers give to what they configure in a proxy. A name that could be
/// read in two ways is not read.
struct ObservedNames {
    /// `httproute/<namespace>/<name>/rule/<i>/match/<j>/<host>`, and the beginnings of it (Envoy Gateway).
    func readEnvoyGateway(_ label: Range<Int>, _ record: inout RequestRecord) {
        var parts = Parts(label, separator: UInt8(ascii: "/"))
        guard let prefix = parts.next(record.text), let kind = kind(record.text[prefix]),
            let namespace = parts.next(record.text), let name = parts.next(record.text), !namespace.isEmpty,
            !name.isEmpty
        else { return }
        setRoute(kind, namespace, name, &record)
        guard let word = parts.next(record.text), record.text[word].elementsEqual("rule".utf8),
            let rule = parts.next(record.text), let number = LogNumber.whole(rule, of: record.text.span)
        else { return }
        record.observed.rule = Int32(exactly: number)
        // A rule without matches has the number -1.
        guard let word = parts.next(record.text), record.text[word].elementsEqual("match".utf8),
            let match = parts.next(record.text), let number = LogNumber.whole(match, of: record.text.span)
        else { return }
        record.observed.match = Int32(exactly: number)
    }

    /// A cluster `outbound|<port>|<subset>|<name>.<namespace>.svc.…`, and then the route `<namespace>.<name>.<rule>`
    /// (Istio).
    func readIstio(_ cluster: Range<Int>, _ record: inout RequestRecord) {
        var parts = Parts(cluster, separator: UInt8(ascii: "|"))
        guard let direction = parts.next(record.text), record.text[direction].elementsEqual("outbound".utf8),
            let port = parts.next(record.text), parts.next(record.text) != nil, let host = parts.next(record.text)
        else { return }
        var labels = Parts(host, separator: UInt8(ascii: "."))
        if let name = labels.next(record.text), let namespace = labels.next(record.text),
            let word = labels.next(record.text), record.text[word].elementsEqual("svc".utf8)
        {
            setBackend(namespace, name, &record)
            record.observed.backendPort = LogNumber.whole(port, of: record.text.span).flatMap(LogInterpreter.port)
        }
        guard let route = record.range(of: .observedRouteLabel),
            let first = record.text[route].firstIndex(of: UInt8(ascii: ".")),
            let last = record.text[route].lastIndex(of: UInt8(ascii: ".")), first + 1 < last,
            let rule = LogNumber.whole(last + 1..<route.upperBound, of: record.text.span)
        else { return }
        setRoute("HTTPRoute", route.lowerBound..<first, first + 1..<last, &record)
        record.observed.rule = Int32(exactly: rule)
    }

    /// A cluster `<namespace>/<name>:<port>`, as `weir export envoy` names them.
    func readService(_ cluster: Range<Int>, _ record: inout RequestRecord) {
        guard let slash = record.text[cluster].firstIndex(of: UInt8(ascii: "/")),
            let colon = record.text[cluster].lastIndex(of: UInt8(ascii: ":")), slash < colon,
            !record.text[slash + 1..<colon].contains(UInt8(ascii: "/")), slash > cluster.lowerBound,
            slash + 1 < colon, let port = LogNumber.whole(colon + 1..<cluster.upperBound, of: record.text.span)
        else { return }
        setBackend(cluster.lowerBound..<slash, slash + 1..<colon, &record)
        record.observed.backendPort = LogInterpreter.port(port)
    }

    /// A route `<kind> <namespace>/<name> rule <i> match <j>`, as `weir export envoy` names them.
    func readExported(_ label: Range<Int>, _ record: inout RequestRecord) {
        var parts = Parts(label, separator: 0x20)
        guard let kindPart = parts.next(record.text), kindPart.count < 16,
            let kind = kind(record.text[kindPart].map { $0 | 0x20 }[...]), let place = parts.next(record.text),
            let slash = record.text[place].firstIndex(of: UInt8(ascii: "/")), parts.next(record.text) != nil,
            let rule = parts.next(record.text), parts.next(record.text) != nil, let match = parts.next(record.text),
            let ruleNumber = LogNumber.whole(rule, of: record.text.span),
            let matchNumber = LogNumber.whole(match, of: record.text.span)
        else { return }
        setRoute(kind, place.lowerBound..<slash, slash + 1..<place.upperBound, &record)
        record.observed.rule = Int32(exactly: ruleNumber)
        record.observed.match = Int32(exactly: matchNumber)
    }

    /// `<namespace>-<service>-<port>` (ingress-nginx). All three may hold dashes, so that only the one with exactly two
    /// of them can be read.
    func readIngress(_ upstream: Range<Int>, _ record: inout RequestRecord) {
        let dashes = upstream.filter { record.text[$0] == UInt8(ascii: "-") }
        guard !record.text[upstream].elementsEqual("upstream-default-backend".utf8), dashes.count == 2,
            upstream.lowerBound < dashes[0], dashes[0] + 1 < dashes[1],
            dashes[1] + 1 < upstream.upperBound
        else { return }
        setBackend(upstream.lowerBound..<dashes[0], dashes[0] + 1..<dashes[1], &record)
        let port = LogNumber.whole(dashes[1] + 1..<upstream.upperBound, of: record.text.span)
        record.observed.backendPort = port.flatMap(LogInterpreter.port)
    }

    /// `<kind>-<ns>-<route>-gw-<gw ns>-<gw>-ep-<entry point>-<rule>-<hash>@kubernetesgateway` (Traefik). The rule can
    /// always be read, route and Gateway where they hold one dash.
    func readTraefik(_ router: Range<Int>, _ record: inout RequestRecord) {
        let text = Array(record.text[..<router.upperBound])
        let suffix = Array("@kubernetesgateway".utf8)
        guard router.count > suffix.count, text[router].suffix(suffix.count).elementsEqual(suffix) else { return }
        let body = router.lowerBound..<router.upperBound - suffix.count
        let dashes = body.filter { text[$0] == UInt8(ascii: "-") }
        guard dashes.count >= 2, let kind = kind(text[body.lowerBound..<dashes[0]]) else { return }
        let rule = dashes[dashes.count - 2] + 1..<dashes[dashes.count - 1]
        record.observed.rule = LogNumber.whole(rule, of: text.span).flatMap { Int32(exactly: $0) }
        guard let gateway = only("-gw-", in: body, of: text), let entry = only("-ep-", in: body, of: text),
            dashes[0] < gateway.lowerBound, gateway.upperBound < entry.lowerBound
        else { return }
        if let (namespace, name) = pair(dashes[0] + 1..<gateway.lowerBound, text) {
            setRoute(kind, namespace, name, &record)
        }
        if let (namespace, name) = pair(gateway.upperBound..<entry.lowerBound, text) {
            let start = record.text.count
            record.text.append(contentsOf: text[namespace])
            record.text.append(UInt8(ascii: "/"))
            record.text.append(contentsOf: text[name])
            record.pieces[RequestRecord.Field.observedGateway.rawValue] = Piece(start, record.text.count)
        }
    }

    /// `<namespace>_svc_<service>_<port>` (HAProxy's own ingress controller). No name of Kubernetes holds an underscore.
    func readHAProxyIngress(_ backend: Range<Int>, _ record: inout RequestRecord) {
        let places = backend.filter { record.text[$0] == UInt8(ascii: "_") }
        guard places.count == 3, record.text[places[0] + 1..<places[1]].elementsEqual("svc".utf8) else { return }
        let namespace = backend.lowerBound..<places[0]
        let (name, port) = (places[1] + 1..<places[2], places[2] + 1..<backend.upperBound)
        guard !namespace.isEmpty, !name.isEmpty, !port.isEmpty else { return }
        setBackend(namespace, name, &record)
        record.observed.backendPort = LogNumber.whole(port, of: record.text.span).flatMap(LogInterpreter.port)
    }

    private func kind(_ prefix: ArraySlice<UInt8>) -> StaticString? {
        let kinds: [(StaticString, StaticString)] = [
            ("httproute", "HTTPRoute"), ("grpcroute", "GRPCRoute"), ("tlsroute", "TLSRoute"), ("tcproute", "TCPRoute"),
            ("udproute", "UDPRoute"),
        ]
        for (name, kind) in kinds where name.utf8CodeUnitCount == prefix.count {
            if zip(prefix, 0..<prefix.count).allSatisfy({ $0 == name.utf8Start[$1] }) { return kind }
        }
        return nil
    }

    /// The two names of a text with exactly one dash: namespace and name, neither of which is empty.
    private func pair(_ range: Range<Int>, _ text: [UInt8]) -> (Range<Int>, Range<Int>)? {
        let dashes = range.filter { text[$0] == UInt8(ascii: "-") }
        guard dashes.count == 1, range.lowerBound < dashes[0], dashes[0] + 1 < range.upperBound else { return nil }
        return (range.lowerBound..<dashes[0], dashes[0] + 1..<range.upperBound)
    }

    /// The one place of a word; nil where it is not there, or more than once.
    private func only(_ word: String, in range: Range<Int>, of text: [UInt8]) -> Range<Int>? {
        let word = Array(word.utf8)
        guard range.count >= word.count else { return nil }
        let places = (range.lowerBound...range.upperBound - word.count).filter {
            text[$0..<$0 + word.count].elementsEqual(word)
        }
        return places.count == 1 ? places[0]..<places[0] + word.count : nil
    }

    private func setRoute(
        _ kind: StaticString, _ namespace: Range<Int>, _ name: Range<Int>, _ record: inout RequestRecord
    ) {
        record.setText(.observedRouteKind, kind)
        record.pieces[RequestRecord.Field.observedRouteNamespace.rawValue] = Piece(
            namespace.lowerBound, namespace.upperBound)
        record.pieces[RequestRecord.Field.observedRouteName.rawValue] = Piece(name.lowerBound, name.upperBound)
    }

    private func setBackend(_ namespace: Range<Int>, _ name: Range<Int>, _ record: inout RequestRecord) {
        record.setText(.observedBackendKind, "Service")
        record.pieces[RequestRecord.Field.observedBackendNamespace.rawValue] = Piece(
            namespace.lowerBound, namespace.upperBound)
        record.pieces[RequestRecord.Field.observedBackendName.rawValue] = Piece(name.lowerBound, name.upperBound)
    }
}

extension RequestRecord {
    /// Makes a field known to be a word of ours.
    mutating func setText(_ field: Field, _ word: StaticString) {
        let start = text.count
        unsafe text.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        pieces[field.rawValue] = Piece(start, text.count)
    }
}

/// The parts of a text between separators.
private struct Parts {
    private var index: Int
    private let end: Int
    private let separator: UInt8

    init(_ range: Range<Int>, separator: UInt8) {
        index = range.lowerBound
        end = range.upperBound
        self.separator = separator
    }

    mutating func next(_ text: [UInt8]) -> Range<Int>? {
        guard index <= end else { return nil }
        let start = index
        while index < end, text[index] != separator { index += 1 }
        let part = start..<index
        index += 1
        return part
    }
}
