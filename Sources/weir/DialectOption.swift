import ArgumentParser
import Routing

/// `--dialect NAME`: whose reading of the specification.
struct DialectOption: ExpressibleByArgument {
    let value: Dialect

    static let help = ArgumentHelp("\(helpText)", valueName: "name")

    static var helpText: String { "Whose reading of the specification: \(names.joined(separator: ", "))." }

    init(_ value: Dialect) { self.value = value }

    init?(argument: String) {
        guard let value = Dialect(named: argument) else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { value.name }

    static var allValueStrings: [String] { names }

    private static var names: [String] { Dialect.presets.map(\.name) }
}
