import Glibc

/// Waits until one of some files changes. Modification times are asked for twice a second, which works on every file
/// system, network mounts and containers' volumes among them.
struct FileWatch {
    private struct Stamp: Hashable {
        var path: String
        var seconds: Int
        var nanoseconds: Int
        var bytes: Int64
        var file: UInt64
    }

    private var paths: [String] = []
    private var before: Set<Stamp> = []

    /// Watches files too, and folders with the manifests directly in them, as they are now.
    mutating func add(_ paths: [String]) {
        for path in paths where !self.paths.contains(path) {
            self.paths.append(path)
            before.formUnion(Self.stamps(path))
        }
    }

    /// Returns when something was written, made or removed since it was added or since the last return, and then was left
    /// alone for a moment.
    mutating func waitForChange() {
        var latest = before
        while true {
            usleep(500_000)
            let now = paths.reduce(into: Set()) { $0.formUnion(Self.stamps($1)) }
            if now != before, now == latest {
                before = now
                return
            }
            latest = now
        }
    }

    private static func stamps(_ path: String) -> Set<Stamp> {
        guard let own = stamp(path) else { return [] }
        var stamps: Set<Stamp> = [own]
        guard let directory = opendir(path) else { return stamps }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "..", let stamp = stamp("\(path)/\(name)") { stamps.insert(stamp) }
        }
        return stamps
    }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            path: path, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
            bytes: Int64(status.st_size), file: UInt64(status.st_ino))
    }
}
