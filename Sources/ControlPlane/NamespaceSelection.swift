internal import GatewayAPI

/// Which namespaces a Gateway or listener takes routes or ListenerSets from. Gateway API v1.6, `RouteNamespaces`.
struct NamespaceSelection {
    let objects: ClusterObjects

    /// What is asked of a namespace, in words, where it is not so; nil where it is.
    func unmetDemand(_ allowed: RouteNamespaces, by namespace: String, own: String) -> String? {
        switch allowed.from {
        case .all: return nil
        case .same: return namespace == own ? nil : "namespace \(own) only"
        case .none: return "no namespace"
        case .selector:
            guard let selector = allowed.selector else { return "no namespace: the selector is missing" }
            let isSelected = selector.matches(objects.labels(ofNamespace: namespace))
            return isSelected ? nil : "namespaces with \(selector.text), which \(namespace) is not"
        }
    }
}

extension LabelSelector {
    /// The selector as `kubectl get -l` takes it.
    fileprivate var text: String {
        let labels = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let expressions = matchExpressions.map { expression in
            let values = "(\(expression.values.joined(separator: ",")))"
            return switch expression.comparison {
            case .isIn: "\(expression.key) in \(values)"
            case .isNotIn: "\(expression.key) notin \(values)"
            case .exists: expression.key
            case .doesNotExist: "!\(expression.key)"
            }
        }
        return (labels + expressions).joined(separator: ",")
    }
}
