import Simulation

/// What the model fixes beforehand: the end, the cuts between intervals, its events. At one moment all of this comes before
/// any request, so it needs no place in the event set.
struct Timetable {
    enum Change {
        /// The run is over.
        case end
        /// A new interval begins.
        case cut(UInt32)
        /// An event of the model begins.
        case begin(UInt32)
        /// A failure or slowness of limited time is over.
        case restore(UInt32)
    }

    struct Entry {
        var time: SimulationTime
        var change: Change
    }

    private var entries: [Entry] = []
    private var next = 0

    init(_ model: TestbedModel, cuts: [Int64]) {
        add(model.duration, .end)
        for (index, cut) in cuts.enumerated() where cut > 0 && cut < model.duration { add(cut, .cut(UInt32(index))) }
        for (index, event) in model.events.enumerated() where event.time < model.duration {
            add(event.time, .begin(UInt32(index)))
            if let end = event.end, end < model.duration { add(end, .restore(UInt32(index))) }
        }
        let order = entries.indices.sorted { (entries[$0].time, $0) < (entries[$1].time, $1) }
        entries = order.map { entries[$0] }
    }

    private mutating func add(_ time: Int64, _ change: Change) {
        entries.append(Entry(time: SimulationTime(nanoseconds: time), change: change))
    }

    /// The next entry's time; there is one until the end was taken.
    var due: SimulationTime { entries[next].time }

    mutating func take() -> Change {
        defer { next += 1 }
        return entries[next].change
    }

    /// The number of entries that were taken.
    var taken: UInt64 { UInt64(next) }
}

extension TestbedEvent {
    /// When a change of limited time is over.
    var end: Int64? {
        switch change {
        case .fail(_, _, let duration), .slow(_, _, _, let duration), .fault(_, let duration):
            guard let duration else { return nil }
            return time.addingReportingOverflow(duration).overflow ? nil : time + duration
        case .apply, .scale, .rollout: return nil
        }
    }
}
