import ControlPlane
public import GatewayAPI
import Manifests
import Replay
public import Routing
import Scenario
import Validation

/// Tests with the manifests that they are about, ready to run.
public final class TestSuite {
    private struct ClusterKey: Hashable {
        var manifests: [String]
        var dialect: String
    }

    /// What is odd about the files, and no reason not to run.
    public private(set) var warnings: [Diagnostic] = []
    /// Every file and folder that the results hang on.
    public private(set) var files: [String]
    private var tests: [(test: RoutingTest, cluster: TestedCluster)] = []
    private var scenarios: [(scenario: ScenarioRequests, clusters: [TestedCluster])] = []
    private var clusters: [TestedCluster] = []
    private var known: [ClusterKey: TestedCluster] = [:]
    private var errors: [Diagnostic] = []

    /// Reads tests and their manifests. Everything that is wrong with them is collected.
    ///
    /// - Parameters:
    ///   - paths: files and folders of routing tests and scenarios; other objects in them are passed over.
    ///   - manifests: stand in for those that the routing tests name.
    ///   - dialect: stands in for what the routing tests say.
    public init(_ paths: [String], manifests: [String] = [], dialect: Dialect? = nil) throws(InvalidTests) {
        let found = TestFiles(paths)
        files = found.files + manifests
        errors = found.diagnostics.filter { $0.severity == .error }
        warnings = found.diagnostics.filter { $0.severity == .warning }
        for test in found.tests {
            let paths = manifests.isEmpty ? test.manifestPaths : manifests
            if let cluster = cluster(paths, dialect ?? test.dialect ?? .specification, at: test.position) {
                errors += test.unknownDestinations(in: cluster)
                tests.append((test, cluster))
                warnings += test.namesOfNothing(cluster.table) + test.openRanks(cluster.table)
            }
        }
        for path in found.scenarios { read(scenario: path, dialect ?? .specification) }
        if errors.isEmpty, tests.isEmpty, !scenarios.contains(where: { $0.scenario.hasRequests }) {
            let names = scenarios.map(\.scenario.file.file).joined(separator: ", ")
            errors.append(
                Diagnostic(
                    .error, code: "no-expectation", "\(names): nothing is expected of a request",
                    hint: "expectations of metrics are those of weir run"))
        }
        guard errors.isEmpty else { throw InvalidTests(diagnostics: warnings + errors) }
    }

    private func cluster(_ paths: [String], _ dialect: Dialect, at position: SourcePosition) -> TestedCluster? {
        let key = ClusterKey(manifests: paths, dialect: dialect.name)
        if let known = known[key] { return known }
        var input: ManifestInput
        do throws(ManifestLoadError) {
            input = try ManifestLoader.load(paths)
        } catch {
            errors.append(Diagnostic(.error, code: "unreadable-file", error.description, position: position))
            return nil
        }
        files += paths + input.files
        // Tests and scenarios may stand beside the manifests.
        input.objects.removeAll { $0.apiVersion.hasPrefix("weir.dev/") }
        let inventory = Validation.validate(input)
        guard !inventory.hasErrors else {
            errors += inventory.diagnostics.filter { $0.severity == .error && !errors.contains($0) }
            return nil
        }
        guard !input.objects.isEmpty else {
            errors.append(
                Diagnostic(
                    .error, code: "no-manifests", "\(paths.joined(separator: ", ")): there is no manifest in it",
                    position: position))
            return nil
        }
        let cluster = TestedCluster(ResourceSet(inventory), dialect: dialect)
        known[key] = cluster
        clusters.append(cluster)
        return cluster
    }

    private func read(scenario path: String, _ dialect: Dialect) {
        do throws(InvalidScenario) {
            let scenario = try ScenarioRequests(path: path, dialect: dialect)
            files += scenario.paths
            warnings += scenario.warnings
            let own = scenario.versions.map { TestedCluster($0.table, $0.addresses) }
            scenarios.append((scenario, own))
            if scenario.hasRequests {
                clusters += own
            } else {
                warnings.append(
                    Diagnostic(
                        .warning, code: "no-expectation",
                        "the scenario expects nothing of requests: nothing of it is tested here",
                        hint: "expectations of metrics are those of weir run",
                        position: SourcePosition(file: path, line: 1, column: 1)))
            }
        } catch {
            errors += error.diagnostics.filter { $0.severity == .error }
        }
    }

    /// Decides everything that is expected, in the order of the files.
    public func run() -> [CheckResult] {
        tests.flatMap { run($0.test, $0.cluster) } + scenarios.flatMap { run($0.scenario, $0.clusters) }
    }

    private func run(_ test: RoutingTest, _ cluster: TestedCluster) -> [CheckResult] {
        test.cases.map { entry in
            CheckResult(
                test: test.name, name: entry.name, kind: .requests, position: entry.position,
                requests: entry.requests.count,
                failures: cluster.check(entry.requests, expected: entry.expected, refused: entry.refused))
        } + test.invariants.map { InvariantCheck.run($0, of: test.name, cluster) }
    }

    private func run(_ scenario: ScenarioRequests, _ clusters: [TestedCluster]) -> [CheckResult] {
        scenario.file.expectations.compactMap { entry in
            guard case .request(let expectation) = entry.subject else { return nil }
            let cluster = clusters[scenario.version(at: expectation.time)]
            let at = expectation.time.map { " at \(QuantityText.exact($0))" } ?? ""
            let failures = cluster.check([expectation.test], expected: expectation.claims, refused: [])
            return CheckResult(
                test: scenario.file.name, name: expectation.request.description + at, kind: .expectation,
                position: entry.position, requests: 1, failures: failures)
        }
    }

    /// A counter of what traffic uses of the tables, to be handed to ``coverage(traffic:)``.
    ///
    /// - Parameter gateway: `namespace/name` for records that do not tell.
    public func trafficCount(gateway: String? = nil) -> TrafficCount {
        TrafficCount(clusters, defaultGateway: gateway)
    }

    /// How much of the manifests was used since the tests were read: by what was run, and by the traffic that was counted.
    public func coverage(traffic: TrafficCount? = nil) -> TestCoverage { TestCoverage(clusters, traffic: traffic) }

    /// What says that the tests use a part of the manifests at least: a check of its own beside those of the files.
    ///
    /// - Parameter share: 0 to 1.
    public static func check(_ coverage: TestCoverage, isAtLeast share: Double) -> CheckResult {
        let percent = { (share: Double) in QuantityText.percent(share) }
        let finding = CheckFinding(
            key: "coverage", expected: "at least \(percent(share))", actual: percent(coverage.share))
        return CheckResult(
            test: "coverage", name: "the tests cover at least \(percent(share))", kind: .coverage, requests: 0,
            failures: coverage.share >= share ? [] : [CheckFailure(findings: [finding])])
    }
}
