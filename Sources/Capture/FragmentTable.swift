/// Puts the pieces of IP datagrams together, in bounded memory.
///
/// Pieces that overlap others with different bytes make the datagram useless (RFC 5722 asks for that in IPv6); the same
/// bytes again are harmless. A datagram that is not complete after `ageMax` is given up.
struct FragmentTable {
    private static let datagramBytesMax = 65_535
    private static let datagramsMax = 1024
    /// Nanoseconds (RFC 8200, section 4.5).
    private static let ageMax: Int64 = 60_000_000_000

    fileprivate struct Datagram {
        var bytes: [UInt8] = []
        /// Which bytes are there, as sorted ranges that do not touch.
        var present: [Range<Int>] = []
        var length: Int?
        var began: Int64
        var pieces = 0
    }

    private var datagrams: [FragmentKey: Datagram] = [:]
    /// The datagrams in the order in which they began.
    private var order: [FragmentKey] = []
    /// Pieces of datagrams that were given up.
    private(set) var lostPieces = 0

    /// Pieces that are waiting for others.
    var waitingPieces: Int { datagrams.values.reduce(0) { $0 + $1.pieces } }

    /// Adds a piece; returns the datagram's payload where that completes it.
    mutating func add(_ fragment: Fragment, _ bytes: Span<UInt8>, time: Int64) -> [UInt8]? {
        forgetOld(time)
        let range = fragment.offset..<fragment.offset + fragment.payload.count
        guard !fragment.isCut, range.upperBound <= Self.datagramBytesMax else {
            lostPieces += 1
            return nil
        }
        if datagrams[fragment.key] == nil { order.append(fragment.key) }
        var datagram = datagrams.removeValue(forKey: fragment.key) ?? Datagram(began: time)
        datagram.pieces += 1
        guard datagram.insert(range, bytes.extracting(fragment.payload)) else {
            lostPieces += datagram.pieces
            order.removeAll { $0 == fragment.key }
            return nil
        }
        if !fragment.hasMore { datagram.length = range.upperBound }
        if let length = datagram.length, datagram.present == [0..<length] {
            order.removeAll { $0 == fragment.key }
            return datagram.bytes
        }
        datagrams[fragment.key] = datagram
        return nil
    }

    private mutating func forgetOld(_ time: Int64) {
        while let oldest = order.first, let datagram = datagrams[oldest],
            order.count >= Self.datagramsMax || time.subtractingReportingOverflow(datagram.began).0 > Self.ageMax
        {
            lostPieces += datagram.pieces
            datagrams.removeValue(forKey: oldest)
            order.removeFirst()
        }
    }
}

extension FragmentTable.Datagram {
    /// Puts bytes in their place; false where they contradict what is there.
    fileprivate mutating func insert(_ range: Range<Int>, _ piece: Span<UInt8>) -> Bool {
        if let length, range.upperBound > length { return false }
        if bytes.count < range.upperBound {
            bytes.append(contentsOf: repeatElement(0, count: range.upperBound - bytes.count))
        }
        for other in present {
            for index in range.clamped(to: other) where bytes[index] != piece[index - range.lowerBound] { return false }
        }
        for index in range { bytes[index] = piece[index - range.lowerBound] }
        var merged = range
        present.removeAll { other in
            guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else { return false }
            merged = min(merged.lowerBound, other.lowerBound)..<max(merged.upperBound, other.upperBound)
            return true
        }
        present.append(merged)
        present.sort { $0.lowerBound < $1.lowerBound }
        return true
    }
}
