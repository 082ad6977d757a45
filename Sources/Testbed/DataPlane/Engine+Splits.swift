import Simulation

/// A rule at a replica of a gateway, under one table.
struct SplitKey: Hashable {
    var line: UInt32
    var gateway: UInt32
    var proxy: UInt32
    var version: Int
}

/// Splits that are not drawn.
extension Engine {
    /// The branch of a request at a replica of the gateway.
    mutating func drawBranch(_ plan: UInt32, at proxy: UInt32) -> UInt32 {
        guard plans[plan].branchCount > 1 else { return 0 }
        return plans[plan].traits.contains(.splitsInTurn) ? takeTurn(plan, proxy) : drawBranch(plan)
    }

    /// Smooth weighted round robin, as nginx has it: each branch gains its weight, the one that has most is taken and loses
    /// the weight of all. Each replica of the gateway begins anew, and does so with every table.
    private mutating func takeTurn(_ plan: UInt32, _ proxy: UInt32) -> UInt32 {
        let key = SplitKey(
            line: plans[plan].line, gateway: plans[plan].gateway, proxy: proxy, version: version)
        let count = Int(plans[plan].branchCount)
        var gains = turns.removeValue(forKey: key) ?? []
        if gains.count != count { gains = Array(repeating: 0, count: count) }
        var best = 0
        var all: Int64 = 0
        for place in 0..<count {
            let weight = Int64(clamping: catalogue.branches[Int(plans[plan].firstBranch) + place].weight)
            gains[place] &+= weight
            all &+= weight
            if gains[place] > gains[best] { best = place }
        }
        gains[best] &-= all
        turns[key] = gains
        return UInt32(best)
    }
}
