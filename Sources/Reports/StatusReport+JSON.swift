internal import ControlPlane
public import GatewayAPI
public import JSON
public import Manifests

extension StatusReport {
    /// Writes one status document: every object that a controller writes a status for, as the API server would return it.
    public func write(_ objects: [(name: ResourceName, node: Node)], to writer: inout JSONWriter) {
        let classes = Dictionary(controlPlane.gatewayClasses.map { ($0.name, $0) }) { $1 }
        let gateways = Dictionary(controlPlane.gateways.map { ($0.name, $0) }) { $1 }
        let sets = Dictionary(controlPlane.listenerSets.map { ($0.name, $0) }) { $1 }
        let policies = Dictionary(controlPlane.policies.map { ($0.name, $0) }) { $1 }
        let routes = Dictionary(controlPlane.routes.map { ($0.name, $0) }) { $1 }
        writer.object { writer in
            writer.key("resources")
            writer.array { writer in
                for (name, node) in objects {
                    if let status = classes[name] {
                        node.write(to: &writer, replacing: "status") { writer in
                            writer.object { write(status.conditions, to: &$0) }
                        }
                    } else if let status = gateways[name] {
                        node.write(to: &writer, replacing: "status") { write(status, to: &$0) }
                    } else if let status = sets[name] {
                        node.write(to: &writer, replacing: "status") { write(status, to: &$0) }
                    } else if let status = routes[name] {
                        node.write(to: &writer, replacing: "status") { write(status, to: &$0) }
                    } else if let status = policies[name] {
                        node.write(to: &writer, replacing: "status") { write(status, to: &$0) }
                    }
                }
            }
        }
    }

    private func write(_ status: GatewayStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("addresses")
            writer.array { writer in
                for address in status.addresses {
                    writer.object { writer in
                        writer.member("type", address.type)
                        writer.member("value", address.value)
                    }
                }
            }
            write(status.conditions, to: &writer)
            write(status.listeners, to: &writer)
            writer.member("attachedListenerSets", status.attachedListenerSets)
        }
    }

    private func write(_ status: ListenerSetStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            write(status.conditions, to: &writer)
            write(status.listeners, to: &writer)
        }
    }

    private func write(_ status: PolicyStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("ancestors")
            writer.array { writer in
                for ancestor in status.ancestors {
                    writer.object { writer in
                        writer.key("ancestorRef")
                        write(ancestor.ancestorRef, namespace: status.name.namespace, to: &writer)
                        writer.member("controllerName", ancestor.controllerName)
                        write(ancestor.conditions, to: &writer)
                    }
                }
            }
        }
    }

    private func write(_ listeners: [ListenerStatus], to writer: inout JSONWriter) {
        writer.key("listeners")
        writer.array { writer in
            for listener in listeners { write(listener, to: &writer) }
        }
    }

    private func write(_ listener: ListenerStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", listener.name)
            writer.key("supportedKinds")
            writer.array { writer in
                for kind in listener.supportedKinds {
                    writer.object { writer in
                        writer.member("group", kind.group)
                        writer.member("kind", kind.kind)
                    }
                }
            }
            writer.member("attachedRoutes", listener.attachedRoutes)
            write(listener.conditions, to: &writer)
        }
    }

    private func write(_ status: RouteStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("parents")
            writer.array { writer in
                for parent in status.parents {
                    writer.object { writer in
                        writer.key("parentRef")
                        write(parent.parentRef, namespace: status.name.namespace, to: &writer)
                        writer.member("controllerName", parent.controllerName)
                        write(parent.conditions, to: &writer)
                    }
                }
            }
        }
    }

    private func write(_ reference: ParentReference, namespace: String?, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("group", reference.group)
            writer.member("kind", reference.kind)
            writer.member("namespace", reference.namespace ?? namespace)
            writer.member("name", reference.name)
            if let section = reference.sectionName { writer.member("sectionName", section) }
            if let port = reference.port { writer.member("port", port) }
        }
    }

    private func write(_ conditions: [Condition], to writer: inout JSONWriter) {
        writer.key("conditions")
        writer.array { writer in
            for condition in conditions {
                writer.object { writer in
                    writer.member("type", condition.type)
                    writer.member("status", condition.status ? "True" : "False")
                    writer.member("reason", condition.reason)
                    writer.member("message", condition.message)
                    writer.member("observedGeneration", condition.observedGeneration)
                }
            }
        }
    }
}
