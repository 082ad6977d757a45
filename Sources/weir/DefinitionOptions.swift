import ArgumentParser
import GatewayAPI
import Manifests
import Validation

/// What is installed in the cluster that the manifests are for.
struct DefinitionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "standard or experimental: the channel of the Gateway API that is installed.",
            discussion: "Default: that of the definitions given by --crds, else experimental."))
    var channel: Channel?

    @Option(
        name: .customLong("crds"),
        help: ArgumentHelp(
            "A file or folder of CustomResourceDefinitions that are installed. May be given many times.",
            discussion: "Their kinds are checked too; those among the manifests themselves count as well.",
            valueName: "path"))
    var paths: [String] = []

    enum Channel: String, ExpressibleByArgument, CaseIterable {
        case standard, experimental
    }

    /// Reads the definitions.
    func load() throws -> InstalledDefinitions {
        do {
            let input = try ManifestLoader.load(paths)
            if !paths.isEmpty, !input.hasErrors,
                !input.objects.contains(where: { $0.kind == "CustomResourceDefinition" })
            {
                StandardError.write("--crds \(paths.joined(separator: ", ")): no CustomResourceDefinition in it")
                throw ExitCode.couldNotRun
            }
            return InstalledDefinitions(
                channel: channel.map { $0 == .standard ? .standard : .experimental }, objects: input.objects,
                diagnostics: input.diagnostics)
        } catch let error as ManifestLoadError {
            StandardError.write("\(error)")
            throw ExitCode.couldNotRun
        }
    }
}

/// The definitions that manifests are checked by, beside weir's own.
struct InstalledDefinitions {
    var channel: ReleaseChannel?
    var objects: [ManifestObject] = []
    var diagnostics: [Diagnostic] = []
}
