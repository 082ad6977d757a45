public import JSON
public import Replay
internal import Routing
public import Traffic

/// Tells what a replay came to.
public struct ReplayReport {
    let summary: ReplaySummary
    let replay: TraceReplay
    let statistics: TraceStatistics
    let seed: UInt64
    var table: RoutingTable { replay.table }

    /// Reports on a replay of a trace.
    public init(_ replay: TraceReplay, statistics: TraceStatistics, seed: UInt64) {
        summary = ReplaySummary(replay)
        self.replay = replay
        self.statistics = statistics
        self.seed = seed
    }

    /// Writes one JSON object; times in seconds, shares as fractions.
    public func write(to writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) {
        writer.object { writer in
            writeTotals(to: &writer)
            writer.key("gateways")
            writer.array { writer in for row in summary.entrances { write(row, to: &writer) } }
            writer.key("routes")
            writer.array { writer in for row in summary.rules { write(row, to: &writer) } }
            writer.key("backends")
            writer.array { writer in for row in summary.backends { write(row, to: &writer) } }
            writer.key("unrouted")
            writer.array { writer in for row in summary.unrouted { writeUnrouted(row, to: &writer) } }
            writer.key("undeterminedRequests")
            writer.array { writer in for row in summary.undetermined { writeUndetermined(row, to: &writer) } }
            writer.key("unusedMatches")
            writer.array { writer in for match in summary.unusedMatches { write(unused: match, to: &writer) } }
            more(&writer)
        }
    }

    private func writeTotals(to writer: inout JSONWriter) {
        writer.key("trace")
        writer.object { writer in
            writer.key("files")
            writer.array { writer in
                for (name, format) in statistics.files {
                    writer.object { writer in
                        writer.member("name", name)
                        writer.member("format", format.name)
                    }
                }
            }
            writer.member("malformedLines", statistics.malformedLines)
            writer.key("firstTime")
            if let time = replay.firstTime { writer.seconds(nanoseconds: time) } else { writer.null() }
            writer.key("lastTime")
            if let time = replay.lastTime { writer.seconds(nanoseconds: time) } else { writer.null() }
        }
        writer.member("dialect", table.dialect.name)
        writer.member("seed", seed)
        writeCount(summary.total, to: &writer)
        writer.member("matched", summary.rules.reduce(0) { $0 + $1.total.requests })
        writer.member("unmatched", summary.unrouted.reduce(0) { $0 + $1.total.requests })
        writer.member("undetermined", summary.undeterminedTotal.requests)
        writeActions(summary.actions, to: &writer)
        writeStatuses(summary.statuses, to: &writer)
    }

    private func writeCount(_ count: RequestCount, to writer: inout JSONWriter) {
        writer.member("requests", count.requests)
        writer.member("weight", count.weight)
    }

    private func writeActions(_ actions: [(action: Plan.Action, count: RequestCount)], to writer: inout JSONWriter) {
        writer.key("actions")
        writer.object { writer in
            for (action, count) in actions.sorted(by: { $0.action.rawValue < $1.action.rawValue }) {
                writer.member(action.rawValue, count.requests)
            }
        }
    }

    private func writeStatuses(_ statuses: [UInt16: RequestCount], to writer: inout JSONWriter) {
        writer.key("statuses")
        writer.object { writer in
            for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
                writer.member(String(status), count.requests)
            }
        }
    }

    private func write(_ row: ReplaySummary.EntranceRow, to writer: inout JSONWriter) {
        writer.object { writer in
            let mesh = row.entrance.meshService
            writer.member("gateway", mesh == nil ? row.entrance.gateway : nil)
            if let mesh { writer.member("mesh", mesh) }
            writeCount(row.total, to: &writer)
            writer.key("listeners")
            writer.array { writer in
                for (listener, count) in row.listeners {
                    writer.object { writer in
                        writeListener(listener, to: &writer)
                        writeCount(count, to: &writer)
                    }
                }
            }
        }
    }

    private func writeListener(_ index: ListenerIndex, to writer: inout JSONWriter) {
        let listener = table.listeners[index.place]
        writer.member("listener", listener.entrance.meshService == nil ? listener.name : nil)
        if let set = listener.listenerSet { writer.member("listenerSet", set) }
        writer.member("port", listener.port)
    }

    private func write(_ row: ReplaySummary.RuleRow, to writer: inout JSONWriter) {
        writer.object { writer in
            writeRule(row.rule, to: &writer)
            writeCount(row.total, to: &writer)
            writeActions(row.actions, to: &writer)
            writeStatuses(row.statuses, to: &writer)
            writer.key("matches")
            writer.array { writer in
                for (match, count) in row.matches {
                    writer.object { writer in
                        writer.member("match", table.matches[match.place].match)
                        writeCount(count, to: &writer)
                    }
                }
            }
            writer.key("listeners")
            writer.array { writer in
                for (listener, count) in row.listeners {
                    writer.object { writer in
                        writer.member("gateway", table.listeners[listener.place].entrance.gateway)
                        writeListener(listener, to: &writer)
                        writeCount(count, to: &writer)
                    }
                }
            }
            writer.key("backends")
            writer.array { writer in
                for (branch, count) in row.branches {
                    writer.object { writer in
                        writer.key("backend")
                        writeBackend(branch.backend, to: &writer)
                        writeCount(count, to: &writer)
                        writer.member("share", row.split.weight > 0 ? count.weight / row.split.weight : nil)
                        writer.member("expectedShare", branch.share)
                        writer.member("status", branch.status)
                    }
                }
            }
        }
    }

    private func writeRule(_ index: RuleIndex, to writer: inout JSONWriter) {
        let place = table.rules[index.place]
        let route = table.routes[place.route.place]
        writer.key("route")
        writer.object { writer in
            writer.member("kind", route.kind)
            writer.member("namespace", route.namespace)
            writer.member("name", route.name)
        }
        writer.member("rule", place.rule)
        writer.member("ruleName", route.rules[Int(place.rule)].name)
    }

    private func writeBackend(_ index: BackendIndex?, to writer: inout JSONWriter) {
        guard let backend = index.map({ table.backends[$0.place] }) else { return writer.null() }
        writer.object { writer in
            writer.member("kind", backend.kind)
            writer.member("namespace", backend.namespace)
            writer.member("name", backend.name)
            writer.member("port", backend.port)
        }
    }

    private func write(_ row: ReplaySummary.BackendRow, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("backend")
            writeBackend(row.backend, to: &writer)
            writeCount(row.drawn, to: &writer)
            writer.member("expected", row.expected)
            writer.member("mirrored", row.mirrored)
        }
    }

    private func writePlace(_ group: DecisionGroup, to writer: inout JSONWriter) {
        let port = group.port.map { table.ports[$0.place] }
        writer.member("gateway", port?.entrance.meshService == nil ? port?.entrance.gateway : nil)
        if let mesh = port?.entrance.meshService { writer.member("mesh", mesh) }
        let listener = group.listener.map { table.listeners[$0.place] }
        writer.member("listener", listener?.entrance.meshService == nil ? listener?.name : nil)
        writer.member("port", port?.number)
    }

    private func writeUnrouted(_ row: ReplaySummary.OtherRow, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("reason", row.group.reason?.rawValue)
            writer.member("host", row.group.host)
            writePlace(row.group, to: &writer)
            writer.member("action", row.group.action?.rawValue)
            writer.member("status", row.group.status)
            writeCount(row.total, to: &writer)
            writer.member("example", row.example)
        }
    }

    private func writeUndetermined(_ row: ReplaySummary.OtherRow, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("missing")
            writer.array { writer in for name in row.group.missing { writer.string(name) } }
            if let why = row.group.notModelled { writer.member("notModelled", why) }
            writer.member("host", row.group.host)
            writePlace(row.group, to: &writer)
            writeCount(row.total, to: &writer)
            writer.member("example", row.example)
        }
    }

    private func write(unused match: MatchIndex, to writer: inout JSONWriter) {
        let place = table.matches[match.place]
        writer.object { writer in
            writeRule(place.rule, to: &writer)
            writer.member("match", place.match)
        }
    }
}
