import GatewayAPI
import Manifests
import Testing
import Validation

@Suite struct DiagnosticTests {
    @Test func aPortOf70000IsNamedWithEverythingAboutIt() throws {
        let inventory = validate(route("rules:\n- backendRefs:\n  - {name: cart, port: 70000}\n"))
        let diagnostic = try #require(inventory.diagnostics.first)
        #expect(inventory.diagnostics.count == 1)
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.code == "out-of-range")
        #expect(diagnostic.message == "found 70000, expected an integer from 1 to 65535")
        #expect(diagnostic.position?.description == "a.yaml:9:26")
        #expect(diagnostic.resource == ResourceName(kind: "HTTPRoute", namespace: "web", name: "shop"))
        #expect(diagnostic.path == "spec.rules[0].backendRefs[0].port")
        #expect(inventory.httpRoutes.isEmpty)
        #expect(inventory.objects.map(\.fate) == [.refused])
    }

    @Test func expectationsAreInWords() {
        let attempts = validate(route("rules: [{retry: {attempts: 0}}]\n"))
        #expect(attempts.diagnostics.map(\.message) == ["found 0, expected an integer of at least 1"])
        let status = validate(
            route("rules: [{filters: [{type: RequestRedirect, requestRedirect: {statusCode: many}}]}]\n"))
        #expect(
            status.diagnostics.map(\.message) == [
                "expected an integer, found the string \"many\""
            ])
    }

    @Test func aMisspeltFieldIsExplained() throws {
        let inventory = validate(route("rules:\n- backendRef: []\n"))
        #expect(summary(inventory) == ["8 unknown-field spec.rules[0].backendRef"])
        #expect(inventory.diagnostics.first?.hint == "did you mean backendRefs?")
    }

    @Test func allThatIsWrongIsReportedAtOnce() {
        let inventory = validate(
            route("hostnames: [UPPER, 5]\nparentRefs: {}\nrules:\n- timeouts: {request: 10, backendRequest: 3x}\n"))
        #expect(
            summary(inventory) == [
                "7 invalid-format spec.hostnames[0]", "7 wrong-type spec.hostnames[1]", "8 wrong-type spec.parentRefs",
                "10 wrong-type spec.rules[0].timeouts.request",
                "10 invalid-format spec.rules[0].timeouts.backendRequest",
            ])
    }

    @Test func aBooleanOfYAML11InAPlaceForTextHasAHint() throws {
        let inventory = validate(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: y}\nspec: {}\n")
        let diagnostic = try #require(inventory.diagnostics.first)
        #expect(diagnostic.code == "wrong-type")
        #expect(diagnostic.message == "expected a string, found the boolean y")
        #expect(diagnostic.hint == "put it in quotation marks: \"y\"")
    }

    @Test(arguments: ["cart", "/a//b", "/a/./b", "/a/..", "/a%2fb", "/a#b", "/a b", "/a%zz"])
    func pathsThatNoRequestCanHaveAreRefused(_ path: String) {
        let inventory = validate(route("rules: [{matches: [{path: {value: \"\(path)\"}}]}]\n"))
        #expect(summary(inventory) == ["7 invalid-format spec.rules[0].matches[0].path"])
    }

    @Test func regularExpressionsAreNoPaths() {
        let text = "rules: [{matches: [{path: {type: RegularExpression, value: \"a//#.*\"}}]}]\n"
        #expect(summary(validate(route(text))) == [])
    }

    @Test(
        arguments: [
            ("rules: [{backendRefs: [{name: a}]}]", "missing-field spec.rules[0].backendRefs[0]"),
            (
                "rules: [{filters: [{type: URLRewrite, urlRewrite: {}}, {type: URLRewrite, urlRewrite: {}}]}]",
                "duplicate-item spec.rules[0].filters"
            ),
            (
                "rules: [{filters: [{type: URLRewrite, urlRewrite: {}}, {type: RequestRedirect, requestRedirect: {}}]}]",
                "conflicting-fields spec.rules[0].filters"
            ),
            (
                "rules: [{filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: a, port: 1}]}]",
                "conflicting-fields spec.rules[0]"
            ),
            (
                "rules: [{matches: [{path: {type: Exact, value: /}}], filters: [{type: URLRewrite, urlRewrite: "
                    + "{path: {type: ReplacePrefixMatch, replacePrefixMatch: /x}}}]}]",
                "conflicting-fields spec.rules[0]"
            ),
            (
                "rules: [{timeouts: {request: 1s, backendRequest: 2s}}]",
                "conflicting-fields spec.rules[0].timeouts"
            ),
            (
                "rules: [{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 305}}]}]",
                "unsupported-value spec.rules[0].filters[0].requestRedirect.statusCode"
            ),
            ("parentRefs: [{name: a}, {name: a}]", "duplicate-item spec.parentRefs"),
            ("parentRefs: [{name: a}, {name: a, sectionName: b}]", "conflicting-fields spec.parentRefs"),
            ("rules: []", "item-count spec.rules"),
        ])
    func rulesBetweenFieldsAreKept(_ spec: String, _ expected: String) {
        #expect(summary(validate(route(spec))).first == "7 \(expected)")
    }

    @Test func aVersionThatIsNotServedNamesThoseThatAre() throws {
        let text = "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {}\n"
        let diagnostic = try #require(validate(text).diagnostics.first)
        #expect(diagnostic.code == "version-not-served")
        #expect(
            diagnostic.message
                == "gateway.networking.k8s.io/v1alpha2 is not served for HTTPRoute, only gateway.networking.k8s.io/v1, "
                + "gateway.networking.k8s.io/v1beta1")
        let misspelt = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoutes\nmetadata: {name: a}\n"
        #expect(validate(misspelt).diagnostics.first?.hint == "did you mean HTTPRoute?")
    }

    @Test func whatKubectlPrintsIsAccepted() {
        let inventory = validate(
            """
            apiVersion: gateway.networking.k8s.io/v1beta1
            kind: GatewayClass
            metadata:
              creationTimestamp: "2025-03-01T10:00:00Z"
              generation: 3
              managedFields:
              - {apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {"f:spec": {}}, manager: kubectl, operation: Apply, time: "2025-03-01T10:00:00Z"}
              name: edge
              resourceVersion: "12"
              uid: 0b8e2a9e-0000-0000-0000-000000000000
            spec: {controllerName: example.com/controller}
            status: {conditions: []}
            """)
        #expect(summary(inventory) == [])
        #expect(inventory.gatewayClasses.first?.value.metadata.creationTimestamp == 1_740_823_200)
        #expect(inventory.gatewayClasses.first?.value.metadata.generation == 3)
    }
}
