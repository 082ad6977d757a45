/// A pool of trivial values that are taken and given back by index: what an event's `slot` refers to.
///
/// Taking and giving back are a few instructions, and nothing is allocated once the pool has reached the run's peak. An
/// index that was given back may be taken again: the model must hold none that it gave back. Values lie at multiples of a
/// cache line, so one whose size divides 64 bytes never lies across two.
///
/// Indices are checked in debug builds alone: they come from events, and so from the model itself.
public struct Slots<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    /// The indices that were given back, the last on top.
    @usableFromInline var free: UnsafeMutablePointer<UInt32>
    @usableFromInline var freeCount = 0
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0

    /// The number of slots that were ever in use at once: all indices are below.
    @inlinable public var peak: Int { used }

    /// The number of slots in use.
    @inlinable public var count: Int { used &- freeCount }

    /// An empty pool.
    public init() {
        capacity = 64
        elements = Self.allocate(64)
        free = .allocate(capacity: 64)
    }

    @inlinable
    deinit {
        UnsafeMutableRawPointer(elements).deallocate()
        free.deallocate()
    }

    /// Takes a slot and puts a value there.
    @inlinable @inline(__always)
    public mutating func take(_ element: Element) -> UInt32 {
        if usually(freeCount > 0) {
            freeCount &-= 1
            let slot = free[freeCount]
            elements[Int(slot)] = element
            return slot
        }
        if rarely(used == capacity) { grow() }
        (elements + used).initialize(to: element)
        used &+= 1
        return UInt32(truncatingIfNeeded: used &- 1)
    }

    /// Gives a slot back.
    @inlinable @inline(__always)
    public mutating func giveBack(_ slot: UInt32) {
        assert(Int(slot) < used, "a slot that was never taken")
        free[freeCount] = slot
        freeCount &+= 1
    }

    /// The value in a slot.
    @inlinable
    public subscript(slot: UInt32) -> Element {
        @inline(__always)
        get {
            assert(Int(slot) < used, "a slot that was never taken")
            return elements[Int(slot)]
        }
        @inline(__always)
        _modify {
            assert(Int(slot) < used, "a slot that was never taken")
            yield &elements[Int(slot)]
        }
    }

    /// The slots that are in use, in rising order: for what is done once in a run.
    public func slotsInUse() -> [UInt32] {
        var isFree = [Bool](repeating: false, count: used)
        for place in 0..<freeCount { isFree[Int(free[place])] = true }
        return (0..<UInt32(used)).filter { !isFree[Int($0)] }
    }

    @usableFromInline
    mutating func grow() {
        let larger = Self.allocate(capacity * 2)
        larger.moveInitialize(from: elements, count: used)
        UnsafeMutableRawPointer(elements).deallocate()
        elements = larger
        // Only an empty list of free slots makes the pool grow.
        free.deallocate()
        free = .allocate(capacity: capacity * 2)
        capacity *= 2
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Element>.stride, alignment: max(64, MemoryLayout<Element>.alignment)
        ).bindMemory(to: Element.self, capacity: count)
    }
}
