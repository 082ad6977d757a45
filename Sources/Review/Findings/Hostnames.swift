internal import ControlPlane
internal import GatewayAPI
internal import Routing

extension ReviewSubject {
    /// Hostnames of routes that no listener serves to which the route is attached, while it serves others.
    func unservedHostnames() -> [Diagnostic] {
        let attached = Dictionary(grouping: controlPlane.attachments.filter(\.isAttached), by: \.route)
        var findings: [Diagnostic] = []
        for route in routes where !route.hostnames.isEmpty {
            let name = route.resourceName
            let listeners = attached[name] ?? []
            guard !listeners.isEmpty else { continue }
            var served: Set<String> = []
            for attachment in listeners {
                guard case .attached(let hostnames) = attachment.verdict else { continue }
                served.formUnion(hostnames)
            }
            let patterns = served.map { HostnamePattern($0) }
            for (place, hostname) in route.hostnames.enumerated() {
                let own = HostnamePattern(hostname.value)
                guard !patterns.contains(where: { $0.intersection(own) != nil }) else { continue }
                let names = Set(listeners.map { "\($0.parent) \($0.listener)" }).sorted().joined(separator: ", ")
                findings.append(
                    Diagnostic(
                        .warning, code: "unserved-hostname",
                        "no listener that the route is attached to serves \(hostname.value) (\(names))",
                        hint: "remove it, or add a listener for it", position: hostname.position,
                        resource: name, path: "spec.hostnames[\(place)]"))
            }
        }
        return findings
    }
}
