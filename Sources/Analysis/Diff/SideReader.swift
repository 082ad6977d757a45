internal import Routing

/// Numbers for the treatments of both tables: equal ones are equal treatments.
final class TreatmentNumbers {
    private var numbers: [Treatment: UInt32] = [:]

    func number(_ treatment: Treatment) -> UInt32 {
        if let known = numbers[treatment] { return known }
        let number = UInt32(numbers.count)
        numbers[treatment] = number
        return number
    }
}

/// Reads one of two tables as lists of keys that mean the same in both.
final class SideReader {
    private struct Place: Hashable {
        var match: MatchIndex
        var listener: ListenerIndex
    }

    private let table: RoutingTable
    private let solver: RequestSolver
    private let treatments: TreatmentNumbers
    private let numbers: [RequestSolver.MatchID]
    private var keysOfPlaces: [Place: UInt64] = [:]
    private var keysOfHosts: [Int: [UInt64]] = [:]

    init(_ table: RoutingTable, _ solver: RequestSolver, _ treatments: TreatmentNumbers) {
        self.table = table
        self.solver = solver
        self.treatments = treatments
        numbers = table.matches.indices.map { solver.number(table.match(MatchIndex(place: $0))) }
    }

    /// The keys of a virtual host's entries.
    func keys(ofHost place: Int) -> [UInt64] {
        if let known = keysOfHosts[place] { return known }
        let host = table.virtualHosts[place]
        let keys = host.entries.map { key($0, on: host.listener) }
        keysOfHosts[place] = keys
        return keys
    }

    private func key(_ entry: Int, on listener: ListenerIndex) -> UInt64 {
        let place = Place(match: table.entries[entry], listener: table.listener(ofEntry: entry) ?? listener)
        if let known = keysOfPlaces[place] { return known }
        let treatment = treatments.number(
            Treatment(table, place.match, on: table.listeners[place.listener.place]))
        let key = UInt64(numbers[place.match.place].place) << 32 | UInt64(treatment)
        keysOfPlaces[place] = key
        return key
    }

    /// What the requests to a class of hosts get at a port, or where there is none.
    func list(
        _ side: TablePort?, _ reading: TablePort.Reading?, _ hosts: HostClass, listenerOf names: HostClass? = nil,
        _ port: RoutingTable.Port
    ) -> SideList {
        let absent: SideList.Fallback = port.isDatagram ? .dropped : .refused
        guard let side, case .entries(let fallback)? = reading else {
            let empty = EntryList([], of: table, numbers, solver)
            if case .all(let fallback)? = reading { return SideList(list: empty, keys: [], fallback: fallback) }
            return SideList(list: empty, keys: [], fallback: absent)
        }
        let entries = side.entries(hosts, listenerOf: names)
        let listener = side.listener(names ?? hosts) ?? ListenerIndex(place: 0)
        return SideList(
            list: EntryList(entries, of: table, numbers, solver), keys: entries.map { key($0, on: listener) },
            fallback: fallback)
    }
}
