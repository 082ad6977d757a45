public import Analysis
internal import GatewayAPI
public import JSON
internal import Replay
internal import Routing
internal import Traffic

/// Writes what changes between two inputs.
public struct DiffReport {
    let diff: ClusterDiff
    let traffic: TrafficDiff?
    let capture: CaptureCheck?
    let decisions: (from: DecisionReport, to: DecisionReport)

    /// - Parameters:
    ///   - traffic: what changes for a trace; nil where none was given.
    ///   - capture: whether namespaces take requests from each other; nil where nobody asked.
    public init(_ diff: ClusterDiff, traffic: TrafficDiff? = nil, capture: CaptureCheck? = nil) {
        self.diff = diff
        self.traffic = traffic
        self.capture = capture
        decisions = (DecisionReport(table: diff.table.from), DecisionReport(table: diff.table.to))
    }

    /// Writes the document.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("equal")
            if let isEqual = diff.table.isEqual { writer.bool(isEqual) } else { writer.null() }
            writer.member("complete", diff.table.isComplete)
            writer.key("regions")
            writer.array { writer in
                for (place, region) in diff.table.regions.enumerated() { write(region, place, to: &writer) }
            }
            writeNamespaces(to: &writer)
            if let traffic { write(traffic, to: &writer) }
            writer.key("statuses")
            writer.object { writer in
                write(diff.statuses.introduced, "introduced", to: &writer)
                write(diff.statuses.fixed, "fixed", to: &writer)
                writer.member("unchanged", diff.statuses.unchanged.count)
            }
            if let capture { write(capture, to: &writer) }
            writer.key("unknown")
            writer.array { writer in
                for entry in diff.table.unknown {
                    writer.object { writer in
                        writer.key("where")
                        writer.object { writer in
                            writePort(entry.port, nil, to: &writer)
                            write(diff.table.extent(of: entry), to: &writer)
                        }
                        writer.member("why", entry.why)
                    }
                }
            }
        }
    }

    private func write(_ region: DiffRegion, _ place: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("change", region.change.rawValue)
            writer.key("where")
            writer.object { writer in
                writePort(region.port, region.listener, to: &writer)
                writer.member("protocol", region.witness.protocol.map { "\($0.name)" })
                write(diff.table.extent(of: region), to: &writer)
            }
            writer.key("witness")
            region.witness.write(to: &writer)
            writer.key("from")
            decisions.from.write(region.from, for: region.witness, to: &writer)
            writer.key("to")
            decisions.to.write(region.to, for: region.witness, to: &writer)
            writer.key("owners")
            writer.object { writer in
                writer.member("from", region.fromFacts.route?.namespace)
                writer.member("to", region.toFacts.route?.namespace)
            }
            writer.key("because")
            writer.array { writer in
                for cause in diff.causes[place] { write(cause, to: &writer) }
            }
            if let traffic {
                writer.member("requests", traffic.regions[place].requests)
                writer.member("share", traffic.share(traffic.regions[place]))
            }
        }
    }

    private func writePort(_ port: RoutingTable.Port, _ listener: String?, to writer: inout JSONWriter) {
        switch port.entrance {
        case .gateway(let name):
            writer.member("gateway", name)
            writer.member("listener", listener)
        case .mesh(let service, let clients):
            writer.member("gateway", String?.none)
            writer.member("mesh", service)
            if let clients { writer.member("clients", clients) }
        }
        writer.member("port", port.number)
    }

    private func write(_ extent: RegionExtent, to writer: inout JSONWriter) {
        let lists: [(StaticString, [String])] = [
            ("hosts", extent.hosts), ("paths", extent.paths), ("methods", extent.methods), ("headers", extent.headers),
            ("query", extent.query),
        ]
        for (name, list) in lists {
            writer.key(name)
            writer.array { writer in
                for entry in list { writer.string(entry) }
            }
        }
    }

    private func write(_ cause: FieldChange, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("file", cause.position.file)
            writer.member("line", cause.position.line)
            writer.member("column", cause.position.column)
            writer.key("resource")
            write(cause.resource, to: &writer)
            writer.member("path", cause.path)
            writer.member("removed", cause.isRemoved)
        }
    }

    private func write(_ name: ResourceName, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", name.kind)
            writer.member("namespace", name.namespace)
            writer.member("name", name.name)
        }
    }

    private func writeNamespaces(to writer: inout JSONWriter) {
        writer.key("namespaces")
        writer.array { writer in
            for entry in BlastRadius(diff.table, traffic).namespaces {
                writer.object { writer in
                    writer.member("namespace", entry.namespace)
                    writer.member("regions", entry.regions)
                    writer.key("changes")
                    writer.object { writer in
                        for (kind, count) in entry.changes { writer.member(kind.rawValue, count) }
                    }
                    if traffic != nil {
                        writer.member("requests", entry.requests)
                        writer.member("changed", entry.changed)
                        writer.member("share", entry.requests == 0 ? nil : entry.changed / entry.requests)
                    }
                }
            }
        }
    }

    private func write(_ traffic: TrafficDiff, to writer: inout JSONWriter) {
        writer.key("traffic")
        writer.object { writer in
            writer.member("requests", traffic.requests)
            writer.member("unchanged", traffic.unchanged)
            writer.member("undetermined", traffic.undetermined)
            writer.key("classes")
            writer.array { writer in
                for entry in traffic.classes { write(entry, traffic, to: &writer) }
            }
            writer.key("missing")
            writer.array { writer in
                for name in traffic.missing { writer.string(name) }
            }
        }
    }

    private func write(_ entry: TrafficDiff.Class, _ traffic: TrafficDiff, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("change", entry.change.rawValue)
            writer.member("from", entry.from.map { "\($0.kind) \($0.namespace)/\($0.name)" })
            writer.member("to", entry.to.map { "\($0.kind) \($0.namespace)/\($0.name)" })
            writer.member("region", entry.region)
            writer.member("requests", entry.count.requests)
            writer.member("share", traffic.share(entry.count))
            writer.key("example")
            entry.example.write(to: &writer)
        }
    }

    private func write(_ problems: [StatusProblem], _ name: StaticString, to writer: inout JSONWriter) {
        writer.key(name)
        writer.array { writer in
            for problem in problems {
                writer.object { writer in
                    writer.key("resource")
                    write(problem.resource, to: &writer)
                    writer.member("part", problem.part)
                    writer.member("condition", problem.condition)
                    writer.member("reason", problem.reason)
                    writer.member("message", problem.message)
                }
            }
        }
    }

    private func write(_ capture: CaptureCheck, to writer: inout JSONWriter) {
        writer.key("noNewCapture")
        writer.object { writer in
            switch capture {
            case .passes: writer.member("result", "pass")
            case .unknown: writer.member("result", "unknown")
            case .fails(let regions):
                writer.member("result", "fail")
                writer.member("regions", regions.count)
            }
        }
    }
}
