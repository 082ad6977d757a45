import ControlPlane
import GatewayAPI
import Manifests
import Replay
import Routing
import Testbed
import Validation

/// The cluster as it stands from a moment on.
struct ClusterVersion: Sendable {
    /// From when on, in nanoseconds; the first from the start.
    var time: Int64
    /// What is in the cluster.
    var resources: ResourceSet
    /// What its gateways route by.
    var table: RoutingTable
    /// Where its Gateways are reached.
    var addresses: [GatewayAddresses]
}

/// What a Gateway does where a route leaves it open.
struct GatewayDefaults: Sendable {
    /// In nanoseconds.
    var requestTimeout: Int64?
    /// In nanoseconds.
    var backendRequestTimeout: Int64?
    var retry: Treatment.RetryPolicy?
    var splitsInTurn = false
    /// The retries of routes that ask for some and do not say how many; nil for one.
    var retriesUnsaid: Int?

    /// A treatment with what it leaves open.
    func complete(_ treatment: Treatment) -> Treatment {
        guard treatment.action == .forward else { return treatment }
        var treatment = treatment
        treatment.requestTimeout = treatment.requestTimeout ?? requestTimeout
        treatment.backendRequestTimeout = treatment.backendRequestTimeout ?? backendRequestTimeout
        treatment.retry = treatment.retry ?? retry
        treatment.splitsInTurn = splitsInTurn && treatment.branches.count > 1
        return treatment
    }
}

/// What the cluster is at each time of a run: every `apply` and `delete` compiled before the run begins.
struct Timetable: Sendable {
    /// In the order of time; of several at one time the last counts.
    private(set) var versions: [ClusterVersion] = []
    /// What is to be said about the manifests.
    private(set) var diagnostics: [Diagnostic] = []
    /// Kinds of objects that play no part, each with how many of them there are, in the order in which they first came.
    private(set) var unusedKinds: [(kind: String, count: Int)] = []
    /// What Gateways do for routes that do not say, by `namespace/name`.
    let defaults: [String: GatewayDefaults]
    private let dialect: Dialect
    /// What was said already: an object that stays is not complained of again after every event.
    private var said: Set<Diagnostic> = []

    /// Reads the manifests of a scenario and of its events. Where one cannot be read or would be refused by the API server
    /// there is an error among the diagnostics: such a run is not the one that was meant, and is not made.
    init(_ scenario: ScenarioFile, dialect: Dialect) {
        self.dialect = dialect
        var defaults: [String: GatewayDefaults] = [:]
        for entry in scenario.gateways {
            defaults[entry.gateway.value.description] = GatewayDefaults(
                requestTimeout: entry.requestTimeout, backendRequestTimeout: entry.backendRequestTimeout,
                retry: entry.retry, splitsInTurn: entry.splitsInTurn, retriesUnsaid: entry.retriesUnsaid)
        }
        self.defaults = defaults
        var inventory = Validation.validate(read(scenario.manifests, scenario))
        reconcile(inventory, at: 0)
        let steps = scenario.events.enumerated().sorted { one, two in
            (one.element.time, one.offset) < (two.element.time, two.offset)
        }
        for (_, event) in steps {
            switch event.change {
            case .apply(let paths): inventory.apply(read(paths, scenario).objects)
            case .delete(let paths): note(inventory.delete(read(paths, scenario).objects))
            case .fail, .slow, .scale, .rollout, .fault: continue
            }
            reconcile(inventory, at: event.time)
        }
    }

    /// The number of the version that is in force at a time; nil asks for the time before any event.
    func version(at time: Int64?) -> Int {
        guard let time else { return 0 }
        return versions.indices.dropFirst().last { versions[$0].time <= time } ?? 0
    }

    /// The objects of files and folders; what cannot be read is reported where the scenario names it.
    private mutating func read(_ paths: [Located<String>], _ scenario: ScenarioFile) -> ManifestInput {
        var input = ManifestInput()
        for path in paths where !path.value.isEmpty {
            do throws(ManifestLoadError) {
                var found = try ManifestLoader.load([scenario.resolve(path.value)])
                // Scenarios and tests may stand beside the manifests.
                found.objects.removeAll { $0.apiVersion.hasPrefix("weir.dev/") }
                if found.objects.isEmpty, !found.hasErrors {
                    let message = "there is no manifest in \(Excerpt.of(path.value))"
                    note([Diagnostic(.warning, code: "no-manifests", message, position: path.position)])
                }
                input.append(found)
            } catch {
                note([Diagnostic(.error, code: "unreadable-file", error.description, position: path.position)])
            }
        }
        note(input.diagnostics)
        return input
    }

    private mutating func reconcile(_ inventory: Inventory, at time: Int64) {
        note(inventory.diagnostics)
        unusedKinds = inventory.unusedKinds.map { ($0.kind, $0.count) }
        let resources = ResourceSet(inventory)
        let controlPlane = ControlPlane(resources, dialect: dialect)
        note(controlPlane.findings)
        versions.append(
            ClusterVersion(
                time: time, resources: resources, table: controlPlane.table,
                addresses: controlPlane.gateways.map { status in
                    GatewayAddresses(
                        gateway: "\(status.name.namespace ?? "")/\(status.name.name)",
                        addresses: status.addresses.map(\.value))
                }))
    }

    private mutating func note(_ found: [Diagnostic]) {
        for diagnostic in found where said.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }
}
