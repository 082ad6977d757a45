import Glibc

/// Manifests as they were in a revision of a git repository: `git:REVISION:PATH`, read with the `git` program.
public struct GitRevision: Hashable, Sendable {
    /// A branch, tag or commit, or whatever else `git rev-parse` takes.
    public var revision: String
    /// A file or folder, nil where only the revision is named. It is found as git finds `REVISION:./PATH`: from the current
    /// folder, never from the root of the repository. Whoever reads it from a file puts that file's folder before it.
    public var path: String?

    /// Reads `git:REVISION:PATH` or `git:REVISION`; nil for what does not begin so.
    public init?(_ argument: String) {
        guard argument.hasPrefix("git:") else { return nil }
        let parts = argument.dropFirst(4).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return nil }
        revision = String(first)
        path = parts.count > 1 ? String(parts[1]) : nil
    }

    /// What there is at the path.
    enum Contents {
        case file([UInt8])
        /// The names of its own entries, folders with a slash at their end.
        case folder([String])
    }

    func contents(of path: String) throws(ManifestLoadError) -> Contents {
        let (folder, rest) = Self.split(path)
        let object = "\(revision):./\(rest)"
        let type = try run(["-C", folder, "cat-file", "-t", object], path)
        guard type.starts(with: "tree".utf8) else {
            return .file(try run(["-C", folder, "cat-file", "blob", object], path))
        }
        var names: [String] = []
        for entry in try run(["-C", folder, "ls-tree", "-z", "--full-tree", object], path).split(separator: 0) {
            guard let tab = entry.firstIndex(of: 0x09) else { continue }
            let isFolder = entry[..<tab].split(separator: 0x20).dropFirst().first?.elementsEqual("tree".utf8) ?? false
            names.append(String(decoding: entry[(tab + 1)...], as: UTF8.self) + (isFolder ? "/" : ""))
        }
        return .folder(names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// A folder that is there now, and the rest of the path: the file itself may be gone.
    private static func split(_ path: String) -> (folder: String, rest: String) {
        var folder = path
        while folder.hasSuffix("/"), folder.count > 1 { folder.removeLast() }
        var rest: [Substring] = []
        while !isDirectory(folder) {
            guard let slash = folder.lastIndex(of: "/") else {
                rest.insert(folder[...], at: 0)
                return (".", rest.joined(separator: "/"))
            }
            rest.insert(folder[folder.index(after: slash)...], at: 0)
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        return (folder, rest.joined(separator: "/"))
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// What `git` writes; its own words where it fails.
    private func run(_ arguments: [String], _ path: String) throws(ManifestLoadError) -> [UInt8] {
        let name = "git:\(revision):\(path)"
        guard !revision.hasPrefix("-") else { throw ManifestLoadError(path: name, reason: "this is no revision") }
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard pipe(&output) == 0 else { throw ManifestLoadError(path: name, reason: String(cString: strerror(errno))) }
        guard pipe(&errors) == 0 else {
            let reason = String(cString: strerror(errno))
            output.forEach { _ = close($0) }
            throw ManifestLoadError(path: name, reason: reason)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO)
        for descriptor in output + errors { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var strings: [UnsafeMutablePointer<CChar>?] = (["git"] + arguments).map { strdup($0) } + [nil]
        var child = pid_t()
        let failure = posix_spawnp(&child, "git", &actions, nil, &strings, environ)
        posix_spawn_file_actions_destroy(&actions)
        strings.forEach { free($0) }
        close(output[1])
        close(errors[1])
        defer {
            close(output[0])
            close(errors[0])
        }
        guard failure == 0 else {
            throw ManifestLoadError(path: name, reason: "git cannot be run: \(String(cString: strerror(failure)))")
        }
        let bytes = Self.readAll(output[0])
        let words = Self.readAll(errors[0])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let text = String(decoding: words, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
            throw ManifestLoadError(path: name, reason: text.isEmpty ? "git failed" : text)
        }
        return bytes
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= ManifestParser.bytesMax {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
