/// SplitMix64: the same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What the next number is made of.
    public private(set) var state: UInt64

    /// Starts from a seed.
    public init(seed: UInt64) { state = seed }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of 100 cases.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// Any element of a list that is not empty.
    public mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int.random(in: 0..<list.count, using: &self)]
    }

    /// A copy of valid input with a few bytes changed, taken out, put in or repeated, or with its end cut off. `telling`
    /// are bytes that mean something in the format.
    public mutating func mutate(_ bytes: [UInt8], telling: [UInt8] = []) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            let byte = telling.isEmpty || chance(30) ? UInt8.random(in: 0...255, using: &self) : pick(telling)
            switch Int.random(in: 0..<7, using: &self) {
            case 0: bytes[place] = byte
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &self)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(byte, at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &self)))
            case 5:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &self))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &self))
            default: bytes.removeLast(Int.random(in: 0...min(40, bytes.count), using: &self))
            }
        }
        return bytes
    }
}
