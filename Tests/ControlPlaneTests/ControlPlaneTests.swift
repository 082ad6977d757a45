import ControlPlane
import Foundation
import GatewayAPI
import JSON
import Manifests
import Replay
import Reports
import Routing
import Testing
import Traffic
import Validation

/// One behaviour each: `NAME.in.yaml` holds the manifests, `NAME.requests.ndjson` some requests, `NAME.out.txt` all
/// statuses, findings and decisions. With UPDATE_GOLDEN in the environment the last is written anew, to be read as a diff.
@Suite("Golden pairs")
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".in.yaml") }.map { String($0.dropLast(".in.yaml".count)) }.sorted()
    }

    @Test("there are pairs")
    func pairsAreFound() {
        #expect(Self.names.count > 10)
    }

    @Test(arguments: names)
    func pair(_ name: String) throws {
        let input = try ManifestLoader.load([Self.folder.appending(path: "\(name).in.yaml").path])
        let inventory = Validation.validate(input)
        #expect(inventory.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        let controlPlane = ControlPlane(ResourceSet(inventory))
        var lines = StatusDump(controlPlane: controlPlane).lines
        lines += try decisions(name, controlPlane)
        try compare(lines.joined(separator: "\n") + "\n", with: "\(name).out.txt")
    }

    /// The documents that programs read, for a few of the pairs: all statuses, and a decision a line.
    @Test(arguments: [
        "a Gateway takes the ListenerSets that it allows",
        "a backend is reached over TLS as its BackendTLSPolicy says, or not at all",
        "in the mesh a producer route is for all clients and a consumer route for those of its namespace",
        "TLS connections are routed by their server name, beside HTTPS on one port",
        "gRPC calls are matched by service and method, the longer service first",
    ])
    func documents(_ name: String) throws {
        let inventory = Validation.validate(
            try ManifestLoader.load([Self.folder.appending(path: "\(name).in.yaml").path]))
        let controlPlane = ControlPlane(ResourceSet(inventory))
        var writer = JSONWriter()
        StatusReport(controlPlane).write(
            inventory.objects.filter { $0.fate == .used }.map { ($0.name, $0.node) }, to: &writer)
        writer.endLine()
        var decider = RequestDecider(table: controlPlane.table, addresses: [], takesAbsentHeadersAsNone: true)
        let reader = TraceReader([Self.folder.appending(path: "\(name).requests.ndjson").path])
        var record = RequestRecord()
        var place: UInt64 = 0
        while try reader.next(into: &record) {
            DecisionReport(table: controlPlane.table).write(
                decider.decide(record, at: place), for: record, to: &writer)
            writer.endLine()
            place += 1
        }
        try compare(String(decoding: writer.bytes, as: UTF8.self), with: "\(name).out.ndjson")
    }

    private func compare(_ actual: String, with name: String) throws {
        let output = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try actual.write(to: output, atomically: true, encoding: .utf8)
            return
        }
        #expect(actual == (try String(contentsOf: output, encoding: .utf8)), "\(name) differs")
    }

    private func decisions(_ name: String, _ controlPlane: ControlPlane) throws -> [String] {
        let requests = Self.folder.appending(path: "\(name).requests.ndjson")
        guard let text = try? String(contentsOf: requests, encoding: .utf8) else { return [] }
        let written = text.split(separator: "\n")
        var decider = RequestDecider(
            table: controlPlane.table, addresses: [], takesAbsentHeadersAsNone: true)
        let report = DecisionReport(table: controlPlane.table)
        let reader = TraceReader([requests.path])
        var record = RequestRecord()
        var lines: [String] = []
        var place: UInt64 = 0
        while try reader.next(into: &record) {
            lines += ["", "> \(written[Int(place)])"]
            // The files are named in full, which says where this package lies.
            lines += report.lines(decider.decide(record, at: place)).map { line in
                line.replacing(Self.folder.path + "/", with: "").replacing("\(name).in.yaml", with: "in.yaml")
            }
            place += 1
        }
        #expect(place == written.count)
        return lines
    }
}

/// All statuses and findings of a control plane as text.
private struct StatusDump {
    let controlPlane: ControlPlane

    var lines: [String] {
        var lines: [String] = []
        for status in controlPlane.gatewayClasses { lines += ["\(status.name)"] + conditions(status.conditions, "  ") }
        for status in controlPlane.gateways {
            let addresses = status.addresses.map { "\($0.type) \($0.value)" }.joined(separator: ", ")
            lines += ["\(status.name) [\(addresses)] listenerSets: \(status.attachedListenerSets)"]
            lines += conditions(status.conditions, "  ") + listeners(status.listeners)
        }
        for status in controlPlane.listenerSets {
            lines += ["\(status.name)"] + conditions(status.conditions, "  ") + listeners(status.listeners)
        }
        for status in controlPlane.routes {
            lines += ["\(status.name)"]
            for parent in status.parents {
                let section = parent.parentRef.sectionName.map { " section \($0)" } ?? ""
                let port = parent.parentRef.port.map { " port \($0)" } ?? ""
                lines += [
                    "  \(parent.parentRef.kind) \(parent.parentRef.name)\(section)\(port), by \(parent.controllerName)"
                ]
                lines += conditions(parent.conditions, "    ")
            }
        }
        for status in controlPlane.policies {
            lines += ["\(status.name)"]
            for ancestor in status.ancestors {
                lines += ["  \(ancestor.ancestorRef.kind) \(ancestor.ancestorRef.name), by \(ancestor.controllerName)"]
                lines += conditions(ancestor.conditions, "    ")
            }
        }
        lines += controlPlane.findings.map { finding in
            "\(finding.severity) \(finding.code) \(finding.resource.map(\.description) ?? "")"
                + "\(finding.path.map { " \($0)" } ?? "") line \(finding.position?.line ?? 0): \(finding.message)"
        }
        return lines
    }

    private func listeners(_ listeners: [ListenerStatus]) -> [String] {
        listeners.flatMap { listener in
            let kinds = listener.supportedKinds.map(\.kind).joined(separator: ", ")
            return ["  listener \(listener.name): \(listener.attachedRoutes) attached, takes [\(kinds)]"]
                + conditions(listener.conditions, "    ")
        }
    }

    private func conditions(_ conditions: [Condition], _ indent: String) -> [String] {
        conditions.map {
            "\(indent)\($0.type)=\($0.status ? "True" : "False") \($0.reason) (generation \($0.observedGeneration)): \($0.message)"
        }
    }
}
