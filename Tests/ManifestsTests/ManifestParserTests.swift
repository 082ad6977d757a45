import GatewayAPI
import Manifests
import Testing

/// Reads a text as the file `a.yaml`.
func parse(_ text: String) -> ManifestInput { ManifestParser.parse(Array(text.utf8), file: "a.yaml") }

/// `line:column` of a position.
func place(_ position: SourcePosition?) -> String { position.map { "\($0.line):\($0.column)" } ?? "nowhere" }

@Suite struct ManifestParserTests {
    @Test func everyNodeKnowsItsLineAndColumn() throws {
        let input = parse("# head\nkind: Service\nmetadata:\n  name: \"a\"\nspec:\n  ports:\n  - port: 80\n")
        let node = try #require(input.objects.first?.node)
        #expect(place(node.position) == "2:1")
        #expect(place(node.at("metadata", "name")?.position) == "4:9")
        let ports = try #require(node.at("spec", "ports"))
        #expect(place(ports[0]["port"]?.position) == "7:11")
        #expect(place(ports[0].members.first?.key.position) == "7:5")
    }

    @Test func columnsCountBytesBehindOtherScripts() throws {
        let node = try #require(parse("kind: X\nä: {ö: 1, x: 2}\n").objects.first?.node)
        #expect(place(node.at("ä", "x")?.position) == "2:16")
    }

    @Test func aStreamHoldsManyDocumentsAndEmptyOnesAreNothing() {
        let input = parse("---\n---\nkind: A\n---\n# nothing\n---\nkind: B\n...\n")
        #expect(input.objects.map(\.kind) == ["A", "B"])
        #expect(input.diagnostics.isEmpty)
    }

    @Test func listsAreUnrolledWithPositionsKept() {
        let input = parse(
            """
            apiVersion: v1
            kind: List
            items:
            - kind: A
              metadata: {name: one}
            - kind: List
              items:
              - {kind: B, metadata: {name: two}}
            """)
        #expect(input.objects.map(\.name) == ["one", "two"])
        #expect(input.objects.map { place($0.position) } == ["4:3", "8:5"])
    }

    @Test func theItemsOfATypedListTakeItsKind() throws {
        let input = parse("apiVersion: g/v1\nkind: HTTPRouteList\nitems:\n- metadata: {name: a}\n")
        let object = try #require(input.objects.first)
        #expect(object.kind == "HTTPRoute")
        #expect(object.apiVersion == "g/v1")
    }
}
