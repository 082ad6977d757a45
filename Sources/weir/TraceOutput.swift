import Glibc

/// Why output could not be written.
enum OutputError: Error {
    /// The reader of a pipe went away, which is its right.
    case brokenPipe
    case failed(String)
}

/// A file that is whole or not there: it is written beside its place and moved there when it is finished. Standard
/// output, devices and pipes are written directly.
struct OutputFile: ~Copyable {
    private let path: String
    private var descriptor: Int32
    private var temporary: String?

    /// Whether two paths name one regular file.
    static func isSame(_ one: String, _ other: String) -> Bool {
        var (left, right) = (stat(), stat())
        guard one != "-", other != "-", stat(one, &left) == 0, stat(other, &right) == 0 else { return false }
        return left.st_mode & S_IFMT == S_IFREG && left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }

    /// Opens a file for writing; `-` is standard output.
    init(path: String) throws(OutputError) {
        // A write to a pipe that nobody reads then fails instead of ending the process.
        signal(SIGPIPE, SIG_IGN)
        self.path = path
        if path == "-" {
            descriptor = STDOUT_FILENO
            return
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure() }
            return
        }
        var template = Array("\(path).XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure() }
        let name = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        temporary = name
        Interruption.guardFile(name)
        // mkstemp lets nobody else read the file.
        let mask = umask(0)
        umask(mask)
        fchmod(descriptor, 0o666 & ~mask)
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
        if let temporary {
            unlink(temporary)
            Interruption.release(temporary)
        }
    }

    /// Writes bytes.
    mutating func write(_ bytes: [UInt8]) throws(OutputError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EPIPE {
                throw .brokenPipe
            } else if errno != EINTR {
                throw Self.failure()
            }
        }
    }

    /// Puts the file in its place.
    mutating func finish() throws(OutputError) {
        guard let temporary else { return }
        guard rename(temporary, path) == 0 else { throw Self.failure() }
        self.temporary = nil
        Interruption.release(temporary)
    }

    private static func failure() -> OutputError {
        .failed("cannot be written: \(strerror(errno).map { String(cString: $0) } ?? "error \(errno)")")
    }
}
