/// An event that waits for its time: 16 trivial bytes whose one unsigned comparison is the order of events.
///
/// From the most significant bit: 64 bits of time, 32 bits of sequence number, 5 bits of kind, 27 bits of slot. Events
/// are ordered by time, and at one time in the order in which they were scheduled.
@usableFromInline
struct PendingEvent: Comparable, Sendable, BitwiseCopyable {
    @usableFromInline let key: UInt128

    @inlinable static var slotBits: UInt32 { 27 }
    @inlinable static var slotMask: UInt32 { (1 << 27) - 1 }

    @inlinable
    init(key: UInt128) { self.key = key }

    @inlinable
    init(time: SimulationTime, sequence: UInt32, code: UInt8, slot: UInt32) {
        let payload = (UInt32(code) << Self.slotBits) | slot
        let low = (UInt64(sequence) << 32) | UInt64(payload)
        key =
            (UInt128(truncatingIfNeeded: UInt64(bitPattern: time.nanoseconds)) << 64)
            | UInt128(truncatingIfNeeded: low)
    }

    @inlinable var time: SimulationTime {
        SimulationTime(unchecked: Int64(bitPattern: UInt64(truncatingIfNeeded: key >> 64)))
    }
    /// The time as unsigned nanoseconds.
    @inlinable var bits: UInt64 { UInt64(truncatingIfNeeded: key >> 64) }
    @inlinable var sequence: UInt32 { UInt32(truncatingIfNeeded: key >> 32) }
    @inlinable var code: UInt8 { UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: key) >> Self.slotBits) }
    @inlinable var slot: UInt32 { UInt32(truncatingIfNeeded: key) & Self.slotMask }

    @inlinable
    static func < (left: PendingEvent, right: PendingEvent) -> Bool { left.key < right.key }

    /// The same event with another sequence number.
    func renumbered(_ sequence: UInt32) -> PendingEvent {
        PendingEvent(time: time, sequence: sequence, code: code, slot: slot)
    }
}
