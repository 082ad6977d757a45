import Foundation

/// A program of the same loads without any framework: `PROGRAM mm1|mmc|hold4|tandemfifo N [PENDING]` that prints one JSON
/// object with `events`, `loop_s` and `mean`, and reads the timeout of `tandemfifo` from `TIMEOUT`.
struct Baseline {
    let program: String

    func run(_ arguments: [String], timeout: Double? = nil) -> Measurement? {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        if let timeout { process.environment = ["TIMEOUT": String(timeout)] }
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // Not every program prints a quantile, and "nan" is no JSON.
        let text = String(decoding: output, as: UTF8.self).replacingOccurrences(of: "nan", with: "null")
            .replacingOccurrences(of: "-null", with: "null")
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let events = object["events"] as? Int, let seconds = object["loop_s"] as? Double,
            let mean = object["mean"] as? Double
        else { return nil }
        return Measurement(events: events, seconds: seconds, mean: mean)
    }
}
