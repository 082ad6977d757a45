@testable import ControlPlane
import Foundation
import GatewayAPI
import Manifests
import Replay
import TestSupport
import Testing
import Traffic
import Validation

@Suite("What holds for every input")
struct PropertyTests {
    /// Who wins is told by age and name, so that it does not matter in which order files are given.
    @Test(arguments: GoldenTests.names)
    func theOrderOfTheInputDoesNotMatter(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).in.yaml")
        let documents = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n---\n")
        let forward = try statuses(documents)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5 {
            #expect(try statuses(documents.shuffled(using: &generator)) == forward)
        }
    }

    /// Whatever the manifests say, every record gets a decision, and nothing traps.
    @Test(arguments: GoldenTests.names)
    func brokenManifestsGiveStatusesAndDecisions(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).in.yaml")
        let requests = file.path.replacing(".in.yaml", with: ".requests.ndjson")
        let original = Array(try String(contentsOf: file, encoding: .utf8).utf8)
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<25 {
            let bytes = generator.mutate(original, telling: Array("{}[]:,-\n *\"0189az".utf8))
            let inventory = Validation.validate(ManifestParser.parse(bytes, file: "in.yaml"))
            let controlPlane = ControlPlane(ResourceSet(inventory))
            var decider = RequestDecider(table: controlPlane.table, addresses: [], takesAbsentHeadersAsNone: true)
            let reader = TraceReader([requests])
            var record = RequestRecord()
            var place: UInt64 = 0
            while try reader.next(into: &record) {
                let decided = decider.decide(record, at: place)
                #expect(decided.answer != nil || !decided.missing.isEmpty, "record \(place)")
                place += 1
            }
        }
    }

    private func statuses(_ documents: [String]) throws -> [String] {
        let text = documents.joined(separator: "\n---\n")
        let inventory = Validation.validate(ManifestParser.parse(Array(text.utf8), file: "in.yaml"))
        let controlPlane = ControlPlane(ResourceSet(inventory))
        func conditions(_ list: [Condition]) -> String {
            list.map { "\($0.type)=\($0.status) \($0.reason)" }.joined(separator: ", ")
        }
        func listeners(_ list: [ListenerStatus]) -> String {
            list.map { "\($0.name) \($0.attachedRoutes) \(conditions($0.conditions))" }.joined(separator: "; ")
        }
        var lines = controlPlane.gateways.map { gateway in
            "\(gateway.name) \(gateway.addresses.map(\.value)) \(gateway.attachedListenerSets) "
                + "\(conditions(gateway.conditions)) \(listeners(gateway.listeners))"
        }
        lines += controlPlane.listenerSets.map { "\($0.name) \(conditions($0.conditions)) \(listeners($0.listeners))" }
        lines += controlPlane.routes.map { route in
            "\(route.name) "
                + route.parents.map { "\($0.parentRef.name) \(conditions($0.conditions))" }.joined(separator: "; ")
        }
        lines += controlPlane.policies.map { policy in
            "\(policy.name) "
                + policy.ancestors.map { "\($0.ancestorRef.name) \(conditions($0.conditions))" }.joined(separator: "; ")
        }
        return lines.sorted()
    }

    private static let protocols = ["HTTP", "HTTPS", "TLS", "TCP", "UDP", "example.com/other"]

    /// What is served can be told apart, what is refused has something in its way, and no later object changes an earlier one.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func listenersThatAreServedCanBeToldApart(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let objects = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (0..<Int.random(in: 0...5, using: &generator)).map { place in listener(place, &generator) }
            }
            let conflicts = ListenerConflicts.find(objects)
            let served = zip(objects, conflicts).map { zip($0, $1).filter { $1 == nil }.map(\.0) }
            let all = served.flatMap { $0 }
            for (one, left) in all.enumerated() {
                for right in all[(one + 1)...] { #expect(!areInTheWay(left, right), "seed \(seed)") }
            }
            for (object, reasons) in conflicts.enumerated() {
                for (place, reason) in reasons.enumerated() where reason != nil {
                    let others = objects[object].indices.filter { $0 != place }.map { objects[object][$0] }
                    let earlier = objects[..<object].flatMap { $0 }
                    #expect(
                        (others + earlier).contains { areInTheWay($0, objects[object][place]) }, "seed \(seed)")
                }
                #expect(
                    ListenerConflicts.find(Array(objects[...object])) == Array(conflicts[...object]), "seed \(seed)")
            }
        }
    }

    private func listener(_ place: Int, _ generator: inout SeededGenerator) -> Listener {
        let position = SourcePosition(file: "", line: 1, column: 1)
        let hostname = [nil, "a.example.com", "b.example.com"].randomElement(using: &generator) ?? nil
        return Listener(
            name: "l\(place)", hostname: hostname.map { Located(value: $0, position: position) },
            port: UInt16.random(in: 1...2, using: &generator),
            protocolType: Self.protocols.randomElement(using: &generator) ?? "HTTP",
            allowedRoutes: AllowedRoutes(namespaces: RouteNamespaces(position: position), position: position),
            position: position)
    }

    /// The specification read plainly: "a unique combination of Port, Protocol, and Hostname", HTTPS and TLS being one.
    private func areInTheWay(_ left: Listener, _ right: Listener) -> Bool {
        func transport(_ listener: Listener) -> String {
            listener.protocolType == "HTTPS" ? "TLS" : listener.protocolType
        }
        let (one, two) = (transport(left), transport(right))
        let isKnown = one != "example.com/other" && two != "example.com/other"
        guard isKnown, left.port == right.port, (one == "UDP") == (two == "UDP") else { return false }
        return one != two || one == "TCP" || one == "UDP" || left.hostname?.value == right.hostname?.value
    }
}
