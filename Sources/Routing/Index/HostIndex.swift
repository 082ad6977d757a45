/// Hostname patterns of many owners (the listeners of a port, the virtual hosts of a listener), found by a request's host:
/// the exact one first, then the longest wildcard, then the one for every host.
struct HostIndex: Sendable {
    private let exact: ByteTable
    private let exactValues: [UInt32]
    private let wildcards: ByteTable
    private let wildcardValues: [UInt32]
    /// For each owner, the value of the pattern for every host, or `none`.
    private let everyHost: [UInt32]
    static let none = UInt32.max

    init(ownerCount: Int, _ patterns: [(owner: UInt32, pattern: HostnamePattern, value: UInt32)]) {
        var exact = ByteTableKeys()
        var exactValues: [UInt32] = []
        var wildcards = ByteTableKeys()
        var wildcardValues: [UInt32] = []
        var everyHost = Array(repeating: Self.none, count: ownerCount)
        for (owner, pattern, value) in patterns {
            switch pattern {
            case .any:
                everyHost[Int(owner)] = value
            case .exact(let name):
                exact.append(name.utf8, owner: owner, hash: RollingHash.of(name.utf8.reversed()))
                exactValues.append(value)
            case .wildcard(let suffix):
                wildcards.append(suffix.utf8, owner: owner, hash: RollingHash.of(suffix.utf8.reversed()))
                wildcardValues.append(value)
            }
        }
        self.exact = ByteTable(exact)
        self.exactValues = exactValues.trimmed()
        self.wildcards = ByteTable(wildcards)
        self.wildcardValues = wildcardValues.trimmed()
        self.everyHost = everyHost
    }

    /// Calls `visit` with the value of each pattern of `owner` that matches the host, the most specific first, until it
    /// returns false.
    @inline(__always)
    func visit(_ host: borrowing PreparedHost, in bytes: Span<UInt8>, owner: UInt32, _ visit: (UInt32) -> Bool) {
        if !exact.isEmpty, host.range.count > 0,
            let place = exact.find(bytes, host.range, hash: host.hash, owner: owner), !visit(exactValues[place])
        {
            return
        }
        if !wildcards.isEmpty {
            for suffix in host.suffixes.indices.reversed() {
                let range = Int(host.suffixes[suffix].start)..<host.range.upperBound
                if let place = wildcards.find(bytes, range, hash: host.suffixes[suffix].hash, owner: owner),
                    !visit(wildcardValues[place])
                {
                    return
                }
            }
        }
        let value = everyHost[Int(owner)]
        if value != Self.none { _ = visit(value) }
    }
}

/// A host in lower case with the hashes of all its suffixes that begin with a dot.
struct PreparedHost: Sendable {
    var range = 0..<0
    var hash: UInt64 = 0
    /// From the shortest to the longest, so the longest wildcard is the last.
    var suffixes: [(start: UInt32, hash: UInt64)] = []

    /// Appends the host in `authority` to `bytes`, and hashes it from its end.
    mutating func prepare(
        _ authority: Span<UInt8>, trailingDot: Dialect.Hostnames.TrailingDot, into bytes: inout [UInt8]
    ) {
        suffixes.removeAll(keepingCapacity: true)
        let host = hostRange(authority)
        let start = bytes.count
        for index in host { bytes.append(asciiLowercased(authority[index])) }
        let isDotIgnored = trailingDot == .ignoredByExactNames && host.count > 0 && bytes[bytes.count - 1] == 0x2E
        if isDotIgnored { bytes.removeLast() }
        range = start..<bytes.count
        var hash = RollingHash()
        var index = bytes.count
        while index > start {
            index -= 1
            hash.add(bytes[index])
            // The wildcard stands for at least one label, so a leading dot is no suffix.
            if bytes[index] == UInt8(ascii: "."), index > start { suffixes.append((UInt32(index), hash.value)) }
        }
        self.hash = hash.value
        if isDotIgnored { suffixes.removeAll(keepingCapacity: true) }
    }
}
