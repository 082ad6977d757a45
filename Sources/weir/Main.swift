import ArgumentParser
import Glibc

/// Runs the command line. What ArgumentParser calls a validation failure is the usage error of every Unix tool: status 2.
@main
enum Main {
    static func main() {
        do {
            var command = try Weir.parseAsRoot()
            try command.run()
        } catch {
            let code = Weir.exitCode(for: error)
            let message = Weir.fullMessage(for: error)
            if !message.isEmpty {
                // Help and version are what was asked for, so they are data.
                fputs(message + "\n", code == .success ? stdout : stderr)
            }
            exit(code == .validationFailure ? ExitCode.couldNotRun.rawValue : code.rawValue)
        }
    }
}
