import GatewayAPI
import Manifests
import Testing

@testable import Validation

/// A definition of the kind `Sample` of `example.com`, with this schema of `spec`, in front of a Sample with this `spec`.
private func check(_ schema: String, _ spec: String, status: Bool = true) -> Inventory {
    let indented = schema.split(separator: "\n").map { "                \($0)\n" }.joined()
    return validate(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: samples.example.com}
        spec:
          group: example.com
          names: {kind: Sample, plural: samples}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            \(status ? "subresources: {status: {}}" : "additionalPrinterColumns: []")
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
        \(indented.split(separator: "\n").map { "          \($0)\n" }.joined())
        ---
        apiVersion: example.com/v1
        kind: Sample
        metadata: {name: a}
        spec: \(spec)
        """)
}

/// What is wrong with the Sample, as `code path`.
private func wrong(_ schema: String, _ spec: String) -> [String] {
    check(schema, spec).diagnostics.map { "\($0.code) \($0.path ?? "")" }
}

@Suite struct DefinitionTests {
    @Test(
        arguments: [
            ("{type: string}", "text", []), ("{type: string}", "5", ["wrong-type spec"]),
            ("{type: integer}", "80.0", []), ("{type: integer}", "1.5", ["wrong-type spec"]),
            ("{type: number}", "3", []), ("{type: boolean}", "yes", []),
            ("{type: boolean}", "'yes'", ["wrong-type spec"]),
            ("{type: integer, format: int32}", "3000000000", ["out-of-range spec"]),
            ("{type: integer, minimum: 1, exclusiveMinimum: true}", "1", ["out-of-range spec"]),
            ("{type: number, multipleOf: 0.5}", "1.25", ["out-of-range spec"]),
            ("{type: string, maxLength: 2}", "日本", []), ("{type: string, maxLength: 1}", "日本", ["invalid-length spec"]),
            ("{type: string, pattern: 'b'}", "abc", []),
            ("{type: string, pattern: '^b'}", "abc", ["invalid-format spec"]),
            ("{type: string, enum: [a, b]}", "c", ["unsupported-value spec"]),
            ("{type: integer, enum: [1]}", "1.0", []),
            ("{type: string, nullable: true}", "null", []), ("{type: string}", "null", []),
            ("{x-kubernetes-int-or-string: true}", "5", []), ("{x-kubernetes-int-or-string: true}", "5%", []),
            ("{x-kubernetes-int-or-string: true}", "1.5", ["wrong-type spec"]),
            ("{type: array, items: {type: string}}", "[a, null]", ["wrong-type spec[1]"]),
            (
                "{type: array, items: {type: string}, x-kubernetes-list-type: set}", "[a, b, a]",
                ["duplicate-item spec[2]"]
            ),
            ("{type: array, maxItems: 1, items: {type: string}}", "[a, b]", ["item-count spec"]),
            ("{type: object, additionalProperties: {type: string}}", "{a: b, c: 5}", ["wrong-type spec.c"]),
            (
                "{type: object, maxProperties: 1, additionalProperties: {type: string}}", "{a: b, c: d}",
                ["item-count spec"]
            ),
            ("{type: object, additionalProperties: {type: string}}", "{a: null}", []),
            ("{type: object, properties: {a: {type: string}}}", "{b: c}", ["unknown-field spec.b"]),
            ("{type: object, properties: {a: {type: string}}}", "{b: c, a: 5}", ["unknown-field spec.b"]),
            ("{type: object, x-kubernetes-preserve-unknown-fields: true}", "{b: {c: [d]}}", []),
            ("{type: object, properties: {a: {type: string}}, required: [a]}", "{}", ["missing-field spec.a"]),
            ("{type: object, properties: {a: {type: string}}, required: [a]}", "{a: null}", ["missing-field spec.a"]),
            ("{type: string, not: {enum: [x]}}", "x", ["no-alternative spec"]),
            ("{type: string, allOf: [{minLength: 2}, {maxLength: 3}]}", "a", ["invalid-length spec"]),
            ("{type: string, anyOf: [{format: ipv4}, {format: ipv6}]}", "'::1'", []),
        ] as [(String, String, [String])])
    func aSchemaSaysWhatIsRight(_ schema: String, _ spec: String, _ expected: [String]) {
        #expect(wrong(schema, spec) == expected)
    }

    @Test(
        arguments: [
            ("ipv4", "10.0.0.1", "10.0.0"), ("ipv6", "::1", "1.1.1.1"), ("cidr", "10.0.0.0/8", "10.0.0.0"),
            ("date", "2025-01-31", "2025-02-30"), ("date-time", "2025-01-31T10:00:00Z", "2025-01-31"),
            ("duration", "1h30m", "soon"), ("byte", "aGk=", "a?"),
            ("uuid", "0b8e2a9e-0000-4000-8000-000000000000", "0b8e"),
            ("hostname", "a-b.example", "a..b"), ("mac", "00:11:22:33:44:55", "00:11"),
            ("uri", "https://a.b/c", "not a uri"),
        ])
    func aFormatSaysWhatAStringIs(_ format: String, _ right: String, _ other: String) {
        #expect(wrong("{type: string, format: \(format)}", "'\(right)'") == [])
        #expect(wrong("{type: string, format: \(format)}", "'\(other)'") == ["invalid-format spec"])
    }

    @Test func defaultsAreFilledInWhereNothingOrNullIsWritten() throws {
        let schema = """
            type: object
            properties:
              a: {type: string, default: x}
              b: {type: object, default: {}, properties: {c: {type: integer, default: 5}}}
              d: {type: string, nullable: true, default: y}
            """
        let inventory = check(schema, "{a: null, d: null}")
        let object = try #require(inventory.objects.last)
        #expect(json(object.node["spec"]) == #"{"d":null,"a":"x","b":{"c":5}}"#)
        #expect(object.node.at("spec", "a")?.position.line == object.node["spec"]?.position.line)
    }

    @Test func listsOfMapsAreToldApartByTheirKeys() {
        let schema = """
            type: array
            x-kubernetes-list-type: map
            x-kubernetes-list-map-keys: [name, port]
            items:
              type: object
              required: [name]
              properties: {name: {type: string}, port: {type: integer, default: 80}}
            """
        #expect(wrong(schema, "[{name: a, port: 80}, {name: a, port: 81}]") == [])
        #expect(wrong(schema, "[{name: a, port: 80}, {name: a}]") == ["duplicate-item spec[1]"])
        let many = (0..<500).map { "{name: n\($0)}" } + ["{name: n7}"]
        #expect(wrong(schema, "[\(many.joined(separator: ", "))]") == ["duplicate-item spec[500]"])
    }

    @Test func anEmbeddedResourceIsAResource() {
        let schema = "{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}"
        #expect(wrong(schema, "{apiVersion: v1, kind: A, metadata: {name: b}, data: {}}") == [])
        #expect(wrong(schema, "{kind: A}") == ["missing-field spec.apiVersion"])
        #expect(
            wrong(schema, "{apiVersion: v1, kind: A, metadata: {labels: 5}}") == ["wrong-type spec.metadata.labels"])
    }

    @Test func aRuleSaysWhatGoesTogether() throws {
        let schema = """
            type: object
            properties: {least: {type: integer}, most: {type: integer}}
            x-kubernetes-validations:
            - {rule: "!has(self.most) || self.least <= self.most", message: least is more than most, reason: FieldValueForbidden, fieldPath: .most}
            """
        #expect(wrong(schema, "{least: 1, most: 2}") == [])
        let inventory = check(schema, "{least: 2, most: 1}")
        let diagnostic = try #require(inventory.diagnostics.first)
        #expect(diagnostic.code == "conflicting-fields")
        #expect(diagnostic.path == "spec.most")
        #expect(diagnostic.message == "least is more than most")
        // Where a value is missing that the rule reads, it refuses.
        #expect(wrong(schema, "{most: 1}") == ["conflicting-fields spec.most"])
        // After a wrong type no rule is looked at.
        #expect(wrong(schema, "{least: 2, most: one}") == ["wrong-type spec.most"])
    }

    @Test func aMessageMayBeMadeByAnExpression() {
        let schema = """
            type: string
            x-kubernetes-validations: [{rule: "self == 'a'", message: plain, messageExpression: "'found ' + self"}]
            """
        #expect(check(schema, "b").diagnostics.map(\.message) == ["found b"])
        let broken = schema.replacing("'found ' + self", with: "self.split('').sum()[5]")
        #expect(check(broken, "b").diagnostics.map(\.message) == ["plain"])
    }

    @Test func rulesAboutAnEarlierStateAreLeftOutWhereThereIsNone() {
        let schema = """
            type: string
            x-kubernetes-validations: [{rule: "self == oldSelf"}]
            """
        #expect(wrong(schema, "b") == [])
        let optional = """
            type: string
            x-kubernetes-validations: [{rule: "!oldSelf.hasValue() && self == 'a'", optionalOldSelf: true}]
            """
        #expect(wrong(optional, "a") == [])
        #expect(wrong(optional, "b") == ["rule-violated spec"])
    }

    @Test func aRuleThatWeirDoesNotEvaluateIsReported() throws {
        let schema = """
            type: string
            x-kubernetes-validations: [{rule: "quantity(self).isGreaterThan(quantity('1'))"}]
            """
        let inventory = check(schema, "5")
        let diagnostic = try #require(inventory.diagnostics.first)
        #expect(diagnostic.code == "unapplied-rule")
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.resource?.name == "samples.example.com")
    }

    @Test func aStatusIsDroppedUnlessItIsPartOfTheObject() {
        func inventory(_ isApart: Bool) -> Inventory {
            validate(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: samples.example.com}
                spec:
                  group: example.com
                  names: {kind: Sample, plural: samples}
                  scope: Cluster
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    \(isApart ? "subresources: {status: {}}" : "deprecated: false")
                    schema: {openAPIV3Schema: {type: object, properties: {status: {type: object, properties: {ready: {type: boolean}}}}}}
                ---
                {apiVersion: example.com/v1, kind: Sample, metadata: {name: a}, status: {ready: maybe}}
                """)
        }
        #expect(inventory(true).diagnostics.map(\.code) == [])
        #expect(inventory(false).diagnostics.map(\.code) == ["wrong-type"])
        #expect(inventory(true).objects.last?.key.name.namespace == nil)
    }

    @Test func aVersionThatADefinitionDoesNotServeIsRefused() {
        let inventory = validate(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: samples.example.com}
            spec:
              group: example.com
              names: {kind: Sample, plural: samples}
              scope: Namespaced
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, {name: v1beta1, served: false, storage: false}]
            ---
            {apiVersion: example.com/v1beta1, kind: Sample, metadata: {name: a}}
            """)
        #expect(inventory.diagnostics.map(\.code) == ["version-not-served"])
        #expect(inventory.diagnostics.first?.hint == "use example.com/v1")
    }
}
