import ArgumentParser

@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "An offline simulator and traffic-replay testbed for the Kubernetes Gateway API.",
        subcommands: [Trace.self])
}
