/// The nine bytes before each frame of HTTP/2 (RFC 9113, section 4.1).
struct FrameHeader {
    static let byteCount = 9
    /// What a client sends first (RFC 9113, section 3.4).
    static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    enum Kind: UInt8 {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    /// How many bytes of payload follow.
    var length: Int
    /// Nil: of an extension, to be passed over (section 4.1).
    var kind: Kind?
    var flags: UInt8
    var stream: UInt32

    var endsStream: Bool { flags & 0x1 != 0 }
    var endsHeaders: Bool { flags & 0x4 != 0 }
    var isPadded: Bool { flags & 0x8 != 0 }
    var hasPriority: Bool { flags & 0x20 != 0 }

    /// Reads a header; the nine bytes must be there.
    init(_ bytes: Span<UInt8>, at start: Int) {
        length = Int(bytes[start]) << 16 | Int(bytes.big16(start + 1))
        kind = Kind(rawValue: bytes[start + 3])
        flags = bytes[start + 4]
        stream = bytes.big32(start + 5) & 0x7FFF_FFFF
    }

    /// Whether the length and the stream are as the kind demands (section 6).
    var isConsistent: Bool {
        switch kind {
        case .data, .headers, .continuation: stream != 0
        case .pushPromise: stream != 0 && length >= 4
        case .priority: stream != 0 && length == 5
        case .resetStream: stream != 0 && length == 4
        case .settings: stream == 0 && length % 6 == 0 && (!endsStream || length == 0)
        case .ping: stream == 0 && length == 8
        case .goAway: stream == 0 && length >= 8
        case .windowUpdate: length == 4
        case nil: true
        }
    }

    /// Whether it has no flags but those that its kind defines, and a size and stream that are common.
    private var isCommon: Bool {
        guard isConsistent, length <= 1 << 16, stream < 1 << 24 else { return false }
        return switch kind {
        case .data: flags & ~0x9 == 0
        case .headers: flags & ~0x2D == 0
        case .settings, .ping: flags & ~0x1 == 0
        case .pushPromise: flags & ~0xC == 0
        case .continuation: flags & ~0x4 == 0
        case .priority, .resetStream, .goAway, .windowUpdate: flags == 0
        case nil: false
        }
    }

    /// Whether these bytes are likely to be frames, which is asked where it is not known whether they are: a frame and the
    /// header after it, or one that ends where the bytes do.
    static func areLikely(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        var frames = 0
        while index + byteCount <= bytes.count {
            let header = FrameHeader(bytes, at: index)
            // The reserved bit is 0.
            guard header.isCommon, bytes[index + 5] & 0x80 == 0 else { return false }
            frames += 1
            index += byteCount + header.length
        }
        return frames > 1 || frames == 1 && index == bytes.count
    }

    /// Whether a server's first bytes are the settings that it sends first (section 3.4).
    static func isServerPreface(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= byteCount, bytes[5] & 0x80 == 0 else { return false }
        let header = FrameHeader(bytes, at: 0)
        return header.kind == .settings && header.flags == 0 && header.isConsistent && header.length <= 6 * 64
    }
}
