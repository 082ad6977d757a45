public import ControlPlane
internal import GatewayAPI

/// Writes what a controller would put into `.status`.
public struct StatusReport: Sendable {
    let controlPlane: ControlPlane

    /// Writes the statuses of `controlPlane`.
    public init(_ controlPlane: ControlPlane) { self.controlPlane = controlPlane }

    /// The statuses for a person: Gateways with their listeners, then for each route every listener of its parents, with the
    /// reason for every no.
    public func lines(style: TextStyle = .plain) -> [String] {
        var lines: [String] = []
        for gateway in controlPlane.gateways { lines += self.lines(gateway, style) }
        if controlPlane.gateways.isEmpty { lines.append("no Gateway") }
        for set in controlPlane.listenerSets {
            let nobody = set.conditions.isEmpty ? style.bad("no Gateway that weir is the controller of") : ""
            lines.append(style.bold("\(set.name)") + "  " + nobody + summary(set.conditions, style))
            lines += self.lines(set.listeners, style)
        }
        lines.append("")
        let attachments = Dictionary(grouping: controlPlane.attachments, by: \.route)
        for route in controlPlane.routes { lines += self.lines(route, attachments[route.name] ?? [], style) }
        if controlPlane.routes.isEmpty { lines.append("no route") }
        if !controlPlane.policies.isEmpty { lines.append("") }
        for policy in controlPlane.policies { lines += self.lines(policy, style) }
        return lines
    }

    private func lines(_ gateway: GatewayStatus, _ style: TextStyle) -> [String] {
        let addresses = gateway.addresses.map(\.value).joined(separator: ", ")
        let place = addresses.isEmpty ? "" : " at \(addresses)"
        var lines = [style.bold("\(gateway.name)") + place + "  " + summary(gateway.conditions, style)]
        lines += self.lines(gateway.listeners, style)
        return lines
    }

    private func lines(_ policy: PolicyStatus, _ style: TextStyle) -> [String] {
        var lines = [style.bold("\(policy.name)")]
        if policy.ancestors.isEmpty { lines.append("  " + style.doubtful("no route sends to a target of it")) }
        for ancestor in policy.ancestors {
            let gateway = "\(ancestor.ancestorRef.namespace ?? "")/\(ancestor.ancestorRef.name)"
            lines.append("  \(ancestor.ancestorRef.kind) \(gateway)  " + summary(ancestor.conditions, style))
        }
        return lines
    }

    private func lines(_ listeners: [ListenerStatus], _ style: TextStyle) -> [String] {
        var rows = AlignedRows()
        for listener in listeners {
            let kinds = listener.supportedKinds.map(\.kind).joined(separator: ", ")
            rows.add(
                "listener \(listener.name)", "\(listener.attachedRoutes) attached",
                kinds.isEmpty ? "no kind of route" : kinds,
                summary(listener.conditions.filter { $0.type != "Conflicted" || $0.status }, style))
        }
        return rows.lines(indent: "  ")
    }

    private func lines(_ route: RouteStatus, _ attachments: [Attachment], _ style: TextStyle) -> [String] {
        var lines = [style.bold("\(route.name)")]
        if route.parents.isEmpty { lines.append("  " + style.bad("no parent that weir is the controller of")) }
        for parent in route.parents {
            let reference = parent.parentRef
            let gateway = "\(reference.namespace ?? route.name.namespace ?? "")/\(reference.name)"
            let section = reference.sectionName.map { " listener \($0)" } ?? ""
            let port = reference.port.map { " port \($0)" } ?? ""
            lines.append("  \(reference.kind) \(gateway)\(section)\(port)  " + summary(parent.conditions, style))
            var rows = AlignedRows()
            for attachment in attachments
            where attachment.parentRefPosition == reference.position {
                rows.add(
                    "listener \(attachment.listener)",
                    attachment.isAttached ? style.good("\(attachment.verdict)") : style.dim("\(attachment.verdict)"))
            }
            lines += rows.lines(indent: "    ")
        }
        return lines
    }

    /// `Accepted`, or `not Accepted (NotAllowedByListeners: …)`.
    private func summary(_ conditions: [Condition], _ style: TextStyle) -> String {
        conditions.map { condition in
            let isBad = condition.isWorrying
            let name = condition.status ? condition.type : "not \(condition.type)"
            if !isBad, condition.reason == condition.type { return style.good(name) }
            // The rows of the matrix below a route say why it was not accepted, listener by listener.
            let isTold = condition.reason == "NotAllowedByListeners" || condition.reason == "NoMatchingListenerHostname"
            let text = isTold ? "\(name) (\(condition.reason))" : "\(name) (\(condition.reason): \(condition.message))"
            return isBad ? style.bad(text) : style.doubtful(text)
        }.joined(separator: ", ")
    }
}

extension Condition {
    /// These are good where they are False; the others where they are True.
    fileprivate var isWorrying: Bool {
        switch type {
        case "Conflicted", "PartiallyInvalid", "InsecureFrontendValidationMode": status
        default: !status
        }
    }
}
