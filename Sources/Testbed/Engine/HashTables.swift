/// The tables of consistent hashing over the replicas of one backend that are up. They are made when they are first used
/// after a change, and are the same for all gateways.
struct HashTables {
    private let name: String
    private var ordinals: [UInt32] = []
    private var ring: [RingPoint] = []
    private var maglev: [UInt32] = []

    private struct RingPoint {
        var hash: UInt64
        var place: UInt32
    }

    init(name: String) { self.name = name }

    /// Begins anew with replicas that are named by their ordinals.
    mutating func reset(ordinals: [UInt32]) {
        self.ordinals = ordinals
        ring = []
        maglev = []
    }

    /// Ketama as Envoy has it: at least 1024 points in all, as many for each replica; a client goes to the first point at
    /// or after its hash.
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

    private mutating func makeRing() {
        let points = (1024 + ordinals.count - 1) / ordinals.count
        for (place, ordinal) in ordinals.enumerated() {
            for point in 0..<points {
                ring.append(RingPoint(hash: hash(ordinal, salt: UInt64(point)), place: UInt32(place)))
            }
        }
        ring.sort { ($0.hash, $0.place) < ($1.hash, $1.place) }
    }

    private static let maglevSize = 65537

    /// Maglev (Eisenbud et al., NSDI 2016, §3.4): replicas take turns at claiming the next free place of their own
    /// permutation of the table.
    mutating func maglevPlace(of client: UInt64) -> Int {
        if maglev.isEmpty { makeMaglev() }
        return Int(maglev[Int(Self.mix(client) % UInt64(Self.maglevSize))])
    }

    private mutating func makeMaglev() {
        let size = Self.maglevSize
        let offsets = ordinals.map { Int(hash($0, salt: .max) % UInt64(size)) }
        let skips = ordinals.map { Int(hash($0, salt: .max - 1) % UInt64(size - 1)) + 1 }
        var positions = offsets
        var table = [UInt32](repeating: .max, count: size)
        var filled = 0
        while filled < size {
            for place in ordinals.indices where filled < size {
                while table[positions[place]] != .max { positions[place] = (positions[place] + skips[place]) % size }
                table[positions[place]] = UInt32(place)
                filled += 1
            }
        }
        maglev = table
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
