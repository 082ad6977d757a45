import GatewayAPI
import Glibc

/// A path that cannot be read.
public struct ManifestLoadError: Error, Hashable, Sendable {
    /// As the user named it; `-` for standard input.
    public var path: String
    /// Why, for a person.
    public var reason: String

    /// Names a path and why it cannot be read.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

extension ManifestLoadError: CustomStringConvertible {
    /// `path: reason`
    public var description: String { "\(path): \(reason)" }
}

/// Reads manifests from where the user says, as `kubectl apply -f` does.
public enum ManifestLoader {
    /// Reads files, folders and, for `-`, standard input, in this order.
    ///
    /// Of a folder its own `.yaml`, `.yml` and `.json` files are read, sorted by name; everything else in it is
    /// reported as passed over.
    public static func load(_ paths: [String]) throws(ManifestLoadError) -> ManifestInput {
        var input = ManifestInput()
        for path in paths {
            if let revision = GitRevision(path) {
                try load(revision, into: &input)
            } else if path != "-", isDirectory(path) {
                try loadFolder(path, into: &input)
            } else {
                try loadFile(path, into: &input)
            }
        }
        return input
    }

    /// Files are named as git names them: `REVISION:PATH`.
    private static func load(_ git: GitRevision, into input: inout ManifestInput) throws(ManifestLoadError) {
        guard let path = git.path else {
            throw ManifestLoadError(path: "git:\(git.revision)", reason: "name a path too: git:\(git.revision):PATH")
        }
        switch try git.contents(of: path) {
        case .file(let bytes):
            input.append(ManifestParser.parse(bytes, file: "\(git.revision):\(path)"))
        case .folder(let names):
            let prefix = path.hasSuffix("/") ? path : path + "/"
            let manifests = names.filter { name in [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) }
            guard !manifests.isEmpty else {
                throw ManifestLoadError(
                    path: "git:\(git.revision):\(path)", reason: "the folder holds no .yaml, .yml or .json file")
            }
            for name in manifests {
                guard case .file(let bytes) = try git.contents(of: prefix + name) else { continue }
                input.append(ManifestParser.parse(bytes, file: "\(git.revision):\(prefix)\(name)"))
            }
        }
    }

    private static func loadFile(_ path: String, into input: inout ManifestInput) throws(ManifestLoadError) {
        input.append(ManifestParser.parse(try bytes(of: path), file: path))
    }

    private static func loadFolder(_ path: String, into input: inout ManifestInput) throws(ManifestLoadError) {
        let prefix = path.hasSuffix("/") ? path : path + "/"
        var hasManifest = false
        for name in try names(in: path) {
            if [".yaml", ".yml", ".json"].contains(where: name.hasSuffix), !isDirectory(prefix + name) {
                hasManifest = true
                try loadFile(prefix + name, into: &input)
            } else {
                input.diagnostics.append(
                    Diagnostic(
                        .info, code: "file-passed-over",
                        isDirectory(prefix + name)
                            ? "a folder inside of a folder is not read" : "no .yaml, .yml or .json file",
                        position: SourcePosition(file: prefix + name, line: 1, column: 1)))
            }
        }
        guard hasManifest else {
            throw ManifestLoadError(path: path, reason: "the folder holds no .yaml, .yml or .json file")
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in path: String) throws(ManifestLoadError) -> [String] {
        guard let directory = opendir(path) else { throw systemError(path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The whole of a file, or of standard input for `-`; a little more than what `ManifestParser` takes, where it is longer.
    public static func bytes(of path: String) throws(ManifestLoadError) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(path) }
        defer { if path != "-" { close(descriptor) } }
        var status = stat()
        let expected = fstat(descriptor, &status) == 0 ? max(Int(status.st_size), 0) : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(expected, ManifestParser.bytesMax) + 1)
        let chunk = 1 << 18
        while bytes.count <= ManifestParser.bytesMax {
            var count = 0
            let filled = bytes.count
            bytes.append(addingCapacity: chunk) { output in
                output.withUnsafeMutableBufferPointer { buffer, initialized in
                    count = read(descriptor, buffer.baseAddress, chunk)
                    initialized = max(count, 0)
                }
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw systemError(path)
            }
            if bytes.count == filled { break }
        }
        return bytes
    }

    private static func systemError(_ path: String) -> ManifestLoadError {
        ManifestLoadError(path: path, reason: String(cString: strerror(errno)))
    }
}

extension ManifestInput {
    /// Adds what was read later.
    public mutating func append(_ other: ManifestInput) {
        objects.append(contentsOf: other.objects)
        diagnostics.append(contentsOf: other.diagnostics)
        files.append(contentsOf: other.files)
    }
}
