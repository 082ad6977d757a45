public import Routing

/// A port of a table, laid out so that the entries that may decide a host are found without looking at the others.
public struct TablePort: Sendable {
    /// What a listener's port understands of what a client sends.
    public enum Kind: Hashable, Sendable {
        /// Requests without TLS.
        case plain
        /// Requests inside TLS.
        case secure
        /// TLS connections by their server name, and at some hosts requests inside TLS.
        case hello
        /// Connections or datagrams as they come.
        case opaque
    }

    /// The table.
    public let table: RoutingTable
    /// The port.
    public let index: PortIndex
    /// What it understands.
    public let kind: Kind
    private let listeners: [HostnamePattern: ListenerIndex]
    /// By listener or, where several share their routes, by the first of them.
    private let virtualHosts: [ListenerIndex: [HostnamePattern: Int]]
    private let scopes: [ListenerIndex: ListenerIndex]
    private let scopeOfStrangers: ListenerIndex?

    /// Lays out one port.
    public init(_ table: RoutingTable, _ index: PortIndex) {
        self.init(table, index, Layout(table))
    }

    /// Lays out all ports of a table.
    public static func all(of table: RoutingTable) -> [TablePort] {
        let layout = Layout(table)
        return table.ports.indices.map { TablePort(table, PortIndex(place: $0), layout) }
    }

    private struct Layout {
        var listeners: [RoutingTable.Port: [ListenerIndex]] = [:]
        var virtualHosts: [ListenerIndex: [HostnamePattern: Int]] = [:]

        init(_ table: RoutingTable) {
            for (place, listener) in table.listeners.enumerated() {
                listeners[RoutingTable.Port(listener), default: []].append(ListenerIndex(place: place))
            }
            for (place, host) in table.virtualHosts.enumerated() {
                virtualHosts[host.listener, default: [:]][host.hostname] = place
            }
        }
    }

    private init(_ table: RoutingTable, _ index: PortIndex, _ layout: Layout) {
        self.table = table
        self.index = index
        let own = layout.listeners[table.ports[index.place]] ?? []
        var listeners: [HostnamePattern: ListenerIndex] = [:]
        var virtualHosts: [ListenerIndex: [HostnamePattern: Int]] = [:]
        var scopes: [ListenerIndex: ListenerIndex] = [:]
        for listener in own {
            let hostname = table.listeners[listener.place].hostname
            if listeners[hostname] == nil { listeners[hostname] = listener }
            let scope = table.scope(of: listener, port: index) ?? listener
            scopes[listener] = scope
            virtualHosts[scope] = layout.virtualHosts[scope]
        }
        self.listeners = listeners
        self.virtualHosts = virtualHosts
        self.scopes = scopes
        scopeOfStrangers = table.scope(of: nil, port: index)
        let schemes = Set(own.map { table.listeners[$0.place].scheme })
        if schemes == [.https] {
            kind = .secure
        } else if schemes.contains(where: \.beginsWithHello) {
            kind = .hello
        } else {
            kind = schemes.contains(.http) ? .plain : .opaque
        }
    }

    /// Where it is.
    public var port: RoutingTable.Port { table.ports[index.place] }

    /// All patterns that tell hosts apart here.
    public var patterns: Set<HostnamePattern> {
        virtualHosts.values.reduce(into: Set(listeners.keys)) { $0.formUnion($1.keys) }
    }

    /// The listeners whose virtual hosts are asked here, the first of those that share.
    var scopesInOrder: [ListenerIndex] { virtualHosts.keys.sorted() }

    /// The listener of the hosts of a class; nil where none serves them.
    public func listener(_ hosts: HostClass) -> ListenerIndex? {
        for pattern in hosts.lineage { if let listener = listeners[pattern] { return listener } }
        return nil
    }

    /// The virtual hosts that are asked about the hosts of a class, in that order; by the listener of other hosts where the
    /// dialect lets a server name choose it.
    func virtualHosts(_ hosts: HostClass, listenerOf names: HostClass? = nil) -> [Int] {
        let scope = listener(names ?? hosts).map { scopes[$0] ?? $0 } ?? scopeOfStrangers
        guard let scope, let byPattern = virtualHosts[scope] else { return [] }
        var result: [Int] = []
        for pattern in hosts.lineage {
            guard let place = byPattern[pattern] else { continue }
            result.append(place)
            if !table.dialect.hostnames.fallsThrough { break }
        }
        return result
    }

    /// The entries that may decide a request to the hosts of a class: the first that matches does.
    public func entries(_ hosts: HostClass) -> [Int] { entries(hosts, listenerOf: nil) }

    func entries(_ hosts: HostClass, listenerOf names: HostClass?) -> [Int] {
        let entries = virtualHosts(hosts, listenerOf: names).flatMap { Array(table.virtualHosts[$0].entries) }
        guard table.ranksAcrossHostnames else { return entries }
        return entries.sorted { table.isPreferred(entry: $0, to: $1) }
    }

    /// The listener that a request is taken by where an entry decides it.
    func listener(ofEntry entry: Int, _ hosts: HostClass) -> ListenerIndex? {
        table.listener(ofEntry: entry) ?? listener(hosts)
    }
}
