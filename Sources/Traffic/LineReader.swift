import Capture

/// Reads a file line by line. A line lies in the stream's window until the next one is asked for.
struct LineReader: ~Copyable {
    /// Where a line is in the stream's window, and its number from 1.
    struct Line {
        var bytes: Range<Int>
        var number: Int
        /// Whether it is longer than allowed; `bytes` is then its beginning.
        var isTooLong: Bool
    }

    private(set) var stream: ByteStream
    private(set) var lines = 0
    private let lineBytesMax: Int

    init(_ stream: consuming ByteStream, lineBytesMax: Int) {
        self.stream = stream
        self.lineBytesMax = lineBytesMax
    }

    /// The next line, its line break left out; nil at the end.
    mutating func next() throws(InputError) -> Line? {
        var searched = 0
        guard try stream.fill(1) else { return nil }
        lines += 1
        while true {
            let start = stream.start
            if let end = firstLineFeed(from: start + searched) {
                stream.consume(end + 1 - start)
                return Line(bytes: start..<end, number: lines, isTooLong: end - start > lineBytesMax)
            }
            searched = stream.available
            if searched > lineBytesMax { return try skipLine() }
            // The window grows by doubling, so asking for one more byte is cheap.
            guard try stream.fill(searched + 1) else {
                let rest = stream.start..<stream.end
                stream.consume(stream.available)
                return Line(bytes: rest, number: lines, isTooLong: false)
            }
        }
    }

    private mutating func skipLine() throws(InputError) -> Line? {
        while try stream.fill(1) {
            if let end = firstLineFeed(from: stream.start) {
                stream.consume(end + 1 - stream.start)
                break
            }
            stream.consume(stream.available)
        }
        return Line(bytes: 0..<0, number: lines, isTooLong: true)
    }

    private func firstLineFeed(from index: Int) -> Int? {
        stream.firstIndex(of: 0x0A, from: index)
    }
}
