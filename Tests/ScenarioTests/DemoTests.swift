import Foundation
import Scenario
import Testing

@Suite("The demo")
struct DemoTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    @Test("All expectations of the storefront's canary hold")
    func holds() throws {
        let result = try CompiledScenario(path: Self.root.appending(path: "scenarios/storefront-canary").path).run()
        #expect(result.isMet, "\(result.expectations.filter { !$0.isMet })")
        #expect(result.expectations.count > 10)
    }

    @Test("With other weights in the second step, table and measurement both say so")
    func failsWithOtherWeights() throws {
        let source = Self.root.appending(path: "scenarios/storefront-canary")
        let folder = try TemporaryFolder()
        let scenarios = folder.url.appending(path: "scenarios")
        try FileManager.default.createDirectory(at: scenarios, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: source, to: scenarios.appending(path: "canary"))
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "traces"), withDestinationURL: Self.root.appending(path: "traces"))
        let step = scenarios.appending(path: "canary/canary-50.yaml")
        let text = try String(contentsOf: step, encoding: .utf8)
        let changed = text.replacing("weight: 50", with: "weight: 80", maxReplacements: 1)
        try Data(changed.utf8).write(to: step)
        let result = try CompiledScenario(path: scenarios.appending(path: "canary").path).run()
        let failed = result.expectations.filter { !$0.isMet }
        #expect(failed.contains { $0.observed.contains("61.54 % to store/cart-v1, 38.46 % to store/cart-v2") })
        #expect(failed.contains { $0.expected.hasPrefix("share of store/cart-v2 in route store/cart since 2m") })
    }
}
