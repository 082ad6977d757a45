extension FindingCatalogue {
    /// What the API server accepts, and a controller refuses or leaves undone: the reasons that statuses give.
    static let references: [FindingExplanation] = [
        .init(
            "unknown-gateway-class", "The GatewayClass is not in the input.",
            "weir plays the controller of every class. Whether the cluster has this one it cannot see."),
        .init(
            "invalid-parameters", "What a parametersRef names is not there.",
            "The class or Gateway is not accepted, and nothing attached to it is served."),
        .init(
            "parent-not-found", "A parentRef names a parent that is not in the input.",
            "The route is attached to nothing there and gets no traffic. The default namespace of a parentRef is the route's own."
        ),
        .init(
            "no-parent", "A route names no parent.", "It is attached to nothing, and its status says nothing about it."),
        .init(
            "route-not-accepted", "A parent does not accept the route.",
            "The status has Accepted=False with the reason in brackets: NotAllowedByListeners, NoMatchingListenerHostname, NoMatchingParent, UnsupportedValue … The message says for each listener why not."
        ),
        .init(
            "listener-conflict", "Two listeners want the same place.",
            "Listeners of one port differ in hostname, and share their protocol. The later one is not served."),
        .init(
            "listener-set-not-allowed", "The Gateway takes no listeners from this ListenerSet.",
            "`spec.allowedListeners` of the Gateway says from which namespaces; without it, from none."),
        .init(
            "invalid-route-kinds", "A listener allows kinds of routes that its protocol cannot have.",
            "The kinds that remain are served; ResolvedRefs is False."),
        .init(
            "invalid-certificate-ref", "A listener's certificate cannot be used.",
            "The Secret is missing, of another type than kubernetes.io/tls, or holds no certificate and key. The listener is not programmed: connections fail."
        ),
        .init(
            "invalid-ca-certificate-ref", "A certificate of authorities cannot be used.",
            "The ConfigMap is missing, has no `ca.crt`, or what it holds is no certificate."),
        .init(
            "invalid-ca-certificate-kind", "Certificates of authorities are of a kind that is not known.",
            "ConfigMap is what every implementation knows."),
        .init(
            "ref-not-permitted", "A reference into another namespace has no ReferenceGrant.",
            "The backend's share of the traffic gets 500, the listener no certificate. A ReferenceGrant in the namespace of the target allows it; deleting one, in a clean-up say, takes the traffic away without any error."
        ),
        .init(
            "backend-not-found", "A backend, or its port, does not exist.",
            "Its share of the traffic gets 500. It is not given to the other backends of the rule."),
        .init(
            "invalid-kind", "A reference is of a kind that is not known there.",
            "A backend's share of the traffic gets 500. Service and ServiceImport are known everywhere."),
        .init(
            "unsupported-protocol", "A port speaks a protocol that gateways need not know.",
            "`appProtocol` of the Service's port is what tells the gateway to speak h2c or WebSocket."),
        .init(
            "not-modelled", "weir does not know what this does.",
            "It depends on the implementation: an ExtensionRef, external authentication, a policy. What weir says of such requests leaves it out."
        ),
        .init(
            "policy-without-effect", "A policy has no target in the input.",
            "targetRefs name what it is for, in its own namespace."),
        .init(
            "too-many-ancestors", "A policy has more ancestors than its status can name.",
            "The status holds 16; the policy may not be carried out for the others."),
        .init(
            "endpoints-assumed", "Nothing is known of a Service's endpoints.",
            "Manifests seldom hold EndpointSlices. Without any the Service is taken to have ready endpoints; give weir those of the cluster, and a Service without ready ones answers 503."
        ),
    ]

    /// What is odd about manifests that everybody accepts.
    static let routing: [FindingExplanation] = [
        .init(
            "dead-rule", "No request gets to the rule.",
            "All that it matches is taken by rules of a higher rank, which the message names, or cannot be. It is often a rule that lost to an older route, or one that the next edit of another route will bring to life."
        ),
        .init(
            "dead-match", "No request gets to this match of a rule.",
            "Others take all that it would, or it asks for what never holds. The rule has other matches that do get requests."
        ),
        .init(
            "coverage-unknown", "Whether the match gets any request was not worked out.",
            "An expression is beyond what weir can compare (a word boundary, or too many states)."),
        .init(
            "tie-by-age", "Two routes ask for the same, and the older one wins.",
            "creationTimestamps are not kept when a cluster is rebuilt, restored from Git, or a route is deleted and applied again: traffic then goes elsewhere. Between namespaces one team can take another one's traffic so."
        ),
        .init(
            "tie-by-name", "Two routes ask for the same and are of one age, so that the name decides.",
            "The route that comes first by `namespace/name` wins. Manifests without creationTimestamps, as in Git, always end here; in the cluster the older one wins."
        ),
        .init(
            "overlap", "Two routes take parts of each other's traffic.",
            "Neither is a special case of the other, so that what a request gets follows from the order of the criteria (path, method, headers, query parameters), which differs between implementations."
        ),
        .init(
            "unused-grant", "Nothing makes use of a ReferenceGrant.",
            "It keeps a door open for whoever may write in the namespaces that it names. What uses it may be outside of the input."
        ),
        .init(
            "unused-grant-entry", "Nothing makes use of an entry of a ReferenceGrant.",
            "The grant is wider than it need be."),
        .init(
            "no-weight", "All backends of a rule have the weight 0.",
            "Every request that matches gets 500; with Traefik 503. A canary tool that was stopped half-way leaves this behind."
        ),
        .init(
            "redirect-loop", "A redirect leads back to itself.",
            "The message shows the URLs of one request. Clients give up after some twenty. A redirect to https on a route that serves the https listener too is the usual cause: name the listener in parentRefs[].sectionName."
        ),
        .init(
            "rewrite-double-slash", "A rewrite gives a path with two slashes in a row.",
            "Many backends do not find such a path. The message names the path and the proxy."),
        .init(
            "rewrite-differs", "Proxies rewrite the path differently.",
            "The specification replaces whole segments; some proxies replace text, so that segments run together or a slash is lost. End both the prefix and the replacement with a slash, or neither."
        ),
        .init(
            "expression-anchoring", "It matters to the expression whether it is held against the whole text.",
            "The specification leaves it open: Envoy wants all of the path to match, Traefik any part of it. Write `^…$` where all is meant, and `.*` where a part is."
        ),
        .init(
            "unserved-hostname", "No listener serves a hostname of the route.",
            "The route is accepted for its other hostnames, so its status shows nothing. Requests for this one get 404, or another route."
        ),
        .init(
            "extended-feature", "Not every implementation has the feature.",
            "It is of the extended or implementation-specific part of the API. Who claims it is read from the conformance reports of August 2026; who does not claim it may have it all the same."
        ),
        .init(
            "near-limit", "A list is nearly as long as the API allows.",
            "From seven eighths on it is told. An object whose list is too long is refused as a whole."),
    ]
}
