/// Brings the path of a request into the form that a dialect matches and forwards. All work is done at the end of the
/// caller's buffer.
struct PathNormaliser {
    /// What a path is for.
    enum Form {
        /// To be held against rules.
        case matched
        /// To be sent to a backend, or back to the client.
        case forwarded
    }

    let target: Dialect.Target

    /// Whether nothing at all is to be done about a path: most are such.
    func keeps(_ path: Span<UInt8>) -> Bool {
        guard path.count > 0, path[0] == slash else { return false }
        var previous: UInt8 = 0
        for index in path.indices {
            let byte = path[index]
            if !byte.mayStandInPath || byte == percent { return false }
            if previous == slash, byte == slash || byte == dot { return false }
            previous = byte
        }
        return true
    }

    /// Appends the path in its new form, or says what the gateway answers by itself.
    func append(_ path: Span<UInt8>, as form: Form, to bytes: inout [UInt8]) -> OwnAnswer {
        let start = bytes.count
        let answer = appendCharacters(path, to: &bytes)
        guard answer != .badRequest else { return answer }
        if target.dotSegments != .kept || target.slashes == .mergedBeforeDots { resolveSegments(&bytes, from: start) }
        if target.slashes == .mergedAfterDots { mergeSlashes(&bytes, from: start) }
        if form == .matched, target.matched == .decoded { decodeUnlessReserved(&bytes, from: start) }
        return answer
    }

    private func appendCharacters(_ path: Span<UInt8>, to bytes: inout [UInt8]) -> OwnAnswer {
        var answer = OwnAnswer.none
        var isEncodedAnew = false
        if target.otherBytes == .encodedAnew {
            for index in path.indices where !path[index].mayStandInPath { isEncodedAnew = true }
        }
        var index = 0
        while index < path.count {
            let byte = path[index]
            if byte == percent {
                guard let value = path.decodedByte(at: index) else {
                    if target.refusesBrokenEncoding { return .badRequest }
                    bytes.append(byte)
                    index += 1
                    continue
                }
                if value == 0, target.refusesEncodedZero { return .badRequest }
                if isEncodedAnew {
                    bytes.append(value, encodedUnless: value.mayStandUnencoded)
                } else if appendEncoded(value, path, index, to: &bytes) {
                    answer = .redirectedToSlashes
                }
                index += 3
                continue
            }
            guard append(byte, isEncodedAnew: isEncodedAnew, to: &bytes) else { return .badRequest }
            index += 1
        }
        return answer
    }

    /// True where it was a slash that the dialect redirects.
    private func appendEncoded(_ value: UInt8, _ path: Span<UInt8>, _ index: Int, to bytes: inout [UInt8]) -> Bool {
        if target.encodedSlash == .redirected, value == slash || value == backslash {
            bytes.append(value == backslash && target.backslash == .kept ? backslash : slash)
            return true
        }
        if target.encoded != .kept, value.isUnreserved {
            bytes.append(value)
            return false
        }
        bytes.append(percent)
        for digit in index + 1..<index + 3 {
            let isRaised = target.encoded == .unreservedDecodedOthersInUpperCase
            bytes.append(isRaised && path[digit] > 0x60 ? path[digit] & 0xDF : path[digit])
        }
        return false
    }

    /// False where the byte is refused.
    private func append(_ byte: UInt8, isEncodedAnew: Bool, to bytes: inout [UInt8]) -> Bool {
        if byte == UInt8(ascii: "#"), target.fragment != .kept { return false }
        if target.otherBytes != .kept, byte < 0x20 || byte == 0x7F { return false }
        if byte == backslash {
            switch target.backslash {
            case .kept: bytes.append(byte)
            case .becomesSlash: bytes.append(slash)
            case .encoded: bytes.append(byte, encodedUnless: false)
            }
            return true
        }
        switch target.otherBytes {
        case .kept: bytes.append(byte)
        case .encodedWithinASCII:
            guard byte < 0x80 else { return false }
            bytes.append(byte, encodedUnless: byte.mayStandInPath)
        case .encodedAnew:
            bytes.append(byte, encodedUnless: isEncodedAnew ? byte.mayStandUnencoded : byte.mayStandInPath)
        }
        return true
    }

    /// RFC 3986, section 5.2.4, in place: what is written never passes what is read.
    private func resolveSegments(_ bytes: inout [UInt8], from start: Int) {
        let end = bytes.count
        guard start < end, bytes[start] == slash else { return }
        var read = start
        var write = start
        while read < end {
            var next = read + 1
            while next < end, bytes[next] != slash { next += 1 }
            let isLast = next == end
            let dots = dotCount(bytes, read + 1..<next)
            if next == read + 1 {
                let isMerged = target.slashes == .mergedBeforeDots && !isLast
                if !isMerged { write = write.appending(slash, to: &bytes) }
            } else if dots > 0, target.dotSegments != .kept {
                if dots == 2 {
                    while write > start, bytes[write - 1] != slash { write -= 1 }
                    if write > start { write -= 1 }
                }
                if isLast, target.dotSegments == .resolved { write = write.appending(slash, to: &bytes) }
            } else {
                for index in read..<next { write = write.appending(bytes[index], to: &bytes) }
            }
            read = next
        }
        if write == start { write = write.appending(slash, to: &bytes) }
        bytes.removeLast(end - write)
    }

    /// 1 for a segment `.`, 2 for `..`, 0 for others. By now no dot is encoded any more where dots are resolved.
    private func dotCount(_ bytes: [UInt8], _ segment: Range<Int>) -> Int {
        guard segment.count == 1 || segment.count == 2 else { return 0 }
        for index in segment where bytes[index] != dot { return 0 }
        return segment.count
    }

    private func mergeSlashes(_ bytes: inout [UInt8], from start: Int) {
        let end = bytes.count
        var write = start
        for read in start..<end where !(bytes[read] == slash && write > start && bytes[write - 1] == slash) {
            write = write.appending(bytes[read], to: &bytes)
        }
        if write == start + 1, end > write, bytes[start] == slash { write = write.appending(slash, to: &bytes) }
        bytes.removeLast(end - write)
    }

    private func decodeUnlessReserved(_ bytes: inout [UInt8], from start: Int) {
        let end = bytes.count
        var read = start
        var write = start
        while read < end {
            if bytes[read] == percent, let value = bytes.span.decodedByte(at: read), !value.isReservedOrPercent {
                write = write.appending(value, to: &bytes)
                read += 3
            } else {
                write = write.appending(bytes[read], to: &bytes)
                read += 1
            }
        }
        bytes.removeLast(end - write)
    }
}

private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
private let dot = UInt8(ascii: ".")
private let percent = UInt8(ascii: "%")

extension Int {
    /// Writes a byte at this offset, and gives the next one.
    fileprivate func appending(_ byte: UInt8, to bytes: inout [UInt8]) -> Int {
        bytes[self] = byte
        return self + 1
    }
}
