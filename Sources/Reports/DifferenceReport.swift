public import JSON
public import Scenario
internal import Testbed

/// Writes what is different in a scenario against another: one JSON object, or text for people.
public struct DifferenceReport: Sendable {
    let difference: ScenarioDifference

    /// Writes `difference`.
    public init(_ difference: ScenarioDifference) { self.difference = difference }

    /// Writes the difference as one object. Each quantity is an object of `from` and `to` (what it was and is), their
    /// `difference`, `confidence` (its interval, [low, high]) and `varianceRatio`. Times are in seconds; null is what was not
    /// measured.
    public func write(to writer: inout JSONWriter) {
        let result = difference.result
        writer.object { writer in
            writer.member("scenario", result.name)
            writer.member("against", difference.against.name)
            writer.member("seed", result.seed)
            writer.member("dialect", result.dialect)
            writer.key("duration")
            writer.seconds(nanoseconds: result.duration)
            writer.key("warmup")
            writer.seconds(nanoseconds: result.warmup)
            writer.member("replications", result.replications)
            writer.member("confidence", difference.confidence)
            writer.key("routes")
            writer.array { writer in
                for line in difference.lines {
                    writer.object { write(line, to: &$0) }
                }
            }
            writer.key("backends")
            writer.array { writer in
                for backend in difference.backends {
                    writer.object { writer in
                        writer.key("backend")
                        write(backend.identity, to: &writer)
                        write(backend.changes, to: &writer)
                    }
                }
            }
            writer.key("gateways")
            writer.array { writer in
                for gateway in difference.gateways {
                    writer.object { writer in
                        writer.member("gateway", gateway.identity)
                        write(gateway.changes, to: &writer)
                    }
                }
            }
            writer.key("notModelled")
            writer.array { writer in
                for sentence in result.notModelled { writer.string(sentence) }
            }
        }
    }

    private func write(_ line: ScenarioDifference.Entity<RuleIdentity>, to writer: inout JSONWriter) {
        let rule = line.identity
        writer.key("route")
        writer.object { writer in
            writer.member("kind", rule.kind)
            writer.member("namespace", rule.namespace)
            writer.member("name", rule.name)
        }
        writer.member("rule", rule.rule)
        writer.member("ruleName", rule.ruleName)
        write(line.changes, to: &writer)
        writer.key("backends")
        writer.array { writer in
            for share in difference.shares where share.identity.rule == rule {
                writer.object { writer in
                    writer.key("backend")
                    if let backend = share.identity.backend { write(backend, to: &writer) } else { writer.null() }
                    write(share.changes, to: &writer)
                }
            }
        }
    }

    private func write(_ backend: BackendIdentity, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", backend.kind)
            writer.member("namespace", backend.namespace)
            writer.member("name", backend.name)
            writer.member("port", backend.port)
        }
    }

    /// Metrics by their names: `latency.p99` is a member of the object `latency`.
    private func write(_ changes: [(metric: Metric, change: ScenarioDifference.Change)], to writer: inout JSONWriter) {
        var groups: [(name: String, members: [(name: String, metric: Metric, change: ScenarioDifference.Change)])] = []
        for (metric, change) in changes {
            let parts = metric.name.split(separator: ".", maxSplits: 1).map(String.init)
            let member = (parts.count > 1 ? parts[1] : "", metric, change)
            if let place = groups.firstIndex(where: { $0.name == parts[0] }) {
                groups[place].members.append(member)
            } else {
                groups.append((parts[0], [member]))
            }
        }
        for group in groups {
            writer.key(group.name)
            guard let first = group.members.first, !first.name.isEmpty else {
                if let only = group.members.first { write(only.metric, only.change, to: &writer) }
                continue
            }
            writer.object { writer in
                for member in group.members {
                    writer.key(member.name)
                    write(member.metric, member.change, to: &writer)
                }
            }
        }
    }

    private func write(_ metric: Metric, _ change: ScenarioDifference.Change, to writer: inout JSONWriter) {
        let scale = metric.unit == .time ? 1e-9 : 1
        writer.object { writer in
            writer.member("from", change.from.map { $0 * scale })
            writer.member("to", change.to.map { $0 * scale })
            writer.member("difference", change.difference.map { $0 * scale })
            writer.key("confidence")
            if let difference = change.difference, let halfWidth = change.halfWidth {
                writer.array { writer in
                    writer.double((difference - halfWidth) * scale)
                    writer.double((difference + halfWidth) * scale)
                }
            } else {
                writer.null()
            }
            writer.member("varianceRatio", change.varianceRatio)
        }
    }
}
