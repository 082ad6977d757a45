/// Many latency histograms in one stretch of memory, for recording; ``LatencyHistogram`` is the value that comes of one.
///
/// The buckets are the same: 256 equal ones for each power of two. A value `v` with highest bit `b ≥ 8` belongs to bucket
/// `v >> (b − 8)`, a number from 256 to 511, of page `b − 8`; values below 512 are the 512 buckets of page 0. So recording is
/// a count of leading zeros, a shift and a look-up of where the page begins; it adds one to the bucket and keeps sum and
/// extremes. The number of values is the sum of the buckets. A power of two in which nothing was recorded takes no memory,
/// others 256 bytes each, a histogram itself as many: thousands of them, recorded in in turn, stay in a processor's cache.
public struct LatencyHistograms: ~Copyable {
    /// Of each histogram, 64 words: ``Extremes``, then where bucket 0 of each of its 55 pages would be, from the eighth on,
    /// the first eight behind the others: what is recorded of times from 65 µs to 16 ms is in one cache line.
    @usableFromInline var rows: UnsafeMutablePointer<UInt32>
    @usableFromInline var rowCapacity = 16
    @usableFromInline var rowCount = 0
    @usableFromInline var buckets: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity = 16 * 256
    /// Buckets in use. The first 256 are never used: bucket 0 of a page may lie 256 before its memory.
    @usableFromInline var used = 256
    /// How often each bucket came round, as far as any did: each time stands for 256 values. No run comes near 2⁴⁰ values.
    @usableFromInline var carries: [UInt32] = []

    /// Where there are so many histograms that a bucket has probably left the processor's cache, the buckets that one is to be
    /// added to: done many at a time, the processor waits for all of them together.
    @usableFromInline let deferred: UnsafeMutablePointer<UInt32>
    @usableFromInline var deferredCount = 0
    @inlinable static var deferredMost: Int { 32 }
    @inlinable static var many: Int { 64 }

    @usableFromInline
    struct Extremes: BitwiseCopyable {
        @usableFromInline var sum: UInt128
        /// The least value, and how far the greatest lies above it: one comparison finds a value that is outside.
        @usableFromInline var least: UInt64
        @usableFromInline var span: UInt64
    }

    @inlinable static var absent: UInt32 { .max }
    /// More than any value: what is least where there is none.
    @inlinable static var noValue: UInt64 { .max }

    /// No histograms.
    public init() {
        rows = Self.allocate(UInt32.self, 16 * 64)
        buckets = Self.allocate(UInt8.self, 16 * 256)
        deferred = Self.allocate(UInt32.self, Self.deferredMost)
    }

    @inlinable
    deinit {
        UnsafeMutableRawPointer(rows).deallocate()
        UnsafeMutableRawPointer(buckets).deallocate()
        UnsafeMutableRawPointer(deferred).deallocate()
    }

    /// The number of histograms.
    public var count: Int { rowCount }

    /// Makes an empty histogram; they are counted from 0.
    public mutating func make() -> UInt32 {
        if rowCount == rowCapacity {
            let larger = Self.allocate(UInt32.self, rowCapacity * 2 * 64)
            larger.update(from: rows, count: rowCount * 64)
            UnsafeMutableRawPointer(rows).deallocate()
            rows = larger
            rowCapacity *= 2
        }
        let row = rows + rowCount * 64
        for word in 8..<64 { row[word] = Self.absent }
        extremes(row).pointee = Extremes(sum: 0, least: Self.noValue, span: 0)
        rowCount += 1
        return UInt32(rowCount - 1)
    }

    /// Records a duration in nanoseconds, not negative, in one of the histograms.
    @inlinable @inline(__always)
    public mutating func record(_ value: Int64, in histogram: UInt32) {
        assert(value >= 0 && Int(histogram) < rowCount, "a negative duration, or a histogram that was never made")
        let bits = UInt64(bitPattern: value)
        let row = rows + (Int(histogram) &<< 6)
        let page = 55 &- (bits | 511).leadingZeroBitCount
        let word = Self.word(ofPage: page)
        if rarely(row[word] == Self.absent) { addPage(page, to: row) }
        let index = Int(row[word]) &+ Int(truncatingIfNeeded: bits &>> UInt64(truncatingIfNeeded: page))
        if rowCount > Self.many { postpone(index) } else { increment(index) }
        let extremes = self.extremes(row)
        extremes.pointee.sum &+= UInt128(truncatingIfNeeded: bits)
        if rarely(bits &- extremes.pointee.least > extremes.pointee.span) { widen(row, bits) }
    }

    @inlinable @inline(__always)
    mutating func increment(_ index: Int) {
        let bucket = buckets[index] &+ 1
        buckets[index] = bucket
        if rarely(bucket == 0) { carry(index) }
    }

    @inlinable @inline(__always)
    mutating func postpone(_ index: Int) {
        deferred[deferredCount] = UInt32(truncatingIfNeeded: index)
        deferredCount &+= 1
        if rarely(deferredCount == Self.deferredMost) { catchUp() }
    }

    @usableFromInline
    mutating func catchUp() {
        for place in 0..<deferredCount { increment(Int(deferred[place])) }
        deferredCount = 0
    }

    /// One of the histograms as a value.
    public mutating func histogram(_ histogram: UInt32) -> LatencyHistogram {
        var result = LatencyHistogram()
        add(histogram, to: &result)
        return result
    }

    /// Adds all values of one of the histograms to another.
    public mutating func add(_ histogram: UInt32, to result: inout LatencyHistogram) {
        precondition(Int(histogram) < rowCount, "a histogram that was never made")
        catchUp()
        let row = rows + Int(histogram) * 64
        if result.count == 0 { result.reserve(pages: (8..<64).count { row[$0] != Self.absent } + 1) }
        for page in 0..<56 {  // of the result, whose page 0 has half of ours, and page 1 the other
            let own = Self.word(ofPage: max(page - 1, 0))
            guard row[own] != Self.absent else { continue }
            let first = Int(row[own]) + (page > 0 ? 256 : 0)
            result.addBuckets(ofPage: page, buckets + first)
            for index in first..<max(first, min(first + 256, carries.count)) where carries[index] > 0 {
                result.addBucket(ofPage: page, index - first, count: UInt64(carries[index]) << 8)
            }
        }
        let extremes = extremes(row).pointee
        guard extremes.least != Self.noValue else { return }
        result.add(
            sum: extremes.sum, least: Int64(extremes.least), greatest: Int64(extremes.least + extremes.span))
    }

    @inlinable @inline(__always)
    func extremes(_ row: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<Extremes> {
        UnsafeMutableRawPointer(row).assumingMemoryBound(to: Extremes.self)
    }

    @inlinable @inline(__always)
    static func word(ofPage page: Int) -> Int { page &+ (((page &- 8) &>> 8) & 56) }

    @usableFromInline
    mutating func addPage(_ page: Int, to row: UnsafeMutablePointer<UInt32>) {
        let count = page == 0 ? 512 : 256
        if used + count > capacity {
            let larger = Self.allocate(UInt8.self, capacity * 2)
            larger.update(from: buckets, count: used)
            UnsafeMutableRawPointer(buckets).deallocate()
            buckets = larger
            capacity *= 2
        }
        (buckets + used).update(repeating: 0, count: count)
        row[Self.word(ofPage: page)] = UInt32(page == 0 ? used : used - 256)
        used += count
    }

    @usableFromInline
    func widen(_ row: UnsafeMutablePointer<UInt32>, _ value: UInt64) {
        let extremes = extremes(row)
        let least = extremes.pointee.least
        let greatest = least == Self.noValue ? value : max(least + extremes.pointee.span, value)
        extremes.pointee.least = min(least, value)
        extremes.pointee.span = greatest - extremes.pointee.least
    }

    @usableFromInline
    mutating func carry(_ bucket: Int) {
        if bucket >= carries.count { carries.append(contentsOf: repeatElement(0, count: capacity - carries.count)) }
        carries[bucket] &+= 1
    }

    /// Cache lines, so that a row and what follows its pages lie as they are laid out.
    private static func allocate<Word>(_ type: Word.Type, _ count: Int) -> UnsafeMutablePointer<Word> {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Word>.stride, alignment: 64).bindMemory(
            to: type, capacity: count)
    }
}
