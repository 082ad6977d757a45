import Capture
import Glibc

extension TraceOptions {
    /// The format of a file: what was chosen, else what the person says of the lines of logs, else what the content tells.
    func format(of stream: borrowing ByteStream) throws(InputError) -> TraceFormat {
        let capture = TraceFormat.captures.first { stream.prefix(TraceFormat.prefixBytes, is: $0.detects) }
        if let capture {
            guard let format, !format.isCapture else { return capture }
            throw InputError(
                .usage, file: stream.name,
                message: "the file is \(capture.summary) (\(capture.name)), and --format says \(format.name)")
        }
        if let format { return format }
        if let lines = logs.lineFormat, let format = TraceFormat.ofLineFormat(lines) { return format }
        return try TraceFormat.detect(stream)
    }

    /// The options that are given and say nothing of most formats.
    var selective: [SelectiveOption] {
        var given: [SelectiveOption] = []
        if filter != nil { given.append(SelectiveOption("--filter", "captures") { $0.isCapture }) }
        if keyLogPath != nil { given.append(SelectiveOption("--keylog", "captures") { $0.isCapture }) }
        if logs.lineFormat != nil {
            given.append(SelectiveOption("--log-format", "logs of Envoy and NGINX") { $0.isOne(of: [.envoy, .nginx]) })
        }
        if !logs.capturedHeaders.isEmpty {
            given.append(SelectiveOption("--capture", "logs of HAProxy") { $0.isOne(of: [.haproxy]) })
        }
        if logs.service != nil {
            given.append(SelectiveOption("--service", "traces of OpenTelemetry") { $0.isOne(of: [.spans]) })
        }
        return given
    }
}

extension TraceFormat {
    static let captures = [pcap, pcapng]

    var isCapture: Bool { isOne(of: Self.captures) }

    func isOne(of formats: [TraceFormat]) -> Bool { formats.contains { $0.name == name } }
}

/// An option that is about files of some formats alone. Where none of the inputs is of these, what it asks for is not done:
/// that is a mistake of usage, and no reason to go on without it.
struct SelectiveOption {
    private let name: String
    private let subject: String
    private let isFor: @Sendable (TraceFormat) -> Bool

    init(_ name: String, _ subject: String, _ isFor: @escaping @Sendable (TraceFormat) -> Bool) {
        (self.name, self.subject, self.isFor) = (name, subject, isFor)
    }

    /// Throws where neither a file of a format nor any other input can be what the option is about.
    func require(_ format: TraceFormat, of path: String, among inputs: [String]) throws(InputError) {
        guard !isFor(format), !inputs.contains(where: { $0 != path && mayConcern($0) }) else { return }
        throw InputError(.usage, file: path, message: "\(name) is for \(subject), and this is \(format.summary)")
    }

    /// Only regular files can be looked into without taking something away; what cannot be read says so by itself.
    private func mayConcern(_ path: String) -> Bool {
        var status = stat()
        guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return true }
        do throws(InputError) {
            var stream = try ByteStream(path: path)
            _ = try stream.fill(TraceFormat.prefixBytes)
            return isFor(try TraceFormat.detect(stream))
        } catch {
            return true
        }
    }
}
