import Foundation
import GatewayAPI
import Manifests
import TestSupport
import Testing
import Validation

/// The verdicts of an API server on the kinds that weir decodes; the cases lie beside the package.
@Suite(.enabled(if: hasSharedCases, "the shared validation cases are not here"))
struct SharedCaseTests {
    @Test(arguments: [("validation/valid", 400), ("validation/experimental-only", 15), ("conformance/manifests", 100)])
    func whatTheAPIServerAcceptsIsAccepted(_ folder: String, _ least: Int) throws {
        let files = sharedManifests(folder)
        #expect(files.count > least)
        for file in files {
            let inventory = Validation.validate(try ManifestLoader.load([file]))
            let errors = inventory.diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(file): \(errors.map(\.message))")
        }
    }

    @Test func noObjectOfTheConformanceManifestsIsOfAnUnusedKind() throws {
        for file in sharedManifests("conformance/manifests") {
            let inventory = Validation.validate(try ManifestLoader.load([file]))
            #expect(inventory.unusedKinds.isEmpty, "\(file): \(inventory.unusedKinds.map(\.kind))")
        }
    }

    /// The rest: fields of a status, which are let pass, and XListenerSet, which is read though it is retired.
    @Test(arguments: [("validation/invalid", 300), ("validation/standard-only", 4)])
    func nearlyAllOfWhatTheAPIServerRefusesIsRefused(_ folder: String, _ least: Int) throws {
        let files = sharedManifests(folder)
        let passed = try files.filter { !Validation.validate(try ManifestLoader.load([$0])).hasErrors }
        #expect(files.count > least)
        #expect(passed.count <= 3, "\(passed) of \(files.count)")
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
