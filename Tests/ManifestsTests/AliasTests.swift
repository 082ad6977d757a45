import GatewayAPI
import Manifests
import Testing

@Suite struct AliasTests {
    @Test func anAliasStandsForItsAnchor() throws {
        let node = try #require(parse("kind: X\na: &a {b: [1, 2]}\nc: *a\n").objects.first?.node)
        #expect(node["c"] == node["a"])
        #expect(node.at("c", "b")?.count == 2)
    }

    @Test func aMergeKeyAddsMembersAndLaterOnesWin() throws {
        let node = try #require(
            parse("kind: X\nbase: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\n  c: 4\n").objects.first?.node)
        let use = try #require(node["use"])
        #expect(use["a"]?.integer == 1)
        #expect(use["b"]?.integer == 3)
        #expect(use["c"]?.integer == 4)
        #expect(use.count == 3)
    }

    @Test func ofSeveralMergedMappingsTheFirstWins() throws {
        let node = try #require(
            parse("kind: X\na: &a {v: 1}\nb: &b {v: 2, w: 3}\nuse: {<<: [*a, *b]}\n").objects.first?.node)
        #expect(node.at("use", "v")?.integer == 1)
        #expect(node.at("use", "w")?.integer == 3)
    }

    @Test func changingWhatOneAliasStandsForLeavesTheOthers() throws {
        let node = try #require(parse("kind: X\na: &a {v: 1}\nb: *a\n").objects.first?.node)
        var arena = node.arena
        let b = try #require(node["b"])
        arena.setMember(of: b.index, "v", to: arena.addInteger(2, at: b.position))
        let changed = Node(arena, node.index)
        #expect(changed.at("a", "v")?.integer == 1)
        #expect(changed.at("b", "v")?.integer == 2)
        #expect(node.at("b", "v")?.integer == 1)
    }

    @Test func anAliasInsideOfItselfIsRefusedWithItsLine() {
        let input = parse("kind: A\n---\nkind: X\na: &a\n  b: *a\n---\nkind: B\n")
        #expect(input.diagnostics.map(\.code) == ["cyclic-alias"])
        #expect(place(input.diagnostics.first?.position) == "5:6")
        #expect(input.objects.map(\.kind) == ["A", "B"])
    }

    @Test func anAliasWithoutAnAnchorIsRefused() {
        let input = parse("kind: X\na: *nothing\n")
        #expect(input.diagnostics.map(\.code) == ["unknown-alias"])
        #expect(place(input.diagnostics.first?.position) == "2:4")
    }

    @Test func anAliasBombIsRefused() {
        var text = "kind: X\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        let input = parse(text)
        #expect(input.objects.isEmpty)
        #expect(input.diagnostics.map(\.code) == ["excessive-aliasing"])
    }

    @Test func aBombOfMergeKeysOrLongTextIsRefused() {
        let members = (0..<2000).map { "k\($0): 1" }.joined(separator: ", ")
        let merges = "kind: X\nbase: &b {\(members)}\nlist:\n" + String(repeating: "- {<<: *b}\n", count: 2000)
        #expect(parse(merges).diagnostics.map(\.code) == ["excessive-aliasing"])
        let long = String(repeating: "x", count: 100_000)
        let text = "kind: X\nlong: &l \(long)\nlist:\n" + String(repeating: "- *l\n", count: 2000)
        #expect(parse(text).diagnostics.map(\.code) == ["excessive-aliasing"])
    }

    @Test func aliasesStackedOnAliasesNestNoDeeperThanTexts() {
        let open = String(repeating: "[", count: 400)
        let close = String(repeating: "]", count: 400)
        var text = "kind: X\na0: &a0 x\n"
        for level in 1...50 { text += "a\(level): &a\(level) \(open)*a\(level - 1)\(close)\n" }
        let input = parse(text)
        #expect(input.objects.isEmpty)
        #expect(input.diagnostics.map(\.code) == ["nesting-too-deep"])
    }
}
