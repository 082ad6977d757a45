public import ControlPlane
public import GatewayAPI

/// A condition that says that something is wrong.
public struct StatusProblem: Hashable, Sendable {
    /// The object.
    public var resource: ResourceName
    /// Which parent, listener or ancestor the condition is about; nil for the object as a whole.
    public var part: String?
    /// Such as `ResolvedRefs`.
    public var condition: String
    /// Such as `RefNotPermitted`.
    public var reason: String
    /// For a person. Not part of what tells problems apart.
    public var message: String

    /// Without the message.
    public static func == (left: StatusProblem, right: StatusProblem) -> Bool {
        left.resource == right.resource && left.part == right.part && left.condition == right.condition
            && left.reason == right.reason
    }

    /// Without the message.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(resource)
        hasher.combine(part)
        hasher.combine(condition)
        hasher.combine(reason)
    }
}

/// What becomes of the problems that statuses tell of.
public struct StatusChanges: Sendable {
    /// Those that were not there.
    public var introduced: [StatusProblem]
    /// Those that are no longer there.
    public var fixed: [StatusProblem]
    /// Those that stay.
    public var unchanged: [StatusProblem]

    /// Compares the statuses of two clusters.
    public init(from: ControlPlane, to: ControlPlane) {
        let (before, after) = (Self.problems(from), Self.problems(to))
        let (old, new) = (Set(before), Set(after))
        introduced = after.filter { !old.contains($0) }
        fixed = before.filter { !new.contains($0) }
        unchanged = after.filter { old.contains($0) }
    }

    private static func problems(_ controlPlane: ControlPlane) -> [StatusProblem] {
        var result: [StatusProblem] = []
        func add(_ name: ResourceName, _ part: String?, _ conditions: [Condition]) {
            for condition in conditions where condition.isProblem {
                result.append(
                    StatusProblem(
                        resource: name, part: part, condition: condition.type, reason: condition.reason,
                        message: condition.message))
            }
        }
        for entry in controlPlane.gatewayClasses { add(entry.name, nil, entry.conditions) }
        for entry in controlPlane.gateways {
            add(entry.name, nil, entry.conditions)
            for listener in entry.listeners { add(entry.name, listener.name, listener.conditions) }
        }
        for entry in controlPlane.listenerSets {
            add(entry.name, nil, entry.conditions)
            for listener in entry.listeners { add(entry.name, listener.name, listener.conditions) }
        }
        for entry in controlPlane.routes {
            for parent in entry.parents { add(entry.name, parent.parentRef.text, parent.conditions) }
        }
        for entry in controlPlane.policies {
            for ancestor in entry.ancestors { add(entry.name, ancestor.ancestorRef.text, ancestor.conditions) }
        }
        return result
    }
}

extension Condition {
    fileprivate var isProblem: Bool {
        switch type {
        case "Accepted", "Programmed", "ResolvedRefs": !status
        case "Conflicted", "PartiallyInvalid", "InsecureFrontendValidationMode": status
        default: false
        }
    }
}

extension ParentReference {
    fileprivate var text: String {
        let section = sectionName.map { " \($0)" } ?? ""
        return "\(namespace.map { "\($0)/" } ?? "")\(name)\(section)"
    }
}
