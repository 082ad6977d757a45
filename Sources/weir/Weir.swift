import ArgumentParser
import Glibc

@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "An offline simulator and traffic-replay testbed for the Kubernetes Gateway API.",
        subcommands: [Trace.self])

    /// Runs the command. A mistake in its usage ends with status 2, as every command that could not run does.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardError.writePlain(fullMessage(for: error))
            Glibc.exit(2)
        }
    }
}
