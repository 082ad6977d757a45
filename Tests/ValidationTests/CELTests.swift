import GatewayAPI
import Manifests
import TestSupport
import Testing

@testable import Validation

/// An object that rules are evaluated over, and what its schema says.
private let sample = """
    apiVersion: v1
    kind: Sample
    name: shop
    empty: ""
    accent: "é日"
    count: 3
    ratio: 2
    enabled: true
    when: "2025-03-01T10:00:00Z"
    any: 5
    tags: [a, b, a]
    items: [{name: x, port: 1}, {name: z}]
    labels: {app.io/name: cart, "a-b": c}
    namespace: web
    """

private let sampleSchema = """
    type Item = object
      name!: string
      port: integer
    type Labels = map of string
    kind Sample of example.com in v1
      name: string
      empty: string
      accent: string
      count: integer
      ratio: number
      enabled: boolean
      tags: [string]
      items: [Item]
      labels: Labels
      namespace: string
      absent: string
    """

@Suite struct CELTests {
    /// The value of an expression in the words of CEL, `error: …`, or `none: …` where it is no rule.
    private func value(_ expression: String) throws -> String {
        let node = try #require(ManifestParser.parse(Array(sample.utf8), file: "a.yaml").objects.first).node
        var sample = try SchemaText(sampleSchema, .standard)
        let schema = try #require(try sample.kinds().first?.versions.first).schema
        let program: CELProgram
        do throws(CELError) {
            program = try CELParser.parse(expression)
        } catch {
            return "none: \(error.message)"
        }
        let evaluator = CELEvaluator(node.arena)
        return self.text(evaluator.evaluate(program, node.index, schema), evaluator)
    }

    private func text(_ value: CELValue, _ evaluator: CELEvaluator) -> String {
        switch value {
        case .bool(let value): return String(value)
        case .int(let value): return String(value)
        case .uint(let value): return "\(value)u"
        case .double(let value): return String(value)
        case .null: return "null"
        case .error: return "error: \(evaluator.problem)"
        case .duration(let value): return CELDuration.text(value)
        case .optional(let inner): return inner.map { "optional \(text($0, evaluator))" } ?? "optional none"
        case .type(let name): return name
        default: break
        }
        if let text = evaluator.text(value) { return "'\(text)'" }
        if let items = evaluator.elements(value) {
            return "[\(items.map { text($0, evaluator) }.joined(separator: ", "))]"
        }
        return "a map"
    }

    @Test(
        arguments: [
            ("1 + 2 * 3 - 4 / 2 % 3", "5"), ("-7 / 2", "-3"), ("-7 % 2", "-1"), ("2 - 1 - 1", "0"),
            ("1.5 + 1.5", "3.0"),
            ("9223372036854775807 + 1", "error: a number does not fit 64 bits"), ("1 / 0", "error: a division by zero"),
            ("-9223372036854775808", "-9223372036854775808"), ("0x10", "16"), ("3u - 1u", "2u"), ("1 == 1.0", "true"),
            ("1u == 1", "true"), ("2 > 1.5", "true"), ("'a' < 'b'", "true"), ("'1' == 1", "false"),
            ("!true || !false", "true"), ("true && false", "false"), ("true ? 1 : 2", "1"), ("1 in [1, 2]", "true"),
            ("'a' in {'a': 1}", "true"), ("{'a': 1}['a']", "1"), ("{'a': 1}.a", "1"), ("[1, 2][1]", "2"),
            ("[1][1]", "error: there is no element 1"), ("[1] + [2]", "[1, 2]"), ("'a' + 'b'", "'ab'"),
            (#"'\n' == "\u000a""#, "true"), (#"r'\n'.size()"#, "2"), ("'''a'b'''", "'a'b'"), ("b'a' == b'a'", "true"),
        ])
    func operatorsAndLiterals(_ expression: String, _ expected: String) throws {
        #expect(try value(expression) == expected)
    }

    @Test(
        arguments: [
            ("self.name", "'shop'"), ("self.count + 1", "4"), ("self.ratio", "2.0"), ("self.enabled", "true"),
            ("has(self.absent)", "false"), ("self.absent", "error: there is no absent"),
            ("self.__namespace__", "'web'"),
            ("has(self.items[1].port)", "false"), ("self.items[1].port == 1", "error: there is no port"),
            ("size(self.tags)", "3"), ("self.accent.size()", "2"), ("'b' in self.tags", "true"),
            ("self.labels['app.io/name']", "'cart'"), ("'a-b' in self.labels", "true"),
            ("self.labels.all(k, k.size() > 2)", "true"), ("self.?absent.orValue('x')", "'x'"),
            ("self.?name.hasValue()", "true"), ("self.tags == ['a', 'b', 'a']", "true"), ("self.kind", "'Sample'"),
        ])
    func fieldsOfAnObject(_ expression: String, _ expected: String) throws {
        #expect(try value(expression) == expected)
    }

    /// An error is passed over where the rest decides, as CEL has it.
    @Test(
        arguments: [
            ("has(self.absent) && self.absent == 'x'", "false"), ("self.absent == 'x' && false", "false"),
            ("self.absent == 'x' || true", "true"), ("self.absent == 'x' || false", "error: there is no absent"),
            ("self.items.exists(i, i.port == 1)", "true"),
            ("self.items.exists(i, i.port == 2)", "error: there is no port"),
            ("self.items.all(i, i.port == 2)", "false"), ("self.items.all(i, i.port == 1)", "error: there is no port"),
            ("self.items.exists_one(i, i.port == 1)", "error: there is no port"),
            ("self.items.filter(i, i.port == 1).size()", "error: there is no port"),
            ("true ? 1 : self.absent", "1"),
        ])
    func errorsAreAbsorbedWhereTheRestDecides(_ expression: String, _ expected: String) throws {
        #expect(try value(expression) == expected)
    }

    @Test(
        arguments: [
            ("self.tags.all(t, t in ['a', 'b'])", "true"), ("self.tags.exists_one(t, t == 'b')", "true"),
            ("self.tags.exists_one(t, t == 'a')", "false"), ("self.tags.filter(t, t == 'a').size()", "2"),
            ("self.items.map(i, i.name)", "['x', 'z']"), ("self.items.map(i, has(i.port), i.port)", "[1]"),
            ("[].all(x, false)", "true"), ("[].exists(x, true)", "false"),
            ("[[1], []].all(l, l.all(x, x == 1))", "true"),
            ("'a.b'.split('.')", "['a', 'b']"), ("'a.b.c'.split('.', 2)", "['a', 'b.c']"),
            ("'abc'.substring(1)", "'bc'"),
            ("'abc'.substring(1, 2)", "'b'"), ("'abc'.substring(4)", "error: substring() beyond the end of a string"),
            ("'abc'.startsWith('ab') && 'abc'.endsWith('c') && 'abc'.contains('b')", "true"),
            ("'abc'.matches('^a.c$')", "true"), ("'xabcx'.matches('abc')", "true"), ("'a\\n'.matches('^a$')", "false"),
            ("'Ab'.lowerAscii() + 'Ab'.upperAscii()", "'abAB'"), ("' a '.trim()", "'a'"),
            ("'aaa'.replace('a', 'b', 2)", "'bba'"),
            ("'hello'.indexOf('l')", "2"), ("'hello'.lastIndexOf('l')", "3"), ("'hello'.charAt(1)", "'e'"),
            ("['a', 'b'].join('-')", "'a-b'"), ("[3, 1].min()", "1"), ("[1, 2].sum()", "3"),
            ("[1, 2].isSorted()", "true"),
            ("duration('1h') > duration('59m')", "true"), ("duration('0.00013s') == duration('130us')", "true"),
            ("duration('1m30s')", "90s"),
            ("duration('x')", "error: \"x\" cannot be read by duration()"),
            ("isIP('10.0.0.1') && isIP('::1') && !isIP('10.0.0.01') && !isIP('a')", "true"),
            ("isCIDR('10.0.0.0/8') && cidr('10.0.0.0/8').containsIP('10.1.1.1')", "true"),
            ("ip('::1').family()", "6"), ("format.dns1123Label().validate('ok').hasValue()", "false"),
            ("format.dns1123Label().validate('No').hasValue()", "true"),
            ("format.dns1123Label().validate('ok') == null", "false"),
            ("int('12') + int(1.9)", "13"), ("string(3) + string(true)", "'3true'"), ("type(1) == int", "true"),
            ("timestamp('2025-03-01T10:00:00Z').getFullYear()", "2025"),
            ("timestamp('2025-03-01T10:00:00Z').getDayOfYear()", "59"),
            ("timestamp('2025-03-01T10:00:00Z').getDayOfWeek()", "6"), ("sets.contains([1, 2], [1])", "true"),
            ("optional.none().orValue(1)", "1"),
        ])
    func macrosAndFunctions(_ expression: String, _ expected: String) throws {
        #expect(try value(expression) == expected)
    }

    @Test(
        arguments: [
            "quantity('1Gi')", "self.name.unknown()", "size(1, 2)", "other.name", "self.all(i, v, true)",
            "format.nope()",
            "1 +", "(1", "has(self)", "self.name.matches('(')", "'a", "1 1", "99999999999999999999",
        ])
    func whatWeirDoesNotEvaluateIsNoRule(_ expression: String) throws {
        #expect(try value(expression).hasPrefix("none: "))
    }

    @Test func aRuleThatTakesTooLongEnds() throws {
        let range = "[1,2,3,4,5,6,7,8,9,10]"
        let loops = (0..<7).map { "\(range).all(v\($0), " }.joined() + "true" + String(repeating: ")", count: 7)
        #expect(try value(loops) == "error: it takes more steps than the API server allows")
        #expect(try value(String(repeating: "(", count: 5000)).hasPrefix("none: "))
        #expect(try value(String(repeating: "1+", count: 5000) + "1").hasPrefix("none: "))
    }

    @Test func noTextTrapsOrHangsTheParserOrTheEvaluator() throws {
        let seeds = [
            "self.all(p1, self.exists_one(p2, p1.group == p2.group && (!has(p1.port) || p1.port == 0)))",
            #"self.tags.filter(t, t.matches(r"^a[b]*$")).size() <= 1 ? {'a': [1, 2.5e3, 0x1f, 3u]}['a'][0] : -9223372036854775808"#,
            "duration(self.name) > duration('1h30m') || timestamp('2025-03-01T10:00:00Z').getHours() % 3 == 1",
            "isIP('::ffff:1.2.3.4') && '日本'.substring(1, 2).split('', 3).join('-').replace('', 'x', 9) in self.labels",
        ]
        let telling = Array("()[]{}.,:?!&|=<>+-*/%'\"`0123456789abcself \n".utf8)
        for (number, seed) in seeds.enumerated() {
            var generator = SeededGenerator(seed: UInt64(number))
            for _ in 0..<400 {
                let bytes = generator.mutate(Array(seed.utf8), telling: telling)
                _ = try value(String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
