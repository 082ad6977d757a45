import Replay
import Routing

/// An answer, as far as a cell of the observations says it.
struct ObservedAnswer: CustomStringConvertible {
    /// Backends by name, and statuses, in no order. Several where the draw decides.
    var results: [String] = []
    /// What a client of gRPC is told beside the status.
    var grpcStatus: UInt8?
    var location: String?
    var path: String?
    var host: String?
    /// Values by name in lower case; empty for a header that must not be there. Nil where the cell does not say.
    var headers: [String: [String]]?
    var responseHeaders: [String: [String]]?

    /// Reads a cell; nil for what is no answer to a request, such as a refused configuration.
    init?(_ cell: String) {
        if cell.hasPrefix("configuration refused") { return nil }
        if cell == "grpc-status 12" {
            results = [cell]
            return
        }
        // Words before the first that tells more: `500 or `a``, `302`, `` `a` path `/x` ``.
        let first = cell.contains(" or ") ? cell[...] : cell.prefix { $0 != " " }
        results = first.replacing("`", with: "").split(separator: " or ").map(String.init).sorted()
        if results.first?.hasPrefix("3") == true { location = Self.quoted(cell).first }
        path = cell.firstMatch(of: /\ path `(.*?)`/).map { String($0.1) }
        host = cell.firstMatch(of: /\ host `(.*?)`/).map { String($0.1) }
        if let part = cell.firstMatch(of: /\ headers (.*)$/) { headers = Self.fields(String(part.1)) }
        if let part = cell.firstMatch(of: /\ response (`.*)$/) { responseHeaders = Self.fields(String(part.1)) }
        if location != nil, Self.quoted(cell).count > 1 {
            responseHeaders = Self.fields(Self.quoted(cell).dropFirst().map { "`\($0)`" }.joined(separator: " "))
        }
    }

    private static func quoted(_ text: String) -> [String] { text.matches(of: /`(.*?)`/).map { String($0.1) } }

    private static func fields(_ text: String) -> [String: [String]] {
        var fields: [String: [String]] = [:]
        if text.hasPrefix("(none)") { fields["x-a"] = [] }
        for field in quoted(text) {
            let parts = field.split(separator: ": ", maxSplits: 1)
            fields[String(parts[0]), default: []].append(parts.count > 1 ? String(parts[1]) : "")
        }
        return fields
    }

    /// What weir says.
    init(_ decided: DecidedRequest, _ table: RoutingTable) {
        guard let outcome = decided.outcome else {
            results = ["undetermined by \(decided.missing.joined(separator: ", "))"]
            return
        }
        switch outcome.plan.action {
        case .reset, .drop: results = ["reset"]
        case .redirect, .respond:
            results = ["\(outcome.plan.status ?? 0)"]
            grpcStatus = outcome.plan.grpcStatus
            location = outcome.plan.location
        case .forward:
            let names = outcome.plan.shares.filter { $0.share > 0 }.map { share in
                guard let backend = share.backend.map({ table.backends[$0.place] }) else { return "500" }
                return backend.hasReadyEndpoints ? backend.name : "503"
            }
            results = Set(names).sorted()
        }
        path = outcome.forwarded?.target
        host = outcome.forwarded?.host
        headers = outcome.forwarded.map { Self.byName($0.headers) }
        // What the backends of the observations answer with.
        let answered = [HeaderField("X-Resp-B", "orig"), HeaderField("X-Echo", "1")]
        let fields = outcome.plan.responseHeaders.apply(to: outcome.plan.action == .forward ? answered : [])
        responseHeaders = Self.byName(fields).mapValues { [$0.joined(separator: ",")] }
    }

    private static func byName(_ fields: [HeaderField]) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for field in fields { result[field.name.lowercased(), default: []].append(field.value) }
        return result
    }

    /// Whether an answer is what this cell says. What the cell does not say of a forwarded request is as it was sent.
    func agrees(with answer: ObservedAnswer, sentPath: String, sentHost: String) -> Bool {
        if results == ["grpc-status 12"] { return answer.grpcStatus == 12 }
        guard results == answer.results, location == answer.location else { return false }
        if let answered = answer.path, results.count == 1, answered != path ?? sentPath { return false }
        if let answered = answer.host, results.count == 1, answered != host ?? sentHost { return false }
        let has = { (wanted: [String: [String]]?, fields: [String: [String]]?) in
            (wanted ?? [:]).allSatisfy { (fields?[$0.key] ?? []) == $0.value }
        }
        return has(headers, answer.headers) && has(responseHeaders, answer.responseHeaders)
    }

    var description: String {
        var parts = [results.joined(separator: " or ")]
        if let location { parts.append(location) }
        if let path { parts.append("path \(path)") }
        if let host { parts.append("host \(host)") }
        for (name, values) in (headers ?? [:]).sorted(by: { $0.key < $1.key }) { parts.append("\(name): \(values)") }
        for (name, values) in (responseHeaders ?? [:]).sorted(by: { $0.key < $1.key }) {
            parts.append("response \(name): \(values)")
        }
        return parts.joined(separator: " ")
    }
}
