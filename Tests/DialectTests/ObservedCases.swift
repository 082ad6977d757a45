import Foundation

/// A case of the observations: manifests, requests, and what each party answered.
struct ObservedCase: Sendable {
    /// A request record as JSON, and for each column (`spec`, `envoy`, `traefik`) the cell as it is written.
    struct Request: Sendable {
        var json: String
        var cells: [String: String]
    }

    /// An object: its kind, name, age, listener and the spec in YAML's flow style.
    struct Object: Sendable {
        var kind: String
        var name: String
        var created: String?
        var section: String?
        var body: String
    }

    var name: String
    var objects: [Object] = []
    var requests: [Request] = []

}

/// The file of observations, which stands beside the project and not in it.
enum Observations {
    static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/dialects.md").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }

    static func cases() throws -> [ObservedCase] {
        let text = try String(contentsOf: file, encoding: .utf8)
        var cases: [ObservedCase] = []
        var isAppendix = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") { isAppendix = line.hasPrefix("## Appendix") }
            guard isAppendix else { continue }
            if line.hasPrefix("### ") {
                cases.append(ObservedCase(name: String(line.dropFirst(4))))
            } else if line.hasPrefix("- "), let object = object(line) {
                cases[cases.count - 1].objects.append(object)
            } else if line.hasPrefix("| `{"), let request = request(line) {
                cases[cases.count - 1].requests.append(request)
            }
        }
        return cases
    }

    /// `- HTTPRoute r1 (created 2024-01-01, section l1): `{…}``
    private static func object(_ line: String) -> ObservedCase.Object? {
        guard let match = line.wholeMatch(of: /- (\w+) ([\w-]+)(?: \((.*?)\))?: `(.*)`/) else { return nil }
        var created: String?
        var section: String?
        for note in (match.3 ?? "").split(separator: ", ") {
            if note.hasPrefix("created ") { created = String(note.dropFirst(8)) }
            if note.hasPrefix("section ") { section = String(note.dropFirst(8)) }
        }
        return .init(
            kind: String(match.1), name: String(match.2), created: created, section: section, body: String(match.4))
    }

    /// A row of the table: columns are divided by bars that no backslash stands before.
    private static func request(_ line: String) -> ObservedCase.Request? {
        let columns = line.replacing("\\|", with: "\u{1}").split(separator: "|").map {
            $0.replacing("\u{1}", with: "|").trimmingCharacters(in: .whitespaces)
        }
        guard columns.count >= 5 else { return nil }
        let cell = { (text: String) in text.replacing("**", with: "") }
        return .init(
            json: String(columns[0].dropFirst().dropLast()),
            cells: ["spec": cell(columns[1]), "envoy": cell(columns[2]), "traefik": cell(columns[4])])
    }
}
