import GatewayAPI
import JSON
import Manifests
import Testing

@Suite struct JSONInputTests {
    @Test func jsonBecomesTheSameNodesAsYAML() throws {
        let json = try #require(
            parse(#"{"kind": "X", "a": [1, 1.5, true, null, "é\n", {"b": -3}]}"#).objects.first?.node)
        let yaml = try #require(parse("kind: X\na: [1, 1.5, true, null, \"é\\n\", {b: -3}]\n").objects.first?.node)
        #expect(json == yaml)
    }

    @Test func positionsAreThoseOfTheText() throws {
        let node = try #require(parse("{\n  \"kind\": \"X\",\n  \"a\": {\"b\": 1}\n}").objects.first?.node)
        #expect(place(node.position) == "1:1")
        #expect(place(node.at("a", "b")?.position) == "3:14")
        #expect(place(node["a"]?.members.first?.key.position) == "3:9")
    }

    @Test func whatLibyamlRefusesIsReadAsJSON() throws {
        let long = String(repeating: "k", count: 3000)
        let node = try #require(
            parse("{\"kind\": \"X\", \"e\": \"\\ud83d\\ude00\", \"\(long)\": 1}").objects.first?.node)
        #expect(node["e"]?.string == "😀")
        #expect(node[long]?.integer == 1)
    }

    @Test func severalValuesMayFollowEachOther() {
        #expect(parse("{\"kind\": \"A\"}\n{\"kind\": \"B\"}").objects.map(\.kind) == ["A", "B"])
    }

    @Test func flowStyleYAMLIsReadAsYAML() {
        #expect(parse("{kind: A, v: [1, 2,]}\n---\nkind: B\n").objects.map(\.kind) == ["A", "B"])
    }

    @Test func whatIsNeitherIsReportedOnce() {
        let input = parse("{\"kind\": \"A\",\n \"b\": }}")
        #expect(input.diagnostics.count == 1)
        #expect(input.diagnostics.first?.position?.line == 2)
    }

    @Test func aNodeIsWrittenWithKindsKeptAndAMemberReplaced() throws {
        let node = try #require(
            parse("kind: X\na: 0x50\nb: \"80\"\nc: 80.0\nd: yes\ne: [~, 1.5]\nstatus: {old: 1}\n").objects.first?.node)
        var writer = JSONWriter()
        node.write(to: &writer)
        #expect(
            writer.text
                == #"{"kind":"X","a":80,"b":"80","c":80,"d":true,"e":[null,1.5],"status":{"old":1}}"#)
        var replaced = JSONWriter()
        node.write(to: &replaced, replacing: "status") { $0.object { $0.member("new", true) } }
        #expect(replaced.text.hasSuffix(#""status":{"new":true}}"#))
        #expect(!replaced.text.contains("old"))
    }
}
