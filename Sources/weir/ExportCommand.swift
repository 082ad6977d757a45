import ArgumentParser
import ControlPlane
import Export
import GatewayAPI
import JSON
import Routing

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "The configuration of a real proxy that does what weir says.",
        subcommands: [ExportEnvoy.self])
}

struct ExportEnvoy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envoy",
        abstract: "A static Envoy configuration (bootstrap, v3 API, JSON).",
        discussion: """
            Every port of every Gateway becomes a listener, every backend a cluster. What Envoy cannot be told is named on \
            standard error and in the configuration's node.metadata.

            Examples:
              weir export envoy -f manifests/ > envoy.json && envoy -c envoy.json
              weir export envoy -f manifests/ --listen infra/edge:80=127.0.0.1:10080 --endpoint store/cart:8080=127.0.0.1:9000
            """)

    @OptionGroup var manifests: ManifestOptions

    @Option(help: DialectOption.help)
    var dialect = DialectOption(.specification)

    @Option(
        help: ArgumentHelp(
            "Where a Gateway's port listens; else 0.0.0.0 and the port of the manifest. May be given many times.",
            valueName: "namespace/name:port=host:port"), transform: Place.init)
    var listen: [Place] = []

    @Option(
        help: ArgumentHelp(
            "Where a Service's port is found; else its name in the cluster's DNS. May be given many times.",
            valueName: "namespace/name:port=host:port"), transform: Place.init)
    var endpoint: [Place] = []

    @Option(help: "What follows name.namespace.svc. in the cluster's DNS.")
    var clusterDomain = "cluster.local"

    /// A port of a Gateway or Service, and where it is on this machine.
    struct Place {
        var key: String
        var endpoint: SocketEndpoint

        init(_ argument: String) throws {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let endpoint = SocketEndpoint(String(parts[1])) else {
                throw ValidationError("expected namespace/name:port=host:port, as in infra/edge:80=127.0.0.1:10080")
            }
            key = String(parts[0])
            self.endpoint = endpoint
        }
    }

    func run() throws {
        let loaded = try manifests.load(dialect: dialect.value)
        loaded.reportProblems()
        let table = loaded.controlPlane.table
        var options = EnvoyOptions()
        options.clusterDomain = clusterDomain
        for place in listen { options.listeners[place.key] = place.endpoint }
        for place in endpoint { options.endpoints[place.key] = place.endpoint }
        reportUnknown(table)
        let export: EnvoyExport
        do throws(ExportError) {
            export = try EnvoyExport(table, options: options)
        } catch {
            StandardError.write(error.message)
            throw ExitCode.couldNotRun
        }
        for note in export.notes {
            let origin = note.origin
            guard !origin.file.isEmpty else {
                StandardError.write("\(note.subject): \(note.message)")
                continue
            }
            StandardError.write([
                Diagnostic(
                    .warning, code: "not-exported", "\(note.subject): \(note.message)",
                    position: SourcePosition(file: origin.file, line: origin.line, column: 1))
            ])
        }
        var writer = JSONWriter()
        export.write(to: &writer)
        writer.endLine()
        var file = try CommandOutput()
        try file.write(writer.bytes)
        try file.flush()
        if loaded.hasErrors { throw ExitCode.found }
    }

    /// A place for something that does not exist is likely a slip.
    private func reportUnknown(_ table: RoutingTable) {
        let ports = Set(table.ports.map { "\($0.gateway):\($0.number)" })
        for place in listen where !ports.contains(place.key) {
            StandardError.write("--listen \(place.key): no Gateway has that port")
        }
        let backends = Set(table.backends.map { "\($0.namespace)/\($0.name):\($0.port ?? 0)" })
        for place in endpoint where !backends.contains(place.key) {
            StandardError.write("--endpoint \(place.key): no route refers to that Service's port")
        }
    }
}
