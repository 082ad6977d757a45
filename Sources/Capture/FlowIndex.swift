/// The two ends of a flow, in an order that both directions share.
struct FlowKey: Equatable {
    private var first: IPAddress
    private var second: IPAddress
    private var ports: UInt32

    /// The key, and whether the packet went from the second end to the first.
    @inline(__always)
    static func of(_ source: SocketAddress, _ destination: SocketAddress) -> (key: FlowKey, side: Int) {
        let isReversed =
            source.address.high != destination.address.high
            ? source.address.high > destination.address.high
            : source.address.low != destination.address.low
                ? source.address.low > destination.address.low : source.port > destination.port
        return isReversed
            ? (FlowKey(destination, source), 1)
            : (FlowKey(source, destination), 0)
    }

    private init(_ first: SocketAddress, _ second: SocketAddress) {
        self.first = first.address
        self.second = second.address
        ports = UInt32(first.port) << 16 | UInt32(second.port)
    }

    /// A hash that is the same on every run.
    var hash: Int {
        var value = first.high ^ (first.low &* 0x9E37_79B9_7F4A_7C15)
        value = (value ^ (value >> 32)) &* 0xBF58_476D_1CE4_E5B9 ^ second.high
        value = (value ^ (value >> 29)) &* 0x94D0_49BB_1331_11EB ^ second.low
        value = (value ^ (value >> 31)) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(ports)
        value = (value ^ (value >> 32)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: value ^ (value >> 29))
    }
}

/// Maps flows to small numbers, which are used again after they were removed: open addressing with linear probing.
struct FlowIndex {
    private static let none = UInt32.max
    private var slots = [UInt32](repeating: none, count: 1024)
    private var keys: [FlowKey] = []
    private var free: [UInt32] = []

    /// How many flows there are.
    var count: Int { keys.count - free.count }

    /// The number of a flow that was inserted.
    func find(_ key: FlowKey) -> UInt32? {
        var slot = key.hash & (slots.count - 1)
        while slots[slot] != Self.none {
            if keys[Int(slots[slot])] == key { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Gives a number to a flow that has none: the next one, or one that was removed.
    mutating func insert(_ key: FlowKey) -> UInt32 {
        if count * 2 >= slots.count { grow() }
        let entry: UInt32
        if let reused = free.popLast() {
            entry = reused
            keys[Int(entry)] = key
        } else {
            entry = UInt32(keys.count)
            keys.append(key)
        }
        place(entry)
        return entry
    }

    /// Forgets a flow, by its number.
    mutating func remove(_ entry: UInt32) {
        let mask = slots.count - 1
        var hole = keys[Int(entry)].hash & mask
        while slots[hole] != entry { hole = (hole + 1) & mask }
        slots[hole] = Self.none
        // Entries that had been pushed past the hole move back, so that probing never meets a false end.
        var slot = (hole + 1) & mask
        while slots[slot] != Self.none {
            let home = keys[Int(slots[slot])].hash & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                slots[slot] = Self.none
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        free.append(entry)
    }

    /// Forgets all flows.
    mutating func removeAll() {
        self = FlowIndex()
    }

    private mutating func place(_ entry: UInt32) {
        var slot = keys[Int(entry)].hash & (slots.count - 1)
        while slots[slot] != Self.none { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
    }

    private mutating func grow() {
        let entries = slots.filter { $0 != Self.none }
        slots = [UInt32](repeating: Self.none, count: slots.count * 2)
        for entry in entries { place(entry) }
    }
}
