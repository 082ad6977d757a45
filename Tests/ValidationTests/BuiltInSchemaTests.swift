import Foundation
import GatewayAPI
import Manifests
import TestSupport
import Testing

@testable import Validation

@Suite struct BuiltInSchemaTests {
    @Test(arguments: ReleaseChannel.allCases) func theSchemasOfWeirAreReadWithoutAMistake(_ channel: ReleaseChannel)
        throws
    {
        var text = try SchemaText(GatewayAPISchemas.text, channel)
        #expect(try text.kinds().count == (channel == .standard ? 10 : 13))
    }

    @Test func theStandardChannelHasFewerKindsAndFields() {
        let retry = Array(route("rules: [{retry: {attempts: 1}}]\n").utf8)
        let input = ManifestParser.parse(retry, file: "a.yaml")
        #expect(Validation.validate(input).diagnostics.isEmpty)
        #expect(summary(Validation.validate(input, channel: .standard)) == ["7 unknown-field spec.rules[0].retry"])
        let mesh = ManifestParser.parse(
            Array(
                "{apiVersion: gateway.networking.x-k8s.io/v1alpha1, kind: XMesh, metadata: {name: a}, spec: {controllerName: a.b/c}}"
                    .utf8),
            file: "a.yaml")
        #expect(summary(Validation.validate(mesh)) == [])
        let refused = Validation.validate(mesh, channel: .standard)
        #expect(summary(refused) == ["1 unknown-kind apiVersion"])
        #expect(refused.diagnostics.first?.hint == "it is of the experimental channel")
    }
}

/// weir's schemas beside the definitions as they are published, which lie beside the package.
@Suite(.enabled(if: hasSharedCases, "the shared validation cases are not here"))
struct PublishedDefinitionTests {
    private static func definitions(_ channel: ReleaseChannel) throws -> InstalledKinds {
        let folder = sharedFolder.appending(path: "validation/crds/\(channel.rawValue)").path
        let input = try ManifestLoader.load([folder])
        return InstalledKinds(channel: nil, customResourceDefinitions: input.objects)
    }

    @Test(arguments: ReleaseChannel.allCases) func noRuleOfThePublishedDefinitionsIsLeftOut(_ channel: ReleaseChannel)
        throws
    {
        let folder = sharedFolder.appending(path: "validation/crds/\(channel.rawValue)").path
        let input = try ManifestLoader.load([folder])
        var installed = InstalledKinds(channel: channel)
        let diagnostics = installed.add(input.objects)
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
    }

    /// Everything but the rules, which are written differently, and the insides of a status, which are not checked.
    @Test(arguments: ReleaseChannel.allCases) func theSchemasSayWhatThePublishedOnesSay(_ channel: ReleaseChannel)
        throws
    {
        let published = try Self.definitions(channel)
        let own = InstalledKinds(channel: channel)
        #expect(published.channel == channel)
        #expect(published.kinds.count == own.kinds.count)
        for (key, kind) in published.kinds {
            let mine = try #require(own.kinds[key], "\(key)")
            #expect(mine.isNamespaced == kind.isNamespaced, "\(key)")
            #expect(Set(mine.served.map(\.name)) == Set(kind.served.map(\.name)), "\(key)")
            for version in kind.served {
                let other = try #require(mine.version(version.name))
                #expect(other.hasStatus == version.hasStatus, "\(key)")
                for difference in differences(other.schema, version.schema, "\(key.kind) \(version.name)") {
                    Issue.record("\(difference)")
                }
            }
        }
    }

    private func differences(_ mine: Schema, _ other: Schema, _ path: String, status: Bool = false) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ a: Value, _ b: Value) {
            if a != b { found.append("\(path): \(name) \(a) instead of \(b)") }
        }
        compare("type", mine.type, other.type)
        compare("fields", Set(mine.properties.map(\.name)), Set(other.properties.map(\.name)))
        if !status {
            compare("nullable", mine.isNullable, other.isNullable)
            compare("required", Set(mine.required), Set(other.required))
            compare("list type", mine.listType, other.listType)
            compare("least length", mine.minimumLength, other.minimumLength)
            compare("most length", mine.maximumLength, other.maximumLength)
            compare("minimum", mine.minimum, other.minimum)
            compare("maximum", mine.maximum, other.maximum)
            compare("pattern", mine.pattern?.pattern, other.pattern?.pattern)
            compare("format", mine.format, other.format)
            compare("words", mine.enumeration.map(json).sorted(), other.enumeration.map(json).sorted())
            compare("default", mine.defaultValue.map(value), other.defaultValue.map(value))
            compare("alternatives", mine.oneOf.count, other.oneOf.count)
            compare("rules", mine.rules.isEmpty, other.rules.isEmpty)
        }
        for property in mine.properties {
            guard let counterpart = other.property(property.name) else { continue }
            let isStatus = status || (property.name == "status" && !path.contains("."))
            found += differences(property.schema, counterpart, "\(path).\(property.name)", status: isStatus)
        }
        if let a = mine.items, let b = other.items { found += differences(a, b, path + "[]", status: status) }
        compare("items", mine.items == nil, other.items == nil)
        if case .values(let a) = mine.others, case .values(let b) = other.others {
            found += differences(a, b, path + "{}", status: status)
        }
        return found
    }

    /// A node's value, its members sorted.
    private func value(_ node: Node) -> String {
        guard node.kind == .mapping else { return json(node) }
        return "{" + node.members.map { "\($0.key.text):\(value($0.value))" }.sorted().joined(separator: ",") + "}"
    }

    /// What is wrong with an object: the paths. Nil where nothing is.
    private func verdict(_ object: ManifestObject, _ installed: InstalledKinds) -> (
        paths: Set<String>?, InventoryObject
    ) {
        let result = Validation.validate(object, installed)
        let errors = result.diagnostics.filter { $0.severity == .error }
        return (errors.isEmpty ? nil : Set(errors.compactMap(\.path)), result)
    }

    private func compare(
        _ object: ManifestObject, _ own: InstalledKinds, _ published: InstalledKinds,
        _ context: @autoclosure () -> String
    ) {
        let (mine, result) = verdict(object, own)
        let (other, counterpart) = verdict(object, published)
        if mine != other, !isKnownDifference(object, mine, other) {
            Issue.record("\(context()): \(mine?.sorted() ?? ["right"]) instead of \(other?.sorted() ?? ["right"])")
        }
        guard mine == nil, other == nil else { return }
        if result.node != counterpart.node { Issue.record("\(context()): other defaults") }
        // The decoders know the experimental channel alone.
        if own.channel == .experimental, !result.decoderDisagreements.isEmpty {
            Issue.record("\(context()): the decoder says \(result.decoderDisagreements.map(\.message))")
        }
    }

    /// An empty hostname, which is refused anyhow, is no hostname to weir's rule and a second one to the published one.
    private func isKnownDifference(_ object: ManifestObject, _ mine: Set<String>?, _ other: Set<String>?) -> Bool {
        guard let mine, let other else { return false }
        return mine.symmetricDifference(other) == ["spec.listeners"]
    }

    @Test(arguments: ReleaseChannel.allCases) func everyCaseHasTheVerdictOfThePublishedDefinitions(
        _ channel: ReleaseChannel
    ) throws {
        let published = try Self.definitions(channel)
        let own = InstalledKinds(channel: channel)
        for folder in ["valid", "invalid", "experimental-only", "standard-only"] {
            for file in sharedManifests("validation/\(folder)") {
                for object in try ManifestLoader.load([file]).objects { compare(object, own, published, file) }
            }
        }
    }

    /// `WEIR_MUTATIONS` says how many; the seed is in what is reported.
    @Test(arguments: ReleaseChannel.allCases) func aManifestChangedAtRandomHasTheVerdictOfThePublishedDefinitions(
        _ channel: ReleaseChannel
    ) throws {
        let published = try Self.definitions(channel)
        let own = InstalledKinds(channel: channel)
        var pool = MemberPool()
        var manifests: [ManifestValue] = []
        for folder in ["valid", "experimental-only"] {
            for file in sharedManifests("validation/\(folder)") {
                for object in try ManifestLoader.load([file]).objects
                where own.isComplete(group: KnownKinds.split(object.apiVersion).group) {
                    manifests.append(ManifestValue(object.node))
                    pool.collect(manifests[manifests.count - 1])
                }
            }
        }
        let count = ProcessInfo.processInfo.environment["WEIR_MUTATIONS"].flatMap(Int.init) ?? 600
        var right = 0
        for round in 0..<count {
            var generator = SeededGenerator(seed: UInt64(round))
            let text = pool.mutate(generator.pick(manifests), &generator).text
            for object in ManifestParser.parse(Array(text.utf8), file: "m.json").objects {
                compare(object, own, published, "seed \(round), \(text)")
                right += verdict(object, own).paths == nil ? 1 : 0
            }
        }
        #expect(right > count / 20, "too few of the mutations are right to say much")
    }
}
