import Analysis
import ControlPlane
import GatewayAPI
import Manifests
import Replay
import Routing
import Traffic
import Validation

/// A table that tests are about, with what they ask of it.
final class TestedCluster {
    let table: RoutingTable
    let addresses: [GatewayAddresses]
    /// The Gateways that there are, as `namespace/name`.
    private(set) var gateways: Set<String> = []
    /// The Services that there are, as `namespace/name`.
    private(set) var services: Set<String> = []
    private(set) lazy var space = DecisionSpace(table)
    private(set) var coverage: TableCoverage
    private var decider: RequestDecider

    init(_ table: RoutingTable, _ addresses: [GatewayAddresses]) {
        self.table = table
        self.addresses = addresses
        coverage = TableCoverage(table)
        decider = RequestDecider(table: table, addresses: addresses, takesAbsentHeadersAsNone: true)
    }

    convenience init(_ resources: ResourceSet, dialect: Dialect) {
        let controlPlane = ControlPlane(resources, dialect: dialect)
        self.init(
            controlPlane.table,
            controlPlane.gateways.map { gateway in
                GatewayAddresses(
                    gateway: "\(gateway.name.namespace ?? "")/\(gateway.name.name)",
                    addresses: gateway.addresses.map(\.value))
            })
        func key(_ metadata: ObjectMetadata) -> String { "\(metadata.namespace ?? "default")/\(metadata.name)" }
        gateways = Set(resources.gateways.map { key($0.metadata) })
        services = Set(resources.services.map { key($0.metadata) } + resources.serviceImports.map { key($0.metadata) })
    }

    /// A decision with the request as it is known.
    func decide(_ record: RequestRecord) -> (decided: DecidedRequest, request: Request) {
        (decider.decide(record, at: 0), decider.partialRequest(record).known)
    }

    /// Counts what a request of traffic uses.
    func countTraffic(_ used: [Int]) { coverage.countTraffic(used) }

    /// Decides the requests of a case, and lets them count for the coverage.
    func check(_ requests: [TestRequest], expected: [Claim], refused: [Claim]) -> [CheckFailure] {
        requests.compactMap { test in
            let (decided, request) = decide(test.record)
            coverage.countTest(decided, request)
            let findings = ClaimCheck(decided, table, request).findings(always: expected, never: refused)
            return findings.isEmpty ? nil : CheckFailure(request: test, findings: findings)
        }
    }
}
