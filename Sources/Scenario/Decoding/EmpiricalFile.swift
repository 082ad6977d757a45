import GatewayAPI
import Glibc

/// Why a file of times cannot be used.
struct EmpiricalFileError: Error, CustomStringConvertible {
    var description: String
}

/// A file of observed times, one a line.
enum EmpiricalFile {
    /// The times of a file in nanoseconds. A line holds a duration with its units, or seconds; `#` begins a comment.
    static func read(_ path: String) throws(EmpiricalFileError) -> [Int64] {
        guard let file = fopen(path, "re") else {
            throw EmpiricalFileError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var values: [Int64] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var number = 0
        while getline(&line, &capacity, file) >= 0, let text = line {
            number += 1
            let words = String(cString: text).prefix { $0 != "#" }.split { $0.isWhitespace }
            guard let word = words.first else { continue }
            let value = Quantity.nanoseconds(String(word)) ?? Quantity.nanoseconds(word + "s")
            guard words.count == 1, let value else {
                throw EmpiricalFileError(
                    description:
                        "\(path):\(number): expected a time such as 12.5ms or 0.0125, found \"\(Excerpt.of(words.joined(separator: " ")))\""
                )
            }
            values.append(value)
        }
        return values
    }
}
