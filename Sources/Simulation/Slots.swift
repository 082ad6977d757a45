/// A pool of trivial values that are taken and given back by index: what an event's `slot` refers to.
///
/// Taking and giving back are a few instructions, and nothing is allocated once the pool has reached the run's peak. An
/// index that was given back may be taken again: the model must hold none that it gave back.
public struct Slots<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0
    @usableFromInline var free: [UInt32] = []

    /// The number of slots that were ever in use at once: all indices are below.
    @inlinable public var peak: Int { used }

    /// The number of slots in use.
    @inlinable public var count: Int { used &- free.count }

    /// An empty pool.
    public init() {
        capacity = 64
        elements = .allocate(capacity: 64)
    }

    @inlinable
    deinit { elements.deallocate() }

    /// Takes a slot and puts a value there.
    @inlinable
    public mutating func take(_ element: Element) -> UInt32 {
        if let slot = free.popLast() {
            elements[Int(slot)] = element
            return slot
        }
        if used == capacity { grow() }
        (elements + used).initialize(to: element)
        used &+= 1
        return UInt32(truncatingIfNeeded: used &- 1)
    }

    /// Gives a slot back.
    @inlinable
    public mutating func giveBack(_ slot: UInt32) {
        free.append(slot)
    }

    /// The value in a slot.
    @inlinable
    public subscript(slot: UInt32) -> Element {
        get {
            precondition(Int(slot) < used, "a slot that was never taken")
            return elements[Int(slot)]
        }
        _modify {
            precondition(Int(slot) < used, "a slot that was never taken")
            yield &elements[Int(slot)]
        }
    }

    @usableFromInline
    mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: elements, count: used)
        elements.deallocate()
        elements = larger
        capacity *= 2
    }
}
