import ArgumentParser

/// How a command writes its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs.
    case json
}

/// The exit statuses that are no success.
extension ExitCode {
    /// Something was found: an object that the API server would refuse, an expectation that does not hold.
    static let found = ExitCode(1)
    /// The command could not run: usage, an unreadable file.
    static let couldNotRun = ExitCode(2)
}
