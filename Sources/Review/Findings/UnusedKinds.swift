internal import GatewayAPI
internal import Validation

extension Review {
    private static let usedKinds = [
        Service.kind, Namespace.kind, Secret.kind, ConfigMap.kind, Deployment.kind, EndpointSlice.kind,
        ServiceImport.kind, GatewayClass.kind, Gateway.kind, ListenerSet.kind, HTTPRoute.kind, GRPCRoute.kind,
        TLSRoute.kind, TCPRoute.kind, UDPRoute.kind, ReferenceGrant.kind, BackendTLSPolicy.kind,
    ]

    /// Kinds that weir does not read, each once: nothing is passed over in silence. One that is spelt nearly like a kind that
    /// it does read is likely a slip.
    static func unusedKinds(_ inventory: Inventory) -> [Diagnostic] {
        inventory.unusedKinds.map { unused in
            let meant = Suggestion.nearest(to: unused.kind, among: usedKinds)
            let group = unused.group.isEmpty ? "" : " of \(unused.group)"
            return Diagnostic(
                meant == nil ? .info : .warning, code: "unused-kind",
                "\(unused.count) \(unused.kind)\(group) in the input, a kind that weir makes no use of",
                hint: meant.map { "did you mean \($0)?" }, position: unused.position)
        }
    }
}
