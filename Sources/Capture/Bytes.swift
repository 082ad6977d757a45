import Glibc

/// Reading numbers in network and host order, and searching; the caller sees to it that the bytes are there.
extension Span where Element == UInt8 {
    @inline(__always)
    func big16(_ index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }

    @inline(__always)
    func big32(_ index: Int) -> UInt32 { UInt32(big16(index)) << 16 | UInt32(big16(index + 2)) }

    @inline(__always)
    func big64(_ index: Int) -> UInt64 { UInt64(big32(index)) << 32 | UInt64(big32(index + 4)) }

    @inline(__always)
    func number16(_ index: Int, bigEndian: Bool) -> UInt16 {
        let value = big16(index)
        return bigEndian ? value : value.byteSwapped
    }

    @inline(__always)
    func number32(_ index: Int, bigEndian: Bool) -> UInt32 {
        let value = big32(index)
        return bigEndian ? value : value.byteSwapped
    }

    /// The first place from `index` on that holds `byte`.
    func firstIndex(of byte: UInt8, from index: Int) -> Int? {
        guard index < count else { return nil }
        return withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + index, Int32(byte), bytes.count - index)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// Whether `word` stands at `index`.
    func hasPrefix(_ word: StaticString, at index: Int) -> Bool {
        guard index + word.utf8CodeUnitCount <= count else { return false }
        for place in 0..<word.utf8CodeUnitCount where self[index + place] != word.utf8Start[place] {
            return false
        }
        return true
    }

    /// Whether a range is `word`, which is in lower case, without regard to the case of ASCII letters.
    func equalsIgnoringCase(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for place in 0..<range.count {
            let byte = self[range.lowerBound + place]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            guard lower == word.utf8Start[place] else { return false }
        }
        return true
    }

    /// A range without spaces and tabs around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower] == 0x20 || self[lower] == 0x09 { lower += 1 }
        while upper > lower, self[upper - 1] == 0x20 || self[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }
}

extension Array where Element == UInt8 {
    /// Appends borrowed bytes.
    mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
