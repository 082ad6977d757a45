/// The requests that a backend sends to other Services for each request that it serves.
public struct ServiceCalls: Sendable {
    /// When calls are made.
    public enum Order: String, Hashable, Sendable {
        /// All at once.
        case parallel
        /// Each when the one before has ended. After a required one that failed, no more are made.
        case sequence
    }

    /// One of the calls.
    public struct Call: Sendable {
        /// After which its random stream is named; no two calls of a backend have the same.
        public var name: String
        /// How likely it is made, 0 … 1.
        public var probability: Double
        /// Whether the request fails with it.
        public var isRequired: Bool
        /// What becomes of it, by routing table. The gateway is the caller's own proxy.
        public var treatments: [Treatment]

        /// A call with its parts.
        public init(name: String, probability: Double = 1, isRequired: Bool = true, treatments: [Treatment]) {
            self.name = name
            self.probability = probability
            self.isRequired = isRequired
            self.treatments = treatments
        }
    }

    /// In the order of the scenario.
    public var calls: [Call]
    /// When they are made.
    public var order: Order
    /// Whether a request holds its place among those that the replica works on at once until its calls have ended: a
    /// thread for each request.
    public var holdsPlace: Bool

    /// Calls with their order.
    public init(_ calls: [Call], order: Order = .sequence, holdsPlace: Bool = true) {
        self.calls = calls
        self.order = order
        self.holdsPlace = holdsPlace
    }

    /// The Services that calls end at, mirrors included, under any table.
    var destinations: Set<BackendIdentity> {
        var found: Set<BackendIdentity> = []
        for treatment in calls.flatMap(\.treatments) where treatment.action == .forward {
            for branch in treatment.branches {
                if case .backend(let backend) = branch.destination { found.insert(backend.service) }
                found.formUnion(branch.mirrors.map(\.backend.service))
            }
            found.formUnion(treatment.mirrors.map(\.backend.service))
        }
        return found
    }
}

extension TestbedModel {
    /// Backends that call each other in a circle, each the next one and the last the first; nil where there are none.
    /// Where calls end is what routes say, under any table.
    public var circleOfCalls: [BackendIdentity]? {
        var destinations: [BackendIdentity: [BackendIdentity]] = [:]
        for backend in backends {
            destinations[backend.backend.service] = backend.calls?.destinations.sorted()
        }
        var done: Set<BackendIdentity> = []
        for backend in backends {
            // A path from the backend, each with what is still to be looked at.
            var path = [(backend: backend.backend.service, rest: destinations[backend.backend.service] ?? [])]
            while let last = path.last {
                guard let next = last.rest.last else {
                    done.insert(last.backend)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].rest.removeLast()
                if let start = path.firstIndex(where: { $0.backend == next }) { return path[start...].map(\.backend) }
                if !done.contains(next) { path.append((next, destinations[next] ?? [])) }
            }
        }
        return nil
    }

    func validateCalls() throws(TestbedError) {
        let versions = events.reduce(1) { most, event in
            if case .apply(let version) = event.change { max(most, version + 1) } else { most }
        }
        for backend in backends {
            guard let calls = backend.calls else { continue }
            let name = backend.backend.description
            guard Set(calls.calls.map(\.name)).count == calls.calls.count else {
                throw .invalid("two calls of \(name) have the same name")
            }
            for call in calls.calls {
                guard (0...1).contains(call.probability) else {
                    throw .invalid("\(name) calls \(call.name) with probability \(call.probability), expected 0 … 1")
                }
                guard call.treatments.count >= versions else {
                    throw .invalid("\(name) calls \(call.name) and lacks a treatment for one of the routing tables")
                }
            }
        }
        if let circle = circleOfCalls {
            let names = (circle + circle.prefix(1)).map(\.description).joined(separator: ", ")
            throw .invalid("backends call each other in a circle: \(names)")
        }
    }
}
