/// Hashes of byte strings that grow a byte at a time, so that one walk over a path gives the hash of each of its prefixes.
///
/// Keys come from the manifests and not from the requests, so nobody can make a table degenerate by what they send.
struct RollingHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = RollingHash()
        for byte in bytes { hash.add(byte) }
        return hash.value
    }
}

/// Joins a hash with a further word, and spreads the result over all bits.
@inline(__always)
func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ (word &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
    return product ^ (product >> 32)
}

/// An open-addressing table from hashes to places in some list; the list itself tells whether a place is the one sought.
struct HashSlots: Sendable {
    private var slots: [UInt32]
    private var mask: Int

    /// Puts each place of `hashes`. At most half of the slots are taken, so that a search soon meets a free one.
    init(_ hashes: some Collection<UInt64>) {
        var size = 4
        while size < hashes.count * 2 { size *= 2 }
        mask = size - 1
        slots = Array(repeating: 0, count: size)
        for (place, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(place + 1)
        }
    }

    /// The first place with that hash for which `isSought` holds.
    @inline(__always)
    func find(_ hash: UInt64, where isSought: (Int) -> Bool) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let place = slots[slot]
            if place == 0 { return nil }
            if isSought(Int(place - 1)) { return Int(place - 1) }
            slot = (slot + 1) & mask
        }
    }
}

/// Byte strings, each with an owner, found in constant time: hostnames of a port, paths of a virtual host, names.
struct ByteTable: Sendable {
    fileprivate struct Key {
        /// The lower half of the hash: what tells most others apart.
        var hash: UInt32
        var owner: UInt32
        var start: UInt32
        var length: UInt32
    }

    private let keys: [Key]
    private let bytes: [UInt8]
    private let slots: HashSlots

    /// Takes the keys; their places are what a search gives.
    init(_ keys: ByteTableKeys) {
        self.keys = keys.keys.trimmed()
        bytes = keys.bytes.trimmed()
        slots = HashSlots(keys.keys.lazy.map { UInt64($0.hash) })
    }

    var isEmpty: Bool { keys.isEmpty }

    /// The place of `text[range]` among the keys of `owner`. `hash` is that of the bytes.
    @inline(__always)
    func find(_ text: Span<UInt8>, _ range: Range<Int>, hash: UInt64, owner: UInt32) -> Int? {
        let sought = UInt32(truncatingIfNeeded: mixed(hash, UInt64(owner)))
        return slots.find(UInt64(sought)) { place in
            let key = keys[place]
            guard key.hash == sought, key.owner == owner, Int(key.length) == range.count else { return false }
            for index in 0..<range.count where bytes[Int(key.start) + index] != text[range.lowerBound + index] {
                return false
            }
            return true
        }
    }
}

/// The keys of a `ByteTable`, gathered in one piece of memory: a list of small arrays would leave holes when it goes.
struct ByteTableKeys {
    fileprivate var keys: [ByteTable.Key] = []
    fileprivate var bytes: [UInt8] = []

    var count: Int { keys.count }

    /// Adds a key whose place is the number of those before it. `hash` is that of the bytes, if not forwards.
    mutating func append(_ text: some Collection<UInt8>, owner: UInt32, hash: UInt64? = nil) {
        keys.append(
            ByteTable.Key(
                hash: UInt32(truncatingIfNeeded: mixed(hash ?? RollingHash.of(text), UInt64(owner))), owner: owner,
                start: UInt32(bytes.count), length: UInt32(text.count)))
        bytes += text
    }
}
