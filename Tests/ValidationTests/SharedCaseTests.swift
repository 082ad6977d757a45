import Foundation
import GatewayAPI
import Manifests
import TestSupport
import Testing
import Validation

/// The verdicts of an API server on the kinds that weir decodes; the cases lie beside the package.
@Suite(.enabled(if: hasSharedCases, "the shared validation cases are not here"))
struct SharedCaseTests {
    private static let decodedKinds: Set<String> = ["GatewayClass", "Gateway", "HTTPRoute", "ReferenceGrant"]

    @Test(arguments: ["validation/valid", "conformance/manifests"])
    func whatTheAPIServerAcceptsIsAccepted(_ folder: String) throws {
        let files = sharedManifests(folder)
        #expect(files.count > 100)
        for file in files {
            let inventory = Validation.validate(try ManifestLoader.load([file]))
            let errors = inventory.diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(file): \(errors.map(\.message))")
        }
    }

    /// The long tail, such as the fields of a status, is left to a schema-driven check.
    @Test func nearlyAllOfWhatTheAPIServerRefusesIsRefused() throws {
        var refused = 0
        var total = 0
        for file in sharedManifests("validation/invalid") {
            let inventory = Validation.validate(try ManifestLoader.load([file]))
            guard inventory.objects.allSatisfy({ Self.decodedKinds.contains($0.name.kind) }) else { continue }
            total += 1
            if inventory.hasErrors { refused += 1 }
        }
        #expect(total > 200)
        #expect(refused >= total - 2, "\(refused) of \(total)")
    }

    @Test func checkingADefaultedObjectAgainChangesNothing() throws {
        for file in sharedManifests("validation/valid") {
            for object in Validation.validate(try ManifestLoader.load([file])).objects where object.fate == .used {
                let again = Validation.validate(ManifestObject(object.node))
                #expect(again.fate == .used, "\(file): \(again.diagnostics.map(\.message))")
                #expect(again.node == object.node, "\(file)")
            }
        }
    }

    @Test func noMutationOfAManifestTrapsOrHangs() throws {
        let files = sharedManifests("validation/valid")
        for (number, file) in files.enumerated() {
            var generator = SeededGenerator(seed: UInt64(number))
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            for _ in 0..<10 {
                let input = ManifestParser.parse(
                    generator.mutate(bytes, telling: Array("{}[]:,-&*!|>'\"%@`#? \n\t\0~".utf8)), file: file)
                let inventory = Validation.validate(input)
                for object in inventory.objects {
                    #expect(
                        (object.fate == .refused) == object.diagnostics.contains { $0.severity == .error },
                        "\(file), seed \(number)")
                    #expect(
                        (object.fate == .used) == (object.resource != nil) || object.fate == .superseded,
                        "\(file), seed \(number)")
                }
            }
        }
    }
}
