import Analysis
import Foundation
import Replay
import Routing
import TestSupport
import Testing
import Traffic

/// What two clusters make of one record, where both know.
struct ComparedRecord {
    let parts: (from: MatchIndex?, to: MatchIndex?)
    let facts: (from: DecisionFacts, to: DecisionFacts)
    let ports: (from: RoutingTable.Port?, to: RoutingTable.Port?)

    init?(_ record: RequestRecord, _ one: Cluster, _ other: Cluster) {
        guard let before = one.decide(record).answer, let after = other.decide(record).answer else { return nil }
        let decider = RequestDecider(table: one.table, addresses: [], takesAbsentHeadersAsNone: true)
        let request = decider.partialRequest(record).known
        parts = (before.decision?.match, after.decision?.match)
        facts = (
            DecisionFacts(before, of: one.table, for: request), DecisionFacts(after, of: other.table, for: request)
        )
        ports = (before.port.map { one.table.ports[$0.place] }, after.port.map { other.table.ports[$0.place] })
    }

    /// Whether a comparison tells of the change, or says that it does not know.
    func isKnown(to diff: TableDiff) -> Bool {
        // A client in the mesh may have an entrance of its own on one side alone.
        let ports = [ports.from, ports.to]
        return diff.regions.contains { region in
            ports.contains(region.port) && region.parts.contains { $0.from == parts.from && $0.to == parts.to }
        }
            || diff.unknown.contains { entry in
                ports.contains(entry.port) && (entry.from == nil || entry.from == parts.from)
                    && (entry.to == nil || entry.to == parts.to)
            }
    }
}

@Suite("What changes for TLS, TCP, UDP, gRPC and the mesh, and under other dialects")
struct OtherWaysInTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "ControlPlaneTests/Golden")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".in.yaml") }.map { String($0.dropLast(".in.yaml".count)) }.sorted()
    }

    private func records(_ name: String) throws -> [RequestRecord] {
        let reader = TraceReader([Self.folder.appending(path: "\(name).requests.ndjson").path])
        var records: [RequestRecord] = []
        var record = RequestRecord()
        while try reader.next(into: &record) { records.append(record) }
        return records
    }

    @Test("an object that goes or comes changes no request outside of the regions")
    func objectsGoAndCome() throws {
        var (changed, regions) = (0, 0)
        for name in Self.names {
            let text = try String(contentsOf: Self.folder.appending(path: "\(name).in.yaml"), encoding: .utf8)
            let whole = Cluster(text)
            let records = try records(name)
            let documents = text.components(separatedBy: "\n---\n")
            for left in documents.indices where !documents[left].contains("kind: Secret") {
                let rest = Cluster(
                    documents.indices.filter { $0 != left }.map { documents[$0] }.joined(separator: "\n---\n"))
                for (one, other) in [(whole, rest), (rest, whole)] {
                    let diff = TableDiff(from: one.table, to: other.table)
                    regions += diff.regions.count
                    for region in diff.regions {
                        let compared = ComparedRecord(region.witness, one, other)
                        #expect(compared?.facts.from == region.fromFacts && compared?.facts.to == region.toFacts)
                    }
                    for record in records {
                        guard let compared = ComparedRecord(record, one, other),
                            compared.facts.from != compared.facts.to
                        else { continue }
                        changed += 1
                        #expect(
                            compared.isKnown(to: diff), "\(name): \(documents[left].prefix(200)): \(record.path ?? "")")
                    }
                }
            }
        }
        #expect(changed > 200 && regions > 200)
    }

    @Test(
        "under another dialect every region is confirmed, and no request changes outside",
        arguments: ["envoy", "traefik"])
    func dialects(_ name: String) throws {
        let dialect = try #require(Dialect(named: name))
        var generator = SeededGenerator(seed: 31)
        var (regions, changed, unknown) = (0, 0, 0)
        for _ in 0..<10 {
            let before = NearMissManifests.random(&generator)
            var after = before
            after.edit(&generator)
            let (one, other) = (before.cluster(dialect: dialect), after.cluster(dialect: dialect))
            let diff = TableDiff(from: one.table, to: other.table)
            regions += diff.regions.count
            unknown += diff.unknown.count
            for _ in 0..<100 {
                let record = RequestRecord(
                    NearMissManifests.request(&generator), port: generator.chance(70) ? 80 : 8080)
                guard let compared = ComparedRecord(record, one, other), compared.facts.from != compared.facts.to else {
                    continue
                }
                changed += 1
                #expect(compared.isKnown(to: diff), "\(record.method ?? "") \(record.host ?? "") \(record.path ?? "")")
            }
        }
        #expect(regions > 5 && changed > 10 && unknown < regions)
    }
}
