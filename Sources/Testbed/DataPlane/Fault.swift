public import Simulation

/// Something that goes wrong, for a time or for good.
public struct Fault: Hashable, Sendable {
    /// What it hits.
    public enum Target: Hashable, Sendable {
        /// So many replicas of a backend, those of the lowest numbers that are not lost yet.
        case backend(BackendIdentity, replicas: Int)
        /// Every replica in a zone or a cluster.
        case place(String)
        /// The network between two zones or clusters; nil stands for every one.
        case network(from: String?, to: String?)
    }

    /// What goes wrong there.
    public enum Effect: Hashable, Sendable {
        /// Replicas are gone with all they hold. `isSilent`: nothing is heard of them, while otherwise connections are
        /// refused. `noticed`: after how many nanoseconds they are taken off the endpoints; nil for never.
        case lost(isSilent: Bool, noticed: Int64?)
        /// Service that begins takes a multiple of its time.
        case slow(factor: Double)
        /// A share of the served requests, 0 … 1, ends with a status.
        case errors(ratio: Double, status: UInt16)
        /// Every message takes longer, and a share of them, 0 … 1, is lost and sent again by TCP.
        case network(delay: Distribution?, loss: Double)
    }

    /// What it hits.
    public var target: Target
    /// What goes wrong there.
    public var effect: Effect

    /// A fault with its parts.
    public init(_ target: Target, _ effect: Effect) {
        self.target = target
        self.effect = effect
    }
}

/// Where replicas run, and what lies in between.
public struct NetworkModel: Hashable, Sendable {
    /// The way between two zones or clusters.
    public struct Path: Hashable, Sendable {
        /// Names of zones or clusters; the way back is the same.
        public var ends: [String]
        /// How long a message is under way, on top of the gateway's hop.
        public var latency: Distribution?
        /// The share of messages that are lost, 0 … 1, and sent again by TCP.
        public var loss: Double

        /// A way between two places.
        public init(_ one: String, _ other: String, latency: Distribution? = nil, loss: Double = 0) {
            ends = [one, other]
            self.latency = latency
            self.loss = loss
        }
    }

    /// The ways about which something is known; the first that fits counts, those between zones before those between
    /// clusters.
    public var paths: [Path]

    /// A network with its ways.
    public init(paths: [Path] = []) { self.paths = paths }
}

/// A zone of a cluster; nil where it does not matter.
public struct Place: Hashable, Sendable {
    /// The cluster.
    public var cluster: String?
    /// The zone.
    public var zone: String?

    /// A place with its names.
    public init(cluster: String? = nil, zone: String? = nil) {
        self.cluster = cluster
        self.zone = zone
    }

    func isIn(_ name: String) -> Bool { cluster == name || zone == name }

    /// 0 for the same zone, 1 for another of the same cluster, 2 for another cluster.
    func distance(to other: Place) -> UInt8 {
        cluster != other.cluster ? 2 : zone != other.zone ? 1 : 0
    }
}

/// How many replicas run at a place.
public struct Placement: Hashable, Sendable {
    /// Where.
    public var place: Place
    /// How many.
    public var replicas: Int

    /// Replicas at a place.
    public init(place: Place, replicas: Int) {
        self.place = place
        self.replicas = replicas
    }
}

extension [Placement] {
    /// The place of a replica by its number: the placements in turn, and again for replicas beyond their sum, so that a
    /// set that grows keeps its proportions.
    func place(ofReplica number: Int) -> Place {
        let all = reduce(0) { $0 + Swift.max($1.replicas, 0) }
        guard all > 0 else { return first?.place ?? Place() }
        var rest = number % all
        for placement in self {
            if rest < placement.replicas { return placement.place }
            rest -= Swift.max(placement.replicas, 0)
        }
        return Place()
    }
}
