import GatewayAPI
import Manifests
import Testing

@Suite struct BrokenTextTests {
    @Test func aSyntaxErrorNamesItsPlaceAndTheOtherDocumentsAreKept() {
        let input = parse("kind: A\n---\nkind: [B\n---\nkind: C\n")
        #expect(input.objects.map(\.kind) == ["A", "C"])
        #expect(input.diagnostics.count == 1)
        #expect(input.diagnostics.first?.code == "parse-error")
        #expect(input.diagnostics.first?.position?.line == 4)
    }

    @Test func aTabInTheIndentationIsAnErrorAtItsLine() {
        let input = parse("kind: A\nspec:\n\tx: 1\n")
        #expect(input.objects.isEmpty)
        #expect(place(input.diagnostics.first?.position) == "3:1")
    }

    @Test func aNULByteIsAnErrorAndTheOtherDocumentsAreKept() {
        let input = parse("kind: A\n---\nkind: B\nx: \"\0\"\n---\nkind: C\n")
        #expect(input.objects.map(\.kind) == ["A", "C"])
        #expect(input.diagnostics.map(\.message) == ["a NUL byte is not allowed"])
        #expect(place(input.diagnostics.first?.position) == "4:5")
    }

    @Test func bytesThatAreNoUTF8AreAnError() {
        let input = ManifestParser.parse(Array("kind: A\nx: ".utf8) + [0xFF, 0x0A], file: "a.yaml")
        #expect(input.objects.isEmpty)
        #expect(input.diagnostics.map(\.message) == ["the byte 0xff is no UTF-8"])
        #expect(place(input.diagnostics.first?.position) == "2:4")
    }

    @Test func byteOrderMarksAndUTF16AreRead() {
        let text = "kind: Ä\n"
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 {
            little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        }
        for bytes in [Array("\u{FEFF}\(text)".utf8), little, big] {
            #expect(ManifestParser.parse(bytes, file: "a.yaml").objects.map(\.kind) == ["Ä"])
        }
        #expect(ManifestParser.parse([0xFF, 0xFE, 0x00], file: "a.yaml").diagnostics.map(\.code) == ["parse-error"])
    }

    @Test func aMemberGivenTwiceIsAWarningAndTheLastOneStands() throws {
        let input = parse("kind: X\na: 1\na: 2\n")
        #expect(input.diagnostics.map(\.code) == ["duplicate-key"])
        #expect(input.diagnostics.first?.severity == .warning)
        #expect(place(input.diagnostics.first?.position) == "3:1")
        #expect(try #require(input.objects.first).node["a"]?.integer == 2)
        let many = "kind: X\n" + (0..<30).map { "k\($0 % 20): \($0)\n" }.joined()
        #expect(parse(many).diagnostics.count == 10)
        #expect(parse(many).objects.first?.node.count == 21)
    }

    @Test func nestingIsBounded() {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let text = "kind: X\nv: " + String(repeating: open, count: 5000) + String(repeating: close, count: 5000)
            #expect(parse(text).diagnostics.first?.severity == .error)
            #expect(parse(text).objects.isEmpty)
        }
        let json = String(repeating: "{\"a\":", count: 5000)
        #expect(parse(json).diagnostics.count == 1)
    }

    @Test func aDocumentThatIsNoObjectIsAnError() {
        #expect(parse("just text\n").diagnostics.map(\.code) == ["not-an-object"])
        #expect(parse("- kind: X\n").diagnostics.map(\.code) == ["not-an-object"])
        #expect(parse("? [a]\n: b\n").diagnostics.map(\.code) == ["unsupported-key"])
    }

    @Test func anEmptyFileHoldsNothing() {
        for text in ["", "\n\n", "# only a comment\n", "---\n", "\u{FEFF}"] {
            #expect(parse(text).objects.isEmpty)
            #expect(parse(text).diagnostics.isEmpty)
        }
    }

    @Test(arguments: ["---\n[a\n", "---\n\0\n"]) func aFileOfRubbishIsGivenUpAloud(_ document: String) {
        let input = parse(String(repeating: document, count: 1000))
        #expect(input.diagnostics.count == 100)
        #expect(input.diagnostics.last?.message.hasSuffix("; the rest of the file is not read") == true)
    }
}
