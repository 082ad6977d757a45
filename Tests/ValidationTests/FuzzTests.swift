import Foundation
import GatewayAPI
import Manifests
import TestSupport
import Testing
import Validation

/// The whole path from bytes to diagnostics, definitions included.
///
/// `WEIR_FUZZ_SECONDS=600 swift test --filter ValidationFuzzTests` goes on for that long.
@Suite struct ValidationFuzzTests {
    private static let seeds = [
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
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    type: object
                    properties:
                      ports: {type: array, x-kubernetes-list-type: set, maxItems: 3, items: {x-kubernetes-int-or-string: true}}
                      mode: {type: string, default: a, enum: [a, b], pattern: "^[a-z]+$"}
                      at: {type: string, format: date-time, nullable: true}
                      labels: {type: object, additionalProperties: {type: string, maxLength: 5}}
                      inner: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                    oneOf: [{required: [mode]}, {not: {required: [at]}}]
                    x-kubernetes-validations:
                    - {rule: "self.ports.all(p, type(p) == int || p.matches('^[0-9]+%$'))", messageExpression: "'x' + self.mode"}
        ---
        apiVersion: example.com/v1
        kind: Sample
        metadata: {name: a, labels: {a/b: c}, finalizers: [d/e]}
        spec: {ports: [80, 5%], at: null, labels: {a: b}, inner: {apiVersion: v1, kind: A, metadata: {name: b}}}
        """,
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {generateName: a-, namespace: b, annotations: {c: "d"}}
        spec:
          parentRefs: [{name: g, port: 80}, {name: g, sectionName: s, port: 81}]
          hostnames: ["*.example.com"]
          rules:
          - matches: [{path: {value: /a}, headers: [{name: x, value: "y"}], method: GET}]
            timeouts: {request: 10s, backendRequest: 1s}
            filters:
            - {type: RequestMirror, requestMirror: {backendRef: {name: m, port: 80}, fraction: {numerator: 1}}}
            - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
            backendRefs: [{name: b, port: 80, weight: 010}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: g}
        spec:
          gatewayClassName: c
          addresses: [{value: 10.0.0.1}, {type: Hostname, value: a.b}]
          listeners:
          - {name: a, port: 443, protocol: HTTPS, hostname: a.b, tls: {certificateRefs: [{name: s}]}}
          - {name: b, port: 53, protocol: UDP}
        """,
    ]

    @Test func noBytesTrapOrHangTheWayToDiagnostics() {
        let seconds = ProcessInfo.processInfo.environment["WEIR_FUZZ_SECONDS"].flatMap(Double.init)
        let end = seconds.map { Date().addingTimeInterval($0) }
        let telling = Array("{}[]:,-&*!|>'\"%@`#? \n\t\0~0123456789.()=<".utf8)
        var round: UInt64 = 0
        while end.map({ Date() < $0 }) ?? (round < 600) {
            round += 1
            var generator = SeededGenerator(seed: round)
            let bytes = generator.mutate(Array(generator.pick(Self.seeds).utf8), telling: telling)
            let input = ManifestParser.parse(bytes, file: "fuzz.yaml")
            let inventory = Validation.validate(input, channel: generator.chance(50) ? .standard : nil)
            let lines = UInt32(bytes.count + 1)
            for diagnostic in inventory.diagnostics {
                let isInside = diagnostic.position.map { $0.line >= 1 && $0.line <= lines && $0.column >= 1 } ?? false
                if !isInside { Issue.record("round \(round): \(diagnostic) has no place in the text") }
            }
            for object in inventory.objects
            where (object.fate == .refused) != object.diagnostics.contains(where: { $0.severity == .error }) {
                Issue.record("round \(round): \(object.key) is \(object.fate)")
            }
        }
    }
}
