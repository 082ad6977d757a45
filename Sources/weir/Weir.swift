import ArgumentParser
import GatewayAPI
import Glibc

@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "An offline simulator and traffic-replay testbed for the Kubernetes Gateway API.",
        discussion: """
            Manifests and traffic go in; what every request would get, and how long it would take, comes out. No cluster is \
            asked, and the same input gives the same bytes on every run.

            Data goes to standard output, everything else to standard error. Exit status: 0 done; 1 something was found \
            (a manifest that the API server would refuse, an expectation that does not hold); 2 the command could not run.
            """,
        version: "0.1.0",
        subcommands: [
            CheckCommand.self, StatusCommand.self, RouteCommand.self, ReplayCommand.self, RunCommand.self,
            TestCommand.self, ExportCommand.self, Trace.self, DiffCommand.self,
        ])

    // Usage errors have the shape of all others.
    static var _errorPrefix: String { "weir: " }

    /// Runs the command. A mistake in its usage ends with status 2, as every command that could not run does.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardError.writePlain(Self.shortened(fullMessage(for: error)))
            Glibc.exit(2)
        }
    }

    /// A message with the arguments in it that are too long to be read, or hold what would steer a terminal, as excerpts.
    private static func shortened(_ message: String) -> String {
        var message = message
        for argument in CommandLine.arguments.dropFirst() {
            for part in [argument] + argument.split(separator: "=", maxSplits: 1).map(String.init) {
                let excerpt = Excerpt.of(part)
                if excerpt != part { message = message.replacing(part, with: excerpt) }
            }
        }
        return message
    }
}
