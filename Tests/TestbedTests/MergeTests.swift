import Testing

@testable import Testbed

@Suite struct MergeTests {
    private func measured(_ names: [String], requests: UInt64) -> Measurements {
        var result = Measurements()
        for name in names {
            let rule = RuleIdentity(namespace: "store", name: name, rule: 0, ruleName: nil, key: "/")
            result.lines.append(LineMeasurements(identity: .rule(rule), requests: requests))
            let backend = BackendIdentity(namespace: "store", name: name)
            var station = StationMeasurements()
            station.requests = requests
            result.backends.append(BackendMeasurements(backend: backend, isModelled: true, station: station))
        }
        return result
    }

    @Test("Lines and backends find each other in whatever order they come, and new ones are added once")
    func order() {
        for names in [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a", "d"], ["d"], []] {
            var sum = measured(["a", "b", "c"], requests: 1)
            sum.merge(measured(names, requests: 10))
            sum.merge(measured(names, requests: 100))
            for name in Set(names + ["a", "b", "c"]) {
                let expected: UInt64 = (["a", "b", "c"].contains(name) ? 1 : 0) + (names.contains(name) ? 110 : 0)
                let lines = sum.lines.filter { line in
                    if case .rule(let rule) = line.identity { rule.name == name } else { false }
                }
                #expect(lines.map(\.requests) == [expected])
                #expect(sum.backends.filter { $0.backend.name == name }.map(\.station.requests) == [expected])
            }
        }
    }
}
