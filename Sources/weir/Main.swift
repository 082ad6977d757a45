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
                var text = message + "\n"
                text.withUTF8 { _ = write(code == .success ? STDOUT_FILENO : STDERR_FILENO, $0.baseAddress, $0.count) }
            }
            exit(code == .validationFailure ? ExitCode.couldNotRun.rawValue : code.rawValue)
        }
    }
}
