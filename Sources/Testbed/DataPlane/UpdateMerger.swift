/// When a change of a host's health comes to be known to those who choose: Envoy's `update_merge_window` (`cluster.proto`,
/// `CommonLbConfig`; `ClusterManagerImpl::scheduleUpdate`).
///
/// The first change in a while counts at once. One that comes within the window after an update waits, with all that follow,
/// until a window has passed since it came. Hosts that join or leave count at once and take along what waits.
struct UpdateMerger: Sendable {
    /// In nanoseconds; 0 for no merging.
    let window: Int64

    private struct Level: BitwiseCopyable {
        var latest: Int64?
        var isWaiting = false
        /// Grows when what waited has been taken along by something else.
        var generation: UInt32 = 0
    }

    private var levels: [Level] = []

    init(window: Int64) { self.window = window }

    /// What becomes of a change.
    enum Delivery: Equatable {
        case now
        /// It waits for a time of its own; ``isDue(_:_:at:)`` is to be asked then.
        case later(after: Int64, generation: UInt32)
        /// It goes with those that wait already.
        case merged
    }

    private mutating func makeRoom(_ level: Int) {
        while levels.count <= level { levels.append(Level()) }
    }

    /// A host of a priority level has become fit or unfit to serve.
    mutating func changed(_ level: Int, at now: Int64) -> Delivery {
        makeRoom(level)
        guard window > 0 else { return .now }
        if let latest = levels[level].latest, now - latest <= window {
            if levels[level].isWaiting { return .merged }
            levels[level].isWaiting = true
            return .later(after: window, generation: levels[level].generation)
        }
        delivered(level, at: now)
        return .now
    }

    /// The level is told of everything, at this moment.
    mutating func delivered(_ level: Int, at now: Int64) {
        makeRoom(level)
        levels[level].latest = now
        levels[level].isWaiting = false
        levels[level].generation &+= 1
    }

    /// Whether a change that waited has not been taken along since; then it is delivered now.
    mutating func isDue(_ level: Int, _ generation: UInt32, at now: Int64) -> Bool {
        guard level < levels.count, levels[level].isWaiting, levels[level].generation == generation else {
            return false
        }
        delivered(level, at: now)
        return true
    }
}
