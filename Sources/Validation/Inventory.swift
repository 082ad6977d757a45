public import GatewayAPI
public import Manifests

/// The objects of an input, each with its fate, and the resources that came of them.
///
/// A value: applying and deleting objects, as the events of a scenario do, leaves copies as they are.
@dynamicMemberLookup
public struct Inventory: Sendable {
    /// All objects in the order of the input; those applied later follow.
    public private(set) var objects: [InventoryObject] = []
    private var places: [ObjectKey: Int] = [:]
    private var otherDiagnostics: [Diagnostic] = []
    /// What the objects are checked against.
    private var installed: InstalledKinds

    /// The resources by kind; `inventory.gateways` is short for `inventory.resources.gateways`.
    public private(set) var resources = StoredResources()

    /// An empty inventory.
    public init(_ installed: InstalledKinds = InstalledKinds()) {
        self.installed = installed
    }

    init(textDiagnostics: [Diagnostic], installed: InstalledKinds) {
        otherDiagnostics = textDiagnostics
        self.installed = installed
    }

    /// Whether the text or an object of the input had an error; such objects are left out.
    public var hasErrors: Bool {
        otherDiagnostics.contains { $0.severity == .error } || objects.contains { $0.fate == .refused }
    }

    /// Everything that is to be said, by position; what has none comes first.
    public var diagnostics: [Diagnostic] {
        var all = otherDiagnostics
        for object in objects { all.append(contentsOf: object.diagnostics) }
        // Sorting by place as well keeps the order of what stands at one position.
        return all.enumerated().sorted { left, right in
            switch (left.element.position, right.element.position) {
            case (nil, nil): left.offset < right.offset
            case (nil, _): true
            case (_, nil): false
            case (let a?, let b?): a == b ? left.offset < right.offset : a < b
            }
        }.map(\.element)
    }

    /// The kinds of the input that weir does not use, in the order in which they first occur.
    public var unusedKinds: [UnusedKind] {
        var kinds: [UnusedKind] = []
        var places: [ObjectKey: Int] = [:]
        for object in objects where object.fate == .unusedKind {
            let key = ObjectKey(
                group: object.key.group, name: ResourceName(kind: object.name.kind, namespace: nil, name: ""))
            if let place = places[key] {
                kinds[place].count += 1
            } else {
                places[key] = kinds.count
                kinds.append(
                    UnusedKind(
                        group: object.key.group, kind: object.name.kind, count: 1, position: object.position))
            }
        }
        return kinds
    }

    /// The resources of a kind.
    public subscript<Value: Resource>(
        dynamicMember kind: KeyPath<StoredResources, [Stored<Value>]>
    ) -> [Stored<Value>] { resources[keyPath: kind] }

    /// The object of this key that stands; nil where there is none.
    public func object(_ key: ObjectKey) -> InventoryObject? { places[key].map { objects[$0] } }

    /// Adds the objects of an input. The same object given twice is a warning: the last one stands.
    mutating func add(_ validated: [InventoryObject]) {
        for object in validated {
            guard let place = put(object) else { continue }
            objects[objects.count - 1].diagnostics.append(
                Diagnostic(
                    .warning, code: DiagnosticCode.duplicateObject.rawValue,
                    "\(object.name) is given a second time and replaces the one at \(objects[place].position)",
                    hint: "remove one of the two", position: object.position, resource: object.name))
        }
        index()
    }

    /// Applies objects as `kubectl apply` does: an object that is there is replaced, keeping its creationTimestamp and
    /// its status, and its generation grows by one where its `spec` changed.
    ///
    /// Objects that the API server would refuse are added with that fate, and change nothing else.
    public mutating func apply(_ applied: [ManifestObject]) {
        otherDiagnostics += installed.add(applied)
        for object in applied { _ = put(Validation.validate(object, installed)) }
        index()
    }

    /// Adds what a reader had to say of the text of objects applied later.
    public mutating func report(_ diagnostics: [Diagnostic]) {
        otherDiagnostics.append(contentsOf: diagnostics)
    }

    /// Deletes the objects with the names of `deleted`, as `kubectl delete -f` does, and returns a warning for each
    /// that is not there.
    public mutating func delete(_ deleted: [ManifestObject]) -> [Diagnostic] {
        var missing: [Diagnostic] = []
        var removed: Set<Int> = []
        for object in deleted {
            let key = installed.key(of: object)
            if let place = places[key], removed.insert(place).inserted { continue }
            missing.append(
                Diagnostic(
                    .warning, code: DiagnosticCode.notFound.rawValue, "\(key.name) is not there to be deleted",
                    position: object.position, resource: key.name))
        }
        objects = objects.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
        index()
        return missing
    }

    /// Appends an object; where one of its key stands, that is superseded, and its place is returned.
    private mutating func put(_ object: InventoryObject) -> Int? {
        var object = object
        guard object.fate != .refused else {
            objects.append(object)
            return nil
        }
        let earlier = places.updateValue(objects.count, forKey: object.key)
        if let earlier {
            object.succeed(objects[earlier])
            objects[earlier].fate = .superseded
        }
        objects.append(object)
        return earlier
    }

    private mutating func index() {
        resources = StoredResources()
        places.removeAll(keepingCapacity: true)
        for (place, object) in objects.enumerated() where object.fate == .used || object.fate == .unusedKind {
            places[object.key] = place
            if let resource = object.resource { resources.append(resource, object.node) }
        }
    }
}
