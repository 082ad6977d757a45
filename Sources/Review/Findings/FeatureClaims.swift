/// What the implementations' own conformance reports claim, each by its newest report for Gateway API v1.4 to v1.6 as of
/// August 2026. A feature that is not claimed may be supported all the same.
enum FeatureClaims {
    /// The implementations whose report has an extended part for HTTP.
    static let implementations = [
        "agentgateway", "api-platform-gateway", "aws-load-balancer-controller", "calico", "cilium", "envoy-gateway",
        "gke-gateway", "gloo-gateway", "gravitee-kubernetes-operator", "haproxy-ingress", "istio", "kgateway",
        "kong-operator", "microgateway", "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
    ]

    /// For each feature of the extended set, by its name in the reports, who claims it.
    static let claims: [String: [String]] = [
        "GatewayPort8080": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gravitee-kubernetes-operator",
            "haproxy-ingress", "istio", "kgateway", "kong-operator", "microgateway", "nginx-gateway-fabric",
            "sunbeam-proxy", "traefik",
        ],
        "GatewayHTTPListenerIsolation": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gravitee-kubernetes-operator", "istio", "kgateway",
            "microgateway", "nginx-gateway-fabric", "sunbeam-proxy", "Varnish Gateway",
        ],
        "ListenerSet": [
            "agentgateway", "aws-load-balancer-controller", "cilium", "envoy-gateway", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy",
        ],
        "BackendTLSPolicy": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
        ],
        "HTTPRouteMethodMatching": [
            "agentgateway", "aws-load-balancer-controller", "calico", "cilium", "envoy-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "istio", "kgateway", "kong-operator", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRouteQueryParamMatching": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "istio", "kgateway", "kong-operator", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRouteResponseHeaderModification": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "haproxy-ingress", "istio", "kgateway", "kong-operator", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRoutePortRedirect": [
            "agentgateway", "api-platform-gateway", "aws-load-balancer-controller", "calico", "cilium", "envoy-gateway",
            "gloo-gateway", "gravitee-kubernetes-operator", "istio", "kgateway", "microgateway", "nginx-gateway-fabric",
            "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRouteSchemeRedirect": [
            "agentgateway", "api-platform-gateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "haproxy-ingress", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRoutePathRedirect": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "istio", "kgateway", "microgateway", "nginx-gateway-fabric",
            "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRoute303RedirectStatusCode": [
            "agentgateway", "api-platform-gateway", "cilium", "envoy-gateway", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
        ],
        "HTTPRoute307RedirectStatusCode": [
            "agentgateway", "api-platform-gateway", "cilium", "envoy-gateway", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
        ],
        "HTTPRoute308RedirectStatusCode": [
            "agentgateway", "api-platform-gateway", "cilium", "envoy-gateway", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
        ],
        "HTTPRouteHostRewrite": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway",
            "gravitee-kubernetes-operator", "istio", "kgateway", "kong-operator", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy", "traefik", "Varnish Gateway",
        ],
        "HTTPRoutePathRewrite": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gloo-gateway", "gravitee-kubernetes-operator",
            "istio", "kgateway", "kong-operator", "microgateway", "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
            "Varnish Gateway",
        ],
        "HTTPRouteRequestMirror": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "gloo-gateway", "istio", "kgateway",
            "nginx-gateway-fabric", "sunbeam-proxy",
        ],
        "HTTPRouteRequestMultipleMirrors": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "istio", "kgateway", "nginx-gateway-fabric",
            "sunbeam-proxy",
        ],
        "HTTPRouteRequestPercentageMirror": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gke-gateway", "istio", "kgateway",
            "nginx-gateway-fabric", "sunbeam-proxy",
        ],
        "HTTPRouteRequestTimeout": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "istio", "kgateway", "microgateway", "sunbeam-proxy",
        ],
        "HTTPRouteBackendTimeout": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "istio", "kgateway", "kong-operator", "microgateway",
            "sunbeam-proxy",
        ],
        "HTTPRouteRetry": ["agentgateway", "cilium", "envoy-gateway", "kgateway", "microgateway"],
        "HTTPRouteCORS": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "haproxy-ingress", "istio", "kgateway", "microgateway",
            "nginx-gateway-fabric", "sunbeam-proxy",
        ],
        "HTTPRouteBackendRequestHeaderModification": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gravitee-kubernetes-operator", "istio", "kgateway",
            "sunbeam-proxy", "traefik",
        ],
        "HTTPRouteBackendURLRewrite": [],
        "HTTPRouteBackendRequestRedirect": [],
        "HTTPRouteParentRefPort": [
            "agentgateway", "aws-load-balancer-controller", "calico", "envoy-gateway", "istio", "kgateway",
            "microgateway", "nginx-gateway-fabric", "sunbeam-proxy", "traefik",
        ],
        "HTTPRouteNamedRouteRule": [
            "agentgateway", "calico", "cilium", "envoy-gateway", "gravitee-kubernetes-operator", "haproxy-ingress",
            "istio", "kgateway", "microgateway", "sunbeam-proxy", "traefik",
        ],
    ]
}
