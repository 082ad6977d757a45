import GatewayAPI
import Manifests
import Testbed
import Validation

/// How a `trafficPolicy` chooses among replicas.
extension ScenarioDecoder {
    static func balancing(_ object: inout ObjectDecoder, _ policy: inout UpstreamPolicy) {
        let words = ["roundRobin", "random", "leastRequest", "ringHash", "maglev"]
        policy.loadBalancing = object.parsedWord("loadBalancing", among: words).flatMap(LoadBalancing.init(rawValue:))
        policy.choices = object.object("choices", choices) ?? nil
        policy.activeRequestBias = object.number("activeRequestBias", "a number from 0 to 100") {
            (0...100).contains($0)
        }
        policy.weights = object.elements("endpointWeights", 1...1_000) { value, context in
            ObjectDecoder.integer(value, 1...1_000_000, context).map { UInt32($0) }
        }
        policy.hashing = object.object("hash", hashing)
        let owners: [(key: String, of: [LoadBalancing])] = [
            ("choices", [.leastRequest]), ("activeRequestBias", [.leastRequest]), ("hash", [.ringHash, .maglev]),
        ]
        for (key, of) in owners where object.has(key) {
            guard let balancing = policy.loadBalancing, !of.contains(balancing) else { continue }
            let names = of.map(\.rawValue).joined(separator: " and ")
            object.report(
                .conflictingFields,
                "\(key) belong\(key == "choices" ? "" : "s") to \(names), not to \(balancing.rawValue)",
                field: key)
        }
    }

    private static func choices(_ object: inout ObjectDecoder) -> UpstreamPolicy.Choices? {
        let draws = object.integer("draws", 1...1_000).map { UpstreamPolicy.Choices.draws(Int($0)) }
        let distinct = object.integer("distinct", 1...1_000).map { UpstreamPolicy.Choices.distinct(Int($0)) }
        let all = object.boolean("all")
        let given = ["draws", "distinct", "all"].filter(object.has)
        if given.count != 1 || all == false {
            object.report(.conflictingFields, "expected one of draws, distinct and all: true")
        }
        return draws ?? distinct ?? (all == true ? .all : nil)
    }

    private static func hashing(_ object: inout ObjectDecoder) -> UpstreamPolicy.Hashing {
        var hashing = UpstreamPolicy.Hashing()
        let most: Int64 = 8_388_608
        if let size = object.integer("minimumRingSize", 1...most) { hashing.minimumRingSize = Int(size) }
        if let size = object.integer("maximumRingSize", 1...most) { hashing.maximumRingSize = Int(size) }
        if hashing.maximumRingSize < hashing.minimumRingSize {
            object.report(
                .outOfRange,
                "found \(hashing.maximumRingSize), expected at least minimumRingSize, which is \(hashing.minimumRingSize)",
                field: object.has("maximumRingSize") ? "maximumRingSize" : "minimumRingSize")
        }
        if let size = object.integer("tableSize", 2...5_000_011) {
            hashing.tableSize = Int(size)
            if !isPrime(size) {
                object.report(.outOfRange, "found \(size), expected a prime number such as 65537", field: "tableSize")
            }
        }
        hashing.balanceFactor = object.integer("balanceFactor", 100...100_000).map { Int($0) }
        return hashing
    }

    private static func isPrime(_ number: Int64) -> Bool {
        var divisor: Int64 = 2
        while divisor * divisor <= number {
            if number % divisor == 0 { return false }
            divisor += 1
        }
        return number > 1
    }

    /// The zones and clusters that a `trafficPolicy` names, where it names them.
    static func localityNames(_ object: inout ObjectDecoder) -> [Located<String>] {
        guard let policy = object.value("trafficPolicy") else { return [] }
        let arena = object.context.arena
        var names: [Located<String>] = []
        func keys(of map: NodeIndex?) {
            guard let map, arena.kind(map) == .mapping else { return }
            for place in 0..<arena.count(map) {
                let key = arena.member(map, at: place).key
                names.append(Located(value: arena.text(key), position: arena.position(key)))
            }
        }
        guard arena.kind(policy) == .mapping else { return [] }
        keys(of: arena.member(policy, "localityWeights")?.value)
        guard let list = arena.member(policy, "distribute")?.value, arena.kind(list) == .sequence else { return names }
        for place in 0..<arena.count(list) {
            let item = arena.element(list, place)
            guard arena.kind(item) == .mapping else { continue }
            if let from = arena.member(item, "from")?.value, arena.kind(from) == .string {
                names.append(Located(value: arena.text(from), position: arena.position(from)))
            }
            keys(of: arena.member(item, "to")?.value)
        }
        return names
    }

    static func locality(_ object: inout ObjectDecoder) -> LocalityPolicy? {
        let word = object.parsedWord("locality", among: ["zoneAware", "failover", "weighted"])
        let routing = object.object("zoneAware") { object in
            let hosts = object.integer("minClusterSize", 0...1_000_000)
            let enabled = object.percent("routingEnabled")
            return ZoneAwareRouting(minimumHosts: hosts.map { Int($0) } ?? 6, enabled: (enabled ?? 100) / 100)
        }
        let weights = object.weights("localityWeights")
        let distribute = object.list("distribute", 1...1_000) { object -> LocalityWeights.Origin? in
            if !object.has("from") { object.reportMissing("from", "the zone or cluster of the proxy") }
            if !object.has("to") { object.reportMissing("to", "a mapping of zones or clusters to weights") }
            let from = object.string("from")
            return object.weights("to").map { LocalityWeights.Origin(place: from, weights: $0) }
        }.compactMap { $0 }
        for (key, wanted) in [("zoneAware", "zoneAware"), ("localityWeights", "weighted"), ("distribute", "weighted")]
        where object.has(key) && word != wanted && (word != nil || !object.has("locality")) {
            object.report(.conflictingFields, "\(key) means nothing without locality: \(wanted)", field: key)
        }
        switch word {
        case "zoneAware": return .zoneAware(routing ?? ZoneAwareRouting())
        case "failover": return .failover
        case "weighted":
            guard object.has("localityWeights") || object.has("distribute") else {
                object.report(
                    .missingField, "localityWeights is missing: weights of zones or clusters, such as {a: 3, b: 1}",
                    field: "locality")
                return nil
            }
            let rest = weights.map { [LocalityWeights.Origin(place: nil, weights: $0)] } ?? []
            return .weighted(LocalityWeights(origins: distribute + rest))
        default: return nil
        }
    }
}

extension ObjectDecoder {
    /// A mapping of zones or clusters to weights, not all of them 0; nil where it is missing or wrong.
    fileprivate mutating func weights(_ key: String) -> [LocalityWeights.Entry]? {
        guard let counts = counts(key, of: "weights", 0...1_000_000) else { return nil }
        if !counts.isEmpty, counts.allSatisfy({ $0.count == 0 }) {
            report(.outOfRange, "no locality has a weight above 0", field: key)
        }
        return counts.map { LocalityWeights.Entry($0.name, UInt32($0.count)) }
    }
}
