import GatewayAPI
import Manifests
import Testing
import Validation

/// What the API server asks of the metadata of every object, and what YAML makes of words.
@Suite struct MetadataTests {
    private func route(_ metadata: String) -> [String] {
        validate("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: \(metadata), spec: {}}")
            .diagnostics.map { "\($0.code) \($0.path ?? "")" }
    }

    @Test(
        arguments: [
            ("{name: a.b-c}", []), ("{name: A}", ["invalid-format metadata.name"]),
            ("{}", ["missing-field metadata.name"]),
            ("{name: ''}", ["missing-field metadata.name"]), ("{name: 5}", ["wrong-type metadata.name"]),
            ("{generateName: a-}", []),
            ("{generateName: a_}", ["invalid-format metadata.name", "invalid-format metadata.generateName"]),
            ("{name: a, namespace: a.b}", ["invalid-format metadata.namespace"]), ("{name: a, namespace: ''}", []),
            ("{name: a, labels: {a/b: c}}", []), ("{name: a, labels: {a/b/c: d}}", ["invalid-format metadata.labels"]),
            ("{name: a, labels: {a: -}}", ["invalid-format metadata.labels"]), ("{name: a, labels: {a: null}}", []),
            ("{name: a, labels: {a: 1}}", ["wrong-type metadata.labels"]),
            ("{name: a, labels: []}", ["wrong-type metadata.labels"]),
            ("{name: a, annotations: {A/b: 'any text'}}", []),
            ("{name: a, annotations: {a b: c}}", ["invalid-format metadata.annotations"]),
            ("{name: a, finalizers: [a.b/c]}", []),
            ("{name: a, finalizers: ['']}", ["invalid-length metadata.finalizers"]),
            ("{name: a, generation: -1}", []),
            ("{name: a, creationTimestamp: null}", []),
            ("{name: a, creationTimestamp: today}", ["invalid-format metadata.creationTimestamp"]),
            ("{name: a, label: {}}", ["unknown-field metadata.label"]), ("[]", ["wrong-type metadata"]),
            ("{name: a, ownerReferences: [{apiVersion: v1, kind: A, name: b, uid: c}]}", []),
            (
                "{name: a, ownerReferences: [{apiVersion: v1, kind: A, name: b}]}",
                ["missing-field metadata.ownerReferences[0].uid"]
            ),
            ("{name: a, ownerReferences: [{owner: b}]}", ["unknown-field metadata.ownerReferences[0].owner"]),
            ("{name: a, managedFields: [{operation: 5}]}", ["wrong-type metadata.managedFields[0].operation"]),
        ] as [(String, [String])])
    func metadataIsChecked(_ metadata: String, _ expected: [String]) {
        #expect(route(metadata) == expected)
    }

    @Test func theNamespaceOfAKindWithoutNamespacesIsDropped() {
        let text =
            "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: a, namespace: A_B}, spec: {controllerName: a.b/c}}"
        let inventory = validate(text)
        #expect(inventory.diagnostics.isEmpty)
        #expect(inventory.objects.first?.node.at("metadata", "namespace") == nil)
    }

    @Test func objectsWhoseNamesTheServerMakesUpAreNoDuplicates() {
        let one =
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {generateName: a-}, spec: {}}\n"
        let inventory = validate(one + "---\n" + one)
        #expect(inventory.diagnostics.isEmpty)
        #expect(inventory.httpRoutes.count == 2)
        #expect(Set(inventory.httpRoutes.map(\.value.metadata.name)).count == 2)
        #expect(inventory.httpRoutes.allSatisfy { $0.value.metadata.name.hasPrefix("a-") })
    }

    @Test(
        arguments: [
            ("metadata: {name: y}\nspec: {}", "wrong-type", "put it in quotation marks: \"y\""),
            (
                "metadata: {name: a}\nspec: {rules: [{backendRefs: [{name: b, port: \"80\"}]}]}", "wrong-type",
                "leave out the quotation marks"
            ),
            (
                "metadata: {name: a}\nspec: {rules: [{backendRefs: [{name: b, port: 010}]}]}", "yaml-octal",
                "leave out the zero, or put it in quotation marks"
            ),
            (
                "metadata: {name: a, labels: {on: b}}\nspec: {}", "yaml-boolean-key",
                "YAML reads on, off, yes, no, y and n as booleans, also as keys: put the key in quotation marks"
            ),
            ("metadata: {name: a, name: a}\nspec: {}", "duplicate-key", "remove one of the two"),
            ("metadata:\n\tname: a\nspec: {}", "parse-error", "indent by blanks: YAML takes no tabs"),
            (
                "metadata: {name: a}\nspec: {hostnames: [*.example.com]}", "parse-error",
                "a text that begins with * has to stand in quotation marks"
            ),
            (
                "metadata: {name: a}\nspec:\n  hostnames: a: b", "parse-error",
                "indent the line as those beside it, or put a text that has \": \" in it in quotation marks"
            ),
            ("metadata: {name: a}\nspec: {rules: {matches: []}}", "unknown-field", nil),
        ] as [(String, String, String?)])
    func surprisesOfYAMLComeWithAHint(_ rest: String, _ code: String, _ hint: String?) throws {
        let diagnostics = validate("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n" + rest).diagnostics
        let diagnostic = try #require(diagnostics.first { $0.code == code }, "\(diagnostics)")
        #expect(diagnostic.hint == hint)
    }

    @Test(
        arguments: [
            ("gateway.networking.k8s.io/v1", "HttpRoute", "kind", "did you mean HTTPRoute?"),
            ("gateway.networking.x-k8s.io/v1alpha1", "HTTPRoute", "kind", "HTTPRoute is of gateway.networking.k8s.io"),
            ("gateway.network.k8s.io/v1", "HTTPRoute", "apiVersion", "HTTPRoute is of gateway.networking.k8s.io"),
            ("networking.k8s.io/v1", "Gateway", "apiVersion", "Gateway is of gateway.networking.k8s.io"),
            ("v1", "HTTPRoute", "apiVersion", "HTTPRoute is of gateway.networking.k8s.io"),
        ])
    func aWrongGroupOrKindIsExplained(_ apiVersion: String, _ kind: String, _ path: String, _ hint: String) throws {
        let inventory = validate("{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: a}, spec: {}}")
        let diagnostic = try #require(inventory.diagnostics.first)
        #expect(diagnostic.code == "unknown-kind")
        #expect(diagnostic.path == path)
        #expect(diagnostic.hint == hint)
    }

    @Test func kindsOfOthersWithTheSameNameAreLeftAlone() {
        let text = "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: a}, spec: {anything: goes}}"
        #expect(validate(text).diagnostics.isEmpty)
    }
}
