import Manifests
import Testing

@Suite struct ScalarResolutionTests {
    private func value(_ scalar: String) throws -> Node {
        let input = parse("kind: X\nvalue: \(scalar)\n")
        return try #require(input.objects.first?.node["value"])
    }

    @Test(arguments: ["on", "Yes", "y", "TRUE"]) func wordsOfYAML11AreTrue(_ scalar: String) throws {
        #expect(try value(scalar).boolean == true)
    }

    @Test(arguments: ["off", "No", "n", "false"]) func wordsOfYAML11AreFalse(_ scalar: String) throws {
        #expect(try value(scalar).boolean == false)
    }

    @Test(arguments: [
        "12:30", "08:00", "1.2.3", "2025-01-31", "10s", "0x", "+", "yess", "<<", "_1", "1e", "\"80\"", "'y'",
    ])
    func whatOnlyLooksLikeAnotherKindIsAString(_ scalar: String) throws {
        #expect(try value(scalar).kind == .string)
    }

    @Test(
        arguments: zip(
            [
                "80", "+80", "0x50", "0o120", "0120", "0b1010000", "8_0", "80.0", "8e1", "08", "8.",
                "-9223372036854775808",
            ],
            [80, 80, 80, 80, 80, 80, 80, 80, 80, 8, 8, Int64.min]))
    func numbersWithoutAFractionAreIntegers(_ scalar: String, _ expected: Int64) throws {
        #expect(try value(scalar).integer == expected)
    }

    @Test func numbersWithAFractionAreNoIntegers() throws {
        #expect(try value("0.5").double == 0.5)
        #expect(try value("0.5").integer == nil)
        #expect(try value("-.inf").double == -.infinity)
        #expect(try value("18446744073709551616").kind == .float)
        #expect(try value("18446744073709551615").kind == .integer)
        #expect(try value("18446744073709551615").integer == nil)
    }

    @Test(arguments: ["~", "null", ""]) func nothingIsNull(_ scalar: String) throws {
        #expect(try value(scalar).kind == .null)
    }

    @Test func tagsDecide() throws {
        #expect(try value("!!str 80").string == "80")
        #expect(try value("!!int \"80\"").integer == 80)
        #expect(try value("!!binary aGk=").string == "hi")
        #expect(try value("! y").string == "y")
    }

    @Test func aKeyThatIsABooleanOrANumberHasItsNameInJSON() throws {
        let node = try #require(parse("kind: X\non: 1\n0x10: 2\n1.5: 3\n").objects.first?.node)
        #expect(node.members.map(\.key.text) == ["kind", "true", "16", "1.5"])
    }
}
