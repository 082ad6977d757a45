internal import ControlPlane
internal import GatewayAPI
internal import Manifests
internal import Replay
public import Routing
internal import Traffic
public import Validation

/// Finds the edits that explain regions: objects that, changed alone, change what becomes of the region's request; of these the
/// fields that can.
public struct ChangeCauses {
    private let from: Inventory
    private let to: Inventory
    private let tables: (from: RoutingTable, to: RoutingTable)
    /// The objects that are not the same, in the order of the inputs.
    private let changed: [ObjectKey]
    private var fields: [ObjectKey: [FieldChange]] = [:]
    /// What one change alone would have made of the table.
    private var trials: [ObjectKey: RoutingTable] = [:]

    /// Trying out a change means reconciling the cluster anew; with more changes than these, or a larger cluster, the fields of
    /// the routes that decide are named without.
    private static let trialsMax = 24
    private static let objectsMax = 2_000

    /// Explains what changes between the tables of two inputs.
    public init(from: Inventory, to: Inventory, tables: (from: RoutingTable, to: RoutingTable)) {
        self.from = from
        self.to = to
        self.tables = tables
        var changed: [ObjectKey] = []
        var seen: Set<ObjectKey> = []
        for object in from.objects + to.objects where object.isRead && seen.insert(object.key).inserted {
            let (before, after) = (from.written(object.key), to.written(object.key))
            if before?.source.node != after?.source.node { changed.append(object.key) }
        }
        self.changed = changed
    }

    /// The edits that explain a region, the nearest first; none where nothing was found that does.
    public mutating func causes(of region: DiffRegion) -> [FieldChange] {
        let tried = changed.count > 1 && changed.count <= Self.trialsMax && from.objects.count <= Self.objectsMax
        var objects = tried ? changed.filter { changes(region, alone: $0) } : []
        if objects.isEmpty { objects = deciding(region) }
        if objects.isEmpty { objects = changed.filter { !$0.isRoute } }
        if objects.isEmpty { objects = changed }
        var result: [FieldChange] = []
        for key in objects { result += fields(of: key, for: region) }
        return result
    }

    /// The routes of the region, as far as they changed.
    private func deciding(_ region: DiffRegion) -> [ObjectKey] {
        let routes = [region.fromFacts.route, region.toFacts.route]
        return changed.filter { key in
            key.isRoute
                && routes.contains {
                    $0.map {
                        $0.name == key.name.name && $0.namespace == key.name.namespace && $0.kind == key.name.kind
                    } ?? false
                }
        }
    }

    /// Whether an object, changed alone, changes what becomes of the region's request.
    private mutating func changes(_ region: DiffRegion, alone key: ObjectKey) -> Bool {
        let table = trials[key] ?? trial(key)
        trials[key] = table
        var decider = RequestDecider(table: table, addresses: [], takesAbsentHeadersAsNone: true)
        let decided = decider.decide(region.witness, at: 0)
        guard let answer = decided.answer else { return true }
        let request = decider.partialRequest(region.witness).known
        return DecisionFacts(answer, of: table, for: request) != region.fromFacts
    }

    private func trial(_ key: ObjectKey) -> RoutingTable {
        var inventory = from
        if let before = from.object(key) { _ = inventory.delete([before.source]) }
        if let after = to.object(key) { inventory.apply([after.source]) }
        return ControlPlane(ResourceSet(inventory), dialect: tables.from.dialect).table
    }

    /// The fields of an object that can explain a region.
    private mutating func fields(of key: ObjectKey, for region: DiffRegion) -> [FieldChange] {
        let all = fields[key] ?? FieldChange.all(from: from.written(key), to: to.written(key))
        fields[key] = all
        let places = (
            region.fromRule.map { rule($0, tables.from, key) }, region.toRule.map { rule($0, tables.to, key) }
        )
        let inRules = all.filter { change in
            guard change.isInRule else { return true }
            return places.0 == .some(change.fromRule) && change.fromRule != nil
                || places.1 == .some(change.toRule) && change.toRule != nil
        }
        let candidates = inRules.isEmpty ? all : inRules
        let telling = candidates.filter { $0.canExplain(region.change) }
        return telling.isEmpty ? candidates : telling
    }

    /// Where a rule stands in the manifest of the object; nil where it belongs to another.
    private func rule(_ index: RuleIndex, _ table: RoutingTable, _ key: ObjectKey) -> Int? {
        let route = table.route(of: index)
        guard route.name == key.name.name, route.namespace == key.name.namespace, route.kind == key.name.kind else {
            return nil
        }
        return Int(table.rules[index.place].rule)
    }
}

extension Inventory {
    /// The object that stands, or else one of the name that the API server would refuse.
    fileprivate func written(_ key: ObjectKey) -> InventoryObject? {
        object(key) ?? (hasErrors ? objects.last { $0.key == key } : nil)
    }
}

extension InventoryObject {
    fileprivate var isRead: Bool { fate == .used || fate == .refused }
}

extension ObjectKey {
    fileprivate var isRoute: Bool { name.kind.hasSuffix("Route") }
}

extension FieldChange {
    /// Whether a change of this field can make that of a region by itself.
    fileprivate func canExplain(_ change: ChangeKind) -> Bool {
        let words: [String]
        switch change {
        case .shares: words = ["backendRefs"]
        case .redirect, .forwarded, .response: words = ["filters"]
        case .mirrors: words = ["filters"]
        case .timeouts: words = ["timeouts", "retry"]
        case .moved, .newlyFails, .newlyAnswers:
            return !["filters", "timeouts", "retry"].contains { path.contains($0) }
        }
        return words.contains { path.contains($0) }
    }
}
