public import Routing
public import Traffic

/// All requests that come to a table, divided by what decides them: for each port and each class of hosts the matches that
/// may decide, and for each match a request that it does decide.
///
/// Nothing is enumerated that is not asked for: a table of ten thousand routes is laid out in the time that reading its
/// lists takes. Not for use from several threads at once.
public final class DecisionSpace {
    /// A part of the requests that come to a port, all of them decided by one match, or by none.
    public struct Cell: Sendable {
        /// The port.
        public var port: PortIndex
        /// The listener; nil where none serves the hosts.
        public var listener: ListenerIndex?
        /// The hosts.
        public var hosts: HostClass
        /// What decides; nil where no match does.
        public var match: MatchIndex?
        /// One of the requests; nil where it could not be worked out whether there is any, which `unknown` explains.
        public var witness: RequestRecord?
        /// Why there may be no request in the cell.
        public var unknown: String?
    }

    /// The table.
    public let table: RoutingTable
    /// In the order of the table's ports.
    public let ports: [TablePort]
    let solver: RequestSolver
    /// By match.
    let numbers: [RequestSolver.MatchID]
    private var classes: [PortIndex: [HostClass]] = [:]
    private var classesByPattern: [PortIndex: [HostnamePattern: HostClass]] = [:]
    var knownAppearances: [MatchIndex: [Appearance]]?
    private var lists: [PortIndex: [HostnamePattern: EntryList]] = [:]
    private var firstLists: [Int: EntryList] = [:]
    private var keptEntries = 0

    /// Lays out a table.
    public init(_ table: RoutingTable, solver: RequestSolver? = nil) {
        let solver = solver ?? RequestSolver(dialect: table.dialect)
        self.table = table
        self.solver = solver
        ports = TablePort.all(of: table)
        numbers = table.matches.indices.map { solver.number(table.match(MatchIndex(place: $0))) }
    }

    /// The hosts that a port tells apart.
    public func hostClasses(at port: PortIndex) -> [HostClass] {
        if let known = classes[port] { return known }
        let result = HostClass.all(of: ports[port.place].patterns)
        classes[port] = result
        classesByPattern[port] = Dictionary(uniqueKeysWithValues: result.map { ($0.pattern, $0) })
        return result
    }

    /// The class of the hosts whose most specific pattern at a port is this one.
    func hostClass(_ pattern: HostnamePattern, at port: PortIndex) -> HostClass? {
        _ = hostClasses(at: port)
        return classesByPattern[port]?[pattern]
    }

    /// Lists are kept as long as they are not too much together.
    func list(_ hosts: HostClass, at port: PortIndex) -> EntryList {
        if let known = lists[port]?[hosts.pattern] { return known }
        let list = EntryList(ports[port.place].entries(hosts), of: table, numbers, solver)
        keptEntries += list.entries.count
        if keptEntries > 1 << 20 {
            lists = [:]
            keptEntries = list.entries.count
        }
        lists[port, default: [:]][hosts.pattern] = list
        return list
    }

    /// The entries of the virtual host that is asked first about the hosts of a class, alone: whatever comes behind them is
    /// nothing to them.
    func firstList(_ hosts: HostClass, at port: PortIndex) -> EntryList {
        guard !table.ranksAcrossHostnames, let first = ports[port.place].virtualHosts(hosts).first else {
            return list(hosts, at: port)
        }
        if let known = firstLists[first] { return known }
        let list = EntryList(Array(table.virtualHosts[first].entries), of: table, numbers, solver)
        firstLists[first] = list
        return list
    }

    /// How clients come to the hosts of a class, and what is asked of a client's certificate is met.
    public func approach(_ hosts: HostClass, at port: PortIndex) -> Approach {
        let place = ports[port.place]
        let listener = place.listener(hosts).map { table.listeners[$0.place] }
        let certificate: ClientCertificate = listener?.demandsClientCertificate == true ? .valid : .absent
        switch place.kind {
        case .plain: return .plain
        case .secure: return .secure(certificate: certificate)
        case .hello: return listener?.scheme == .https ? .secure(certificate: certificate) : .hello
        case .opaque: return .opaque
        }
    }

    /// Visits all cells of a port that hold requests which `condition` takes and whose host `hostname` means: for "no
    /// request to /admin leaves the namespace" the condition is the prefix `/admin`. Cells of which a request was found
    /// come as they are; those of which it is unknown whether there is any come without. `visit` answers whether to go on.
    ///
    /// - Returns: false where `visit` did not want to go on.
    @discardableResult
    public func visitCells(
        at port: PortIndex, where condition: Match = Match(), hostname: HostnamePattern = .any,
        _ visit: (Cell) throws -> Bool
    ) rethrows -> Bool {
        let wanted = solver.number(condition)
        for hosts in classes(at: port, within: hostname) {
            let list = list(hosts, at: port)
            for place in 0...list.entries.count {
                let match = place < list.entries.count ? list.matches[place] : nil
                if let match, solver.evidentlyExclude(match, wanted) { continue }
                let answer = list.request(decidedAt: place, and: [wanted], solver)
                if let cell = cell(answer, list, place, hosts, port), try !visit(cell) { return false }
                // What a match takes of all that is wanted, none after it gets.
                if let match, solver.evidentlyImplies(wanted, match) { break }
            }
        }
        return true
    }

    private func classes(at port: PortIndex, within hostname: HostnamePattern) -> [HostClass] {
        let own = ports[port.place].patterns
        let classes = own.contains(hostname) ? hostClasses(at: port) : HostClass.all(of: own.union([hostname]))
        return classes.filter { $0.lineage.contains(hostname) }
    }

    private func cell(
        _ answer: RequestAnswer, _ list: EntryList, _ place: Int, _ hosts: HostClass, _ port: PortIndex
    ) -> Cell? {
        let entry = place < list.entries.count ? list.entries[place] : nil
        let side = ports[port.place]
        var cell = Cell(
            port: port, listener: entry.flatMap { side.listener(ofEntry: $0, hosts) } ?? side.listener(hosts),
            hosts: hosts, match: entry.map { table.entries[$0] })
        switch answer {
        case .empty: return nil
        case .unknown(let why): cell.unknown = why
        case .witness(let witness): cell.witness = record(witness, hosts, port)
        }
        return cell
    }

    func record(_ witness: RequestWitness, _ hosts: HostClass, _ port: PortIndex) -> RequestRecord {
        RequestRecord(
            witness, host: hosts.host, at: table.ports[port.place], approach(hosts, at: port), clients: "any-namespace")
    }
}
