"""A `trafficPolicy` of weir as the parts of Envoy's configuration that say the same."""

#: Envoy limits where nothing is said, weir does not.
UNLIMITED = 1 << 30
OPTIONS = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
LEAST_REQUEST = "type.googleapis.com/envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest"
ALGORITHMS = {
    "roundRobin": "ROUND_ROBIN", "random": "RANDOM", "leastRequest": "LEAST_REQUEST", "ringHash": "RING_HASH",
    "maglev": "MAGLEV"}


def span(seconds):
    return f"{seconds:.9f}s"


def cluster(policy):
    """The members of a `Cluster` for a policy."""
    algorithm = policy.get("loadBalancing", "roundRobin")
    members = {"lb_policy": ALGORITHMS[algorithm], "circuit_breakers": breakers(policy)}
    slow = policy.get("slowStart")
    balancing = {}
    if slow:
        balancing["slow_start_config"] = {
            "slow_start_window": span(slow["window"]),
            "aggression": {"default_value": slow.get("aggression", 1), "runtime_key": "lab.aggression"},
            "min_weight_percent": {"value": slow.get("minWeightPercent", 10)}}
    if "activeRequestBias" in policy:
        balancing["active_request_bias"] = {
            "default_value": policy["activeRequestBias"], "runtime_key": "lab.bias"}
    choices = policy.get("choices", {})
    if "draws" in choices:
        balancing["choice_count"] = choices["draws"]
    if choices.get("all"):
        del members["lb_policy"]
        members["load_balancing_policy"] = {"policies": [{"typed_extension_config": {
            "name": "envoy.load_balancing_policies.least_request",
            "typed_config": {"@type": LEAST_REQUEST, "selection_method": "FULL_SCAN"}}}]}
    if balancing:
        members["least_request_lb_config" if algorithm == "leastRequest" else "round_robin_lb_config"] = balancing
    common = {}
    if "panicThreshold" in policy:
        common["healthy_panic_threshold"] = {"value": policy["panicThreshold"]}
    if "updateMergeWindow" in policy:
        common["update_merge_window"] = span(policy["updateMergeWindow"])
    if policy.get("locality") == "weighted":
        common["locality_weighted_lb_config"] = {}
    hashing = policy.get("hash", {})
    if "balanceFactor" in hashing:
        common["consistent_hashing_lb_config"] = {"hash_balance_factor": hashing["balanceFactor"]}
    if algorithm == "ringHash" and "minimumRingSize" in hashing:
        members["ring_hash_lb_config"] = {"minimum_ring_size": hashing["minimumRingSize"]}
    if algorithm == "maglev" and "tableSize" in hashing:
        members["maglev_lb_config"] = {"table_size": hashing["tableSize"]}
    if common:
        members["common_lb_config"] = common
    if "outlierDetection" in policy:
        members["outlier_detection"] = outliers(policy["outlierDetection"])
    if "healthCheck" in policy:
        members["health_checks"] = [probes(policy["healthCheck"])]
    members.update(connections(policy.get("connections", {})))
    return members


def breakers(policy):
    given = policy.get("circuitBreaker")
    limits = {
        "max_connections": given.get("maxConnections", 1024), "max_requests": given.get("maxRequests", 1024),
        "max_pending_requests": given.get("maxPendingRequests", 1024), "max_retries": given.get("maxRetries", 3),
    } if given else dict.fromkeys(
        ("max_connections", "max_requests", "max_pending_requests", "max_retries"), UNLIMITED)
    budget = policy.get("retryBudget")
    if budget:
        limits["retry_budget"] = {
            "budget_percent": {"value": budget.get("percent", 20)},
            "min_retry_concurrency": budget.get("minConcurrency", 3)}
    return {"thresholds": [limits]}


def outliers(given):
    names = {
        "consecutive5xx": "consecutive_5xx", "consecutiveGatewayErrors": "consecutive_gateway_failure",
        "consecutiveLocalOriginFailures": "consecutive_local_origin_failure", "maxEjectionPercent": "max_ejection_percent",
        "splitExternalLocalOriginErrors": "split_external_local_origin_errors",
        "alwaysEjectOneEndpoint": "always_eject_one_host"}
    members = {names[key]: value for key, value in given.items() if key in names}
    for key, name in (("interval", "interval"), ("baseEjectionTime", "base_ejection_time"),
                      ("maxEjectionTime", "max_ejection_time")):
        if key in given:
            members[name] = span(given[key])
    # What the policy leaves out is off; Envoy would have all of it on but the rates of failures and gateway errors.
    members["enforcing_consecutive_5xx"] = 100 if given.get("consecutive5xx", 5) else 0
    members["enforcing_consecutive_gateway_failure"] = 100 if given.get("consecutiveGatewayErrors") else 0
    members["enforcing_consecutive_local_origin_failure"] = 100 if given.get("consecutiveLocalOriginFailures", 5) else 0
    rate, failures = given.get("successRate"), given.get("failurePercentage")
    enforcing = given.get("enforcing", {})
    members["enforcing_success_rate"] = enforcing.get("successRate", 100)
    members["enforcing_failure_percentage"] = 100 if failures is not None else 0
    for key, name in (("minimumHosts", "success_rate_minimum_hosts"), ("requestVolume", "success_rate_request_volume")):
        if rate and key in rate:
            members[name] = rate[key]
    if rate and "stdevFactor" in rate:
        members["success_rate_stdev_factor"] = round(1000 * rate["stdevFactor"])
    for key, name in (("threshold", "failure_percentage_threshold"), ("minimumHosts", "failure_percentage_minimum_hosts"),
                      ("requestVolume", "failure_percentage_request_volume")):
        if failures and key in failures:
            members[name] = failures[key]
    return members


def probes(given):
    interval = span(given.get("interval", 3))
    return {
        "interval": interval, "no_traffic_interval": interval, "timeout": span(given.get("timeout", 1)),
        "unhealthy_threshold": given.get("unhealthyThreshold", 3),
        "healthy_threshold": given.get("healthyThreshold", 1), "http_health_check": {"path": "/healthz"}}


def connections(given):
    members = {"connect_timeout": span(given.get("connectTimeout", 10))}
    common = {"idle_timeout": span(given.get("idleTimeout", 3600))}
    if given.get("maxRequestsPerConnection"):
        common["max_requests_per_connection"] = given["maxRequestsPerConnection"]
    if given.get("protocol") == "http2":
        streams = {"max_concurrent_streams": given["maxConcurrentStreams"]} if "maxConcurrentStreams" in given else {}
        http = {"http2_protocol_options": streams}
    else:
        http = {"http_protocol_options": {}}
    members["typed_extension_protocol_options"] = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": OPTIONS, "common_http_protocol_options": common, "explicit_http_config": http}}
    return members


def route(action, policy):
    """Completes a `RouteAction` in place."""
    if policy.get("loadBalancing") in ("ringHash", "maglev"):
        action["hash_policy"] = [{"header": {"header_name": "x-client"}}]
    retry = action.get("retry_policy")
    if retry and "backOff" in policy:
        given = policy["backOff"]
        retry["retry_back_off"] = {"base_interval": span(given["base"])}
        if "max" in given:
            retry["retry_back_off"]["max_interval"] = span(given["max"])
    if retry and policy.get("avoidTriedReplica"):
        retry["retry_host_predicate"] = [{
            "name": "envoy.retry_host_predicates.previous_hosts",
            "typed_config": {"@type": (
                "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate")}}]
        retry["host_selection_retry_max_attempts"] = 5
