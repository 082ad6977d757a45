import Foundation
import Testing

/// The built program, run as a user runs it.
struct Program {
    struct Result {
        var status: Int32
        /// Whether a signal ended it: what must never happen.
        var wasSignalled: Bool
        var output: String
        var errors: String
    }

    /// Beside the test bundle: both come from one build.
    static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
        path: "weir")

    static func run(_ arguments: String..., input: String = "", in folder: URL? = nil) throws -> Result {
        try run(arguments, input: input, in: folder)
    }

    static func run(_ arguments: [String], input: String = "", in folder: URL? = nil) throws -> Result {
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["NO_COLOR"] = "1"
        process.environment = environment
        // Files in place of pipes: nobody has to read while the program writes.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (standardInput, output, errors) = (
            scratch.appending(path: "in"), scratch.appending(path: "out"), scratch.appending(path: "err")
        )
        try Data(input.utf8).write(to: standardInput)
        for file in [output, errors] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: standardInput)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}

/// A folder of its own for a test, gone with it.
final class Workspace {
    let folder: URL

    init(_ files: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws { try data.write(to: folder.appending(path: name)) }

    /// Runs the program in the folder; arguments are parted by spaces.
    func run(_ arguments: String, input: String = "") throws -> Program.Result {
        try Program.run(arguments.split(separator: " ").map(String.init), input: input, in: folder)
    }

    var files: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { !$0.hasPrefix(".") }.sorted()
    }
}

/// The folder of the package.
let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
