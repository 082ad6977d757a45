/// The tables of consistent hashing over the replicas of one backend that are up. They are made when they are first used
/// after a change, and are the same for all gateways.
struct HashTables {
    private let name: String
    private let settings: UpstreamPolicy.Hashing
    private var ordinals: [UInt32] = []
    /// The part of each replica, adding up to 1; empty where all are equal.
    private var parts: [Double] = []
    private var ring: [RingPoint] = []
    private var maglev: [UInt32] = []

    private struct RingPoint {
        var hash: UInt64
        var place: UInt32
    }

    init(name: String, _ settings: UpstreamPolicy.Hashing = UpstreamPolicy.Hashing()) {
        self.name = name
        self.settings = settings
    }

    /// Begins anew with replicas that are named by their ordinals, and their weights, where these differ.
    mutating func reset(ordinals: [UInt32], weights: [Double] = []) {
        self.ordinals = ordinals
        let sum = weights.reduce(0, +)
        parts = sum > 0 ? weights.map { $0 / sum } : []
        ring = []
        maglev = []
    }

    private func part(_ place: Int) -> Double { parts.isEmpty ? 1 / Double(ordinals.count) : parts[place] }

    /// Ketama as Envoy has it: at least 1024 points in all, for each replica as many as its weight says; a client goes to the
    /// first point at or after its hash.
    mutating func ringPlace(of client: UInt64) -> Int {
        if ring.isEmpty { makeRing() }
        let hash = Self.mix(client)
        var low = 0
        var high = ring.count
        while low < high {
            let middle = (low + high) / 2
            if ring[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return Int(ring[low == ring.count ? 0 : low].place)
    }

    /// So many points that the replica of the least weight has a whole number of them (`ring_hash_lb.cc`).
    private mutating func makeRing() {
        let least = parts.filter { $0 > 0 }.min() ?? part(0)
        let wanted = (least * Double(settings.minimumRingSize)).rounded(.up) / least
        let scale = min(wanted, Double(settings.maximumRingSize))
        var made = 0.0
        var target = 0.0
        for (place, ordinal) in ordinals.enumerated() {
            // Of equal parts a sum would drift from the whole numbers that are meant.
            target = parts.isEmpty ? (scale * Double(place + 1) / Double(ordinals.count)) : target + scale * part(place)
            var point: UInt64 = 0
            while made < target - 1e-9 {
                ring.append(RingPoint(hash: hash(ordinal, salt: point), place: UInt32(place)))
                point += 1
                made += 1
            }
        }
        ring.sort { ($0.hash, $0.place) < ($1.hash, $1.place) }
    }

    /// Maglev (Eisenbud et al., NSDI 2016, §3.4): replicas take turns at claiming the next free place of their own
    /// permutation of the table; one of less weight takes a turn less often (`maglev_lb.cc`).
    mutating func maglevPlace(of client: UInt64) -> Int {
        if maglev.isEmpty { makeMaglev() }
        return Int(maglev[Int(Self.mix(client) % UInt64(settings.tableSize))])
    }

    private mutating func makeMaglev() {
        let size = settings.tableSize
        let offsets = ordinals.map { Int(hash($0, salt: .max) % UInt64(size)) }
        let skips = ordinals.map { Int(hash($0, salt: .max - 1) % UInt64(size - 1)) + 1 }
        let greatest = parts.max() ?? 0
        var targets = [Double](repeating: 0, count: ordinals.count)
        var positions = offsets
        var table = [UInt32](repeating: .max, count: size)
        var filled = 0
        var turn = 1.0
        while filled < size {
            for place in ordinals.indices where filled < size {
                if !parts.isEmpty {
                    guard turn * parts[place] >= targets[place], parts[place] > 0 else { continue }
                    targets[place] += greatest
                }
                while table[positions[place]] != .max { positions[place] = (positions[place] + skips[place]) % size }
                table[positions[place]] = UInt32(place)
                filled += 1
            }
            turn += 1
        }
        maglev = table
    }

    /// The place of a client whose own has too much to do: others in an order that hangs on the client alone, the first that
    /// has room, else the least overloaded (Envoy's `BoundedLoadHashingLoadBalancer`).
    ///
    /// - Parameters:
    ///   - active: the requests under way at each place.
    ///   - all: those under way in all.
    func boundedPlace(_ own: Int, of client: UInt64, all: Int, active: (Int) -> Int) -> Int {
        guard let factor = settings.balanceFactor else { return own }
        let slots = ((all + 1) * factor + 99) / 100
        func overload(_ place: Int) -> Double {
            Double(active(place)) / max((Double(slots) * part(place)).rounded(.up), 1)
        }
        var best = own
        var least = overload(own)
        guard least > 1 else { return own }
        var order = Array(ordinals.indices)
        var state = Self.mix(client)
        for place in order.indices {
            state = Self.mix(state)
            order.swapAt(place, place + Int(state % UInt64(order.count - place)))
            guard order[place] != own else { continue }
            let other = overload(order[place])
            if other <= 1 { return order[place] }
            if other < least { (best, least) = (order[place], other) }
        }
        return best
    }

    private func hash(_ ordinal: UInt32, salt: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Self.mix(Self.mix(hash ^ UInt64(ordinal)) ^ salt)
    }

    /// The finaliser of SplitMix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
