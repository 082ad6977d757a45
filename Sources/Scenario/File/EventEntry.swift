public import GatewayAPI
public import Testbed

/// An entry of `spec.events`.
public struct EventEntry: Hashable, Sendable {
    /// What happens.
    public enum Change: Hashable, Sendable {
        /// Manifests are applied, as by `kubectl apply`.
        case apply([Located<String>])
        /// The objects of manifests are taken away, as by `kubectl delete`.
        case delete([Located<String>])
        /// Replicas are gone; nil for all of them.
        case fail(Located<NamespacedName>, replicas: Int?, duration: Int64?)
        /// Replicas take a multiple of their time; nil for all of them.
        case slow(Located<NamespacedName>, factor: Double, replicas: Int?, duration: Int64?)
        /// A Service has another number of replicas.
        case scale(Located<NamespacedName>, replicas: Int)
        /// All replicas of a Service are replaced one after another.
        case rollout(Located<NamespacedName>, RollingUpdate)
        /// Something goes wrong that the others do not say; nil replicas stand for all of them.
        case fault(FaultSubject, Fault.Effect, duration: Int64?)
    }

    /// What a fault is about.
    public enum FaultSubject: Hashable, Sendable {
        /// So many replicas of a Service; nil for all of them.
        case service(Located<NamespacedName>, replicas: Int?)
        /// All replicas in a zone or cluster.
        case place(Located<String>)
        /// The network between two zones or clusters, or everywhere.
        case network([Located<String>])
    }

    /// When.
    public var time: Int64
    /// What.
    public var change: Change
    /// Where the entry begins.
    public var position: SourcePosition
    /// Whether it is about a ServiceImport, and not about a Service.
    public var isImport = false

    /// The Service that it is about; nil for manifests.
    public var service: Located<NamespacedName>? {
        switch change {
        case .apply, .delete: nil
        case .fail(let service, _, _), .slow(let service, _, _, _), .scale(let service, _), .rollout(let service, _):
            service
        case .fault(.service(let service, _), _, _): service
        case .fault: nil
        }
    }

    /// When it is over; nil where it stays.
    public var end: Int64? {
        switch change {
        case .fail(_, _, let duration), .slow(_, _, _, let duration), .fault(_, _, let duration):
            duration.map { duration in
                let (sum, overflow) = time.addingReportingOverflow(duration)
                return overflow ? .max : sum
            }
        case .apply, .delete, .scale, .rollout: nil
        }
    }
}
