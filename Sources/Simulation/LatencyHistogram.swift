/// A histogram of durations whose buckets grow with the value: 256 equal buckets for each power of two.
///
/// A quantile lies within 0.2 % of the exact one (values up to 511 ns are exact), the count, sum, least and greatest value
/// are exact, and merging two histograms gives bit for bit the histogram of all their values. Recording is a handful of
/// instructions; a power of two in which nothing was recorded takes no memory, others 2 KiB each.
///
/// The layout is that of HdrHistogram (G. Tene) with a sub-bucket magnitude of 8.
public struct LatencyHistogram: Hashable, Sendable {
    /// The number of values.
    @inlinable public var count: UInt64 { recorded }
    /// The sum of all values in nanoseconds.
    @inlinable public var sum: UInt128 { total }
    @usableFromInline var recorded: UInt64 = 0
    @usableFromInline var total: UInt128 = 0
    @usableFromInline var least: Int64 = .max
    @usableFromInline var greatest: Int64 = 0
    /// Where the buckets of a power of two begin in `buckets`, in units of 256; `absent` where there are none.
    @usableFromInline var pages: [56 of UInt8] = .init(repeating: 0xff)
    @usableFromInline var buckets: [UInt64] = []

    @inlinable static var absent: UInt8 { 0xff }

    /// An empty histogram.
    public init() {}

    /// Records a duration in nanoseconds, not negative.
    @inlinable
    public mutating func record(_ value: Int64) {
        precondition(value >= 0, "a negative duration")
        let bits = UInt64(bitPattern: value)
        let page = 56 &- (bits | 255).leadingZeroBitCount
        if pages[page] == Self.absent { addPage(page) }
        let shift = page &- (page > 0 ? 1 : 0)
        let index = (Int(pages[page]) << 8) | Int((bits &>> UInt64(truncatingIfNeeded: shift)) & 255)
        buckets[index] &+= 1
        recorded &+= 1
        total &+= UInt128(truncatingIfNeeded: bits)
        if value < least { least = value }
        if value > greatest { greatest = value }
    }

    /// The least value in nanoseconds, or nil where there are none.
    public var min: Int64? { count == 0 ? nil : least }

    /// The greatest value in nanoseconds, or nil where there are none.
    public var max: Int64? { count == 0 ? nil : greatest }

    /// The mean in nanoseconds, or nil where there are no values.
    public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

    /// The q-quantile in nanoseconds for q in 0 … 1: the ⌈q n⌉-th of the n values in order (the first at least), within
    /// 0.2 % and never outside the least and greatest value; nil where there are no values.
    public func quantile(_ q: Double) -> Int64? {
        quantiles([q]).first
    }

    /// The values of ``quantile(_:)`` for several q in rising order, found in one pass; none where there are no values.
    public func quantiles(_ fractions: [Double]) -> [Int64] {
        guard count > 0 else { return [] }
        var values: [Int64] = []
        values.reserveCapacity(fractions.count)
        var page = 0
        var seen: UInt64 = 0
        for q in fractions {
            let rank = rank(of: q)
            precondition(rank > seen, "percentiles in falling order")
            if rank == count {
                values.append(greatest)
                continue
            }
            while page < 56 {
                if pages[page] != Self.absent {
                    let all = sum(ofPage: page)
                    if seen + all >= rank { break }
                    seen += all
                }
                page += 1
            }
            var (offset, before) = (0, seen)
            let start = Int(pages[page]) << 8
            while before + buckets[start + offset] < rank {
                before += buckets[start + offset]
                offset += 1
            }
            values.append(Swift.min(Swift.max(Self.middle(page: page, offset: offset), least), greatest))
        }
        return values
    }

    private func sum(ofPage page: Int) -> UInt64 {
        let start = Int(pages[page]) << 8
        return buckets.withUnsafeBufferPointer { buckets in
            var sum: UInt64 = 0
            for place in start..<start + 256 { sum &+= buckets[place] }
            return sum
        }
    }

    /// Which of the values in order, from 1 on, the q-quantile is.
    private func rank(of q: Double) -> UInt64 {
        precondition(q >= 0 && q <= 1, "a quantile outside 0 … 1")
        let position = q * Double(count)
        let whole = UInt64(position)
        return Swift.min(Swift.max(Double(whole) < position ? whole + 1 : whole, 1), count)
    }

    /// Makes room at once for so many powers of two.
    mutating func reserve(pages: Int) { buckets.reserveCapacity(pages << 8) }

    /// The first bucket with which a condition on the values up to and including it holds, a condition that holds for all
    /// larger numbers; and the values before it. Of powers of two before that only the sum is looked at.
    func bucket(_ isEnough: (UInt64) -> Bool) -> (page: Int, offset: Int, before: UInt64)? {
        var seen: UInt64 = 0
        for page in 0..<56 where pages[page] != Self.absent {
            let start = Int(pages[page]) << 8
            let all = sum(ofPage: page)
            if !isEnough(seen + all) {
                seen += all
                continue
            }
            for offset in 0..<256 {
                let count = buckets[start + offset]
                if count > 0, isEnough(seen + count) { return (page, offset, seen) }
                seen += count
            }
        }
        return nil
    }

    /// Adds all values of another histogram.
    public mutating func merge(_ other: LatencyHistogram) {
        for page in 0..<56 where other.pages[page] != Self.absent {
            if pages[page] == Self.absent { addPage(page) }
            let start = Int(pages[page]) << 8
            let otherStart = Int(other.pages[page]) << 8
            for offset in 0..<256 { buckets[start + offset] += other.buckets[otherStart + offset] }
        }
        recorded += other.recorded
        total += other.total
        least = Swift.min(least, other.least)
        greatest = Swift.max(greatest, other.greatest)
    }

    /// Adds counts to the 256 buckets of a power of two.
    mutating func addBuckets(ofPage page: Int, _ counts: UnsafePointer<UInt8>) {
        var sum: UInt64 = 0
        for offset in 0..<256 { sum &+= UInt64(counts[offset]) }
        guard sum > 0 else { return }
        if pages[page] == Self.absent { addPage(page) }
        let start = Int(pages[page]) << 8
        buckets.withUnsafeMutableBufferPointer { buckets in
            for offset in 0..<256 { buckets[start + offset] &+= UInt64(counts[offset]) }
        }
        recorded += sum
    }

    /// Adds values to one bucket.
    mutating func addBucket(ofPage page: Int, _ offset: Int, count: UInt64) {
        if pages[page] == Self.absent { addPage(page) }
        buckets[(Int(pages[page]) << 8) + offset] += count
        recorded += count
    }

    mutating func add(sum: UInt128, least: Int64, greatest: Int64) {
        total += sum
        self.least = Swift.min(self.least, least)
        self.greatest = Swift.max(self.greatest, greatest)
    }

    /// Equal where all counts, the sum and the extremes are, in whatever order the values came.
    public static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        guard left.count == right.count, left.sum == right.sum, left.least == right.least,
            left.greatest == right.greatest
        else { return false }
        return (0..<56).allSatisfy { page in
            guard left.pages[page] != absent, right.pages[page] != absent else {
                return left.pages[page] == right.pages[page]
            }
            let start = Int(left.pages[page]) << 8
            let otherStart = Int(right.pages[page]) << 8
            return left.buckets[start..<start + 256] == right.buckets[otherStart..<otherStart + 256]
        }
    }

    /// Hashes what is equal for equal histograms.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(sum)
    }

    /// Calls `body` with the middle in nanoseconds and the count of every bucket that is not empty, in rising order.
    public func forEachBucket(_ body: (_ nanoseconds: Int64, _ count: UInt64) -> Void) {
        for page in 0..<56 where pages[page] != Self.absent {
            for offset in 0..<256 {
                let bucket = buckets[(Int(pages[page]) << 8) + offset]
                if bucket > 0 { body(Self.middle(page: page, offset: offset), bucket) }
            }
        }
    }

    @usableFromInline
    mutating func addPage(_ page: Int) {
        pages[page] = UInt8(buckets.count >> 8)
        buckets.append(contentsOf: repeatElement(0, count: 256))
    }

    private static func middle(page: Int, offset: Int) -> Int64 {
        guard page > 0 else { return Int64(offset) }
        let shift = page - 1
        return (Int64(256 + offset) << Int64(shift)) + ((Int64(1) << Int64(shift)) >> 1)
    }
}
