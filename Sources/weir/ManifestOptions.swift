import ArgumentParser
import ControlPlane
import GatewayAPI
import Glibc
import Manifests
import Replay
import Reports
import Routing
import Validation

/// The manifests that a command reads.
struct ManifestOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp(
            "A file or folder of manifests, or - for standard input. May be given many times.",
            discussion: "Folders are read as kubectl does: *.yaml, *.yml and *.json, not their subfolders.",
            valueName: "path"))
    var paths: [String] = []

    @OptionGroup var definitions: DefinitionOptions

    func validate() throws {
        guard !paths.isEmpty else { throw ValidationError("no manifests: name a file or folder with -f") }
    }

    /// Reads the manifests. What the API server would refuse is left out and reported on standard error, like everything else
    /// that is wrong with them.
    func load(dialect: Dialect = .specification) throws -> LoadedManifests {
        try Self.load(paths, definitions: definitions.load(), dialect: dialect)
    }

    /// Reads the manifests at some paths.
    static func load(
        _ paths: [String], definitions: InstalledDefinitions = InstalledDefinitions(), dialect: Dialect = .specification
    ) throws -> LoadedManifests {
        var input: ManifestInput
        do throws(ManifestLoadError) {
            input = try ManifestLoader.load(paths)
        } catch {
            StandardError.write("\(error)")
            throw ExitCode.couldNotRun
        }
        guard !input.objects.isEmpty || input.hasErrors else {
            StandardError.write("\(paths.joined(separator: ", ")): there is no object in it")
            throw ExitCode.couldNotRun
        }
        input.diagnostics = definitions.diagnostics + input.diagnostics
        let inventory = Validation.validate(
            input, channel: definitions.channel, customResourceDefinitions: definitions.objects)
        return LoadedManifests(inventory, dialect: dialect)
    }
}

/// The manifests as a controller sees them.
struct LoadedManifests {
    let inventory: Inventory
    let controlPlane: ControlPlane

    init(_ inventory: Inventory, dialect: Dialect) {
        self.inventory = inventory
        controlPlane = ControlPlane(ResourceSet(inventory), dialect: dialect)
    }

    /// Whether an object was left out because the API server would refuse it, or could not be read at all.
    var hasErrors: Bool { inventory.hasErrors }

    /// Where the Gateways are reached.
    var addresses: [GatewayAddresses] {
        controlPlane.gateways.map { gateway in
            GatewayAddresses(
                gateway: "\(gateway.name.namespace ?? "")/\(gateway.name.name)",
                addresses: gateway.addresses.map(\.value))
        }
    }

    /// The backends that are found at an address and port, or at an address whatever the port.
    var endpoints: [String: [BackendIndex]] {
        var found: [String: [BackendIndex]] = [:]
        for endpoint in BackendEndpoint.all(of: ResourceSet(inventory), in: controlPlane.table) {
            let isBracketed = endpoint.address.contains(":") && endpoint.port != nil
            let address = isBracketed ? "[\(endpoint.address)]" : endpoint.address
            let key = endpoint.port.map { "\(address):\($0)" } ?? address
            if found[key]?.contains(endpoint.backend) != true { found[key, default: []].append(endpoint.backend) }
        }
        return found
    }

    /// Tells on standard error what is wrong with the manifests, and counts the rest: `weir status` has it in full. What
    /// `others` have too is told once, of whichever file it stands in there.
    func reportProblems(besides others: LoadedManifests...) {
        func known(_ severity: Diagnostic.Severity) -> Set<Diagnostic> {
            Set(others.flatMap { $0.problems(severity) }.map(\.withoutPosition))
        }
        let knownErrors = known(.error)
        StandardError.write(problems(.error).filter { !knownErrors.contains($0.withoutPosition) })
        let knownWarnings = known(.warning)
        let count = problems(.warning).count { !knownWarnings.contains($0.withoutPosition) }
        guard count > 0 else { return }
        let noun = count == 1 ? "warning" : "warnings"
        let others = others.isEmpty ? "" : " before the change"
        StandardError.write("\(count) \(noun) about the manifests\(others); weir status tells")
    }

    private func problems(_ severity: Diagnostic.Severity) -> [Diagnostic] {
        inventory.diagnostics.filter { $0.severity == severity }
            + controlPlane.findings.filter { $0.severity == severity && severity != .error }
    }
}

extension Diagnostic {
    /// What it says, wherever that stands.
    fileprivate var withoutPosition: Diagnostic {
        var diagnostic = self
        diagnostic.position = nil
        return diagnostic
    }
}
