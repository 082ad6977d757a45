/// Many latency histograms in one stretch of memory, for recording; ``LatencyHistogram`` is the value that comes of one.
///
/// The buckets are the same: 256 equal ones for each power of two. Recording finds the bucket by a count of leading zeros,
/// a shift and one look-up, adds one to it, and keeps sum and extremes; the number of values is the sum of the buckets. A
/// power of two in which nothing was recorded takes no memory, others 1 KiB each, a histogram itself 256 bytes.
public struct LatencyHistograms: ~Copyable {
    /// Of each histogram, 64 words: where the buckets of its 56 powers of two begin, in units of 256, then ``Extremes``.
    @usableFromInline var rows: UnsafeMutablePointer<UInt32>
    @usableFromInline var rowCapacity = 16
    @usableFromInline var rowCount = 0
    @usableFromInline var buckets: UnsafeMutablePointer<UInt32>
    @usableFromInline var pageCapacity = 16
    @usableFromInline var pageCount = 0
    /// The buckets that came round: each stands for 2³² values.
    @usableFromInline var carries: [Int: UInt64] = [:]

    @usableFromInline
    struct Extremes: BitwiseCopyable {
        @usableFromInline var sum: UInt128
        @usableFromInline var least: Int64
        @usableFromInline var greatest: Int64
    }

    @usableFromInline static let absent = UInt32.max

    /// No histograms.
    public init() {
        rows = Self.allocate(16 * 64)
        buckets = Self.allocate(16 * 256)
    }

    @inlinable
    deinit {
        UnsafeMutableRawPointer(rows).deallocate()
        UnsafeMutableRawPointer(buckets).deallocate()
    }

    /// The number of histograms.
    public var count: Int { rowCount }

    /// Makes an empty histogram; they are counted from 0.
    public mutating func make() -> UInt32 {
        if rowCount == rowCapacity {
            let larger = Self.allocate(rowCapacity * 2 * 64)
            larger.update(from: rows, count: rowCount * 64)
            UnsafeMutableRawPointer(rows).deallocate()
            rows = larger
            rowCapacity *= 2
        }
        let row = rows + rowCount * 64
        for page in 0..<56 { row[page] = Self.absent }
        extremes(row).pointee = Extremes(sum: 0, least: .max, greatest: 0)
        rowCount += 1
        return UInt32(rowCount - 1)
    }

    /// Records a duration in nanoseconds, not negative, in one of the histograms.
    @inlinable @inline(__always)
    public mutating func record(_ value: Int64, in histogram: UInt32) {
        assert(value >= 0 && Int(histogram) < rowCount, "a negative duration, or a histogram that was never made")
        let bits = UInt64(bitPattern: value)
        let row = rows + (Int(histogram) &<< 6)
        let page = 56 &- (bits | 255).leadingZeroBitCount
        if row[page] == Self.absent { addPage(page, to: row) }
        let shift = UInt64(truncatingIfNeeded: page &- (page > 0 ? 1 : 0))
        let index = (Int(row[page]) &<< 8) | Int(truncatingIfNeeded: (bits &>> shift) & 255)
        let bucket = buckets[index] &+ 1
        buckets[index] = bucket
        if bucket == 0 { carry(index) }
        let extremes = self.extremes(row)
        extremes.pointee.sum &+= UInt128(truncatingIfNeeded: bits)
        if value < extremes.pointee.least { extremes.pointee.least = value }
        if value > extremes.pointee.greatest { extremes.pointee.greatest = value }
    }

    /// One of the histograms as a value.
    public func histogram(_ histogram: UInt32) -> LatencyHistogram {
        var result = LatencyHistogram()
        add(histogram, to: &result)
        return result
    }

    /// Adds all values of one of the histograms to another.
    public func add(_ histogram: UInt32, to result: inout LatencyHistogram) {
        precondition(Int(histogram) < rowCount, "a histogram that was never made")
        let row = rows + Int(histogram) * 64
        for page in 0..<56 where row[page] != Self.absent {
            let first = Int(row[page]) << 8
            result.addBuckets(ofPage: page) { offset in
                UInt64(buckets[first + offset]) + (carries.isEmpty ? 0 : (carries[first + offset] ?? 0) << 32)
            }
        }
        let extremes = extremes(row).pointee
        result.add(sum: extremes.sum, least: extremes.least, greatest: extremes.greatest)
    }

    @inlinable @inline(__always)
    func extremes(_ row: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<Extremes> {
        UnsafeMutableRawPointer(row + 56).assumingMemoryBound(to: Extremes.self)
    }

    @usableFromInline
    mutating func addPage(_ page: Int, to row: UnsafeMutablePointer<UInt32>) {
        if pageCount == pageCapacity {
            let larger = Self.allocate(pageCapacity * 2 * 256)
            larger.update(from: buckets, count: pageCount * 256)
            UnsafeMutableRawPointer(buckets).deallocate()
            buckets = larger
            pageCapacity *= 2
        }
        (buckets + pageCount * 256).update(repeating: 0, count: 256)
        row[page] = UInt32(pageCount)
        pageCount += 1
    }

    @usableFromInline
    mutating func carry(_ bucket: Int) { carries[bucket, default: 0] += 1 }

    /// Cache lines, so that a row and what follows its pages lie as they are laid out.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64).bindMemory(
            to: UInt32.self, capacity: count)
    }
}
