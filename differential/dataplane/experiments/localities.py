"""Priority levels: what stays near, and what goes farther."""

from ..bench import experiment
from ..checks import near, shares
from ..setup import Request, Service, Setup, every


@experiment("failover by priority: what goes to the second zone as hosts of the first are lost")
async def failover(bench):
    for nearby, far, gone in ((4, 4, 0), (4, 4, 1), (4, 4, 2), (4, 4, 3), (4, 4, 4), (5, 2, 3), (10, 3, 4)):
        setup = Setup(
            requests=every(0.001, 600, start=2.0), paced=True,
            services={"web": Service(zones={"near": nearby, "far": far})},
            policy={"healthCheck": {"interval": 0.1, "timeout": 0.05, "unhealthyThreshold": 1}, "locality": "failover"},
            events=[{"at": 0.1, "service": "web", "fail": {"replicas": gone, "noticed": "never"}}] if gone else [])
        theirs, ours = await bench.both(setup, tick=0.001, identify="web", connections=8)
        counts = []
        for side in (theirs, ours):
            hosts = side.hosts()
            counts.append({
                "near": sum(count for host, count in hosts.items() if host < nearby),
                "far": sum(count for host, count in hosts.items() if host >= nearby),
                "neither": sum(one.status != 200 for one in side.answers)})
        bench.check(shares(f"{gone} of {nearby} near hosts gone, {far} far", *counts))


def in_zone(zones):
    """Envoy in the first of the zones, the only proxy there is."""
    def adjust(bootstrap):
        bootstrap["node"]["locality"] = {"zone": next(iter(zones))}
        bootstrap["cluster_manager"] = {"local_cluster_name": "proxies"}
        resources = bootstrap["static_resources"]
        # Zones are zones of the same locality here, not levels; a zone without proxies is known to have none.
        resources["clusters"].append({
            "name": "proxies", "type": "STATIC", "load_assignment": {"cluster_name": "proxies", "endpoints": [{
                "locality": {"zone": next(iter(zones))}, "lb_endpoints": [{"endpoint": {"address": {"socket_address": {
                    "address": "127.79.255.1", "port_value": 1}}}}]}]}})
    return adjust


@experiment("zone-aware routing: what stays in the proxy's zone")
async def zone_aware(bench):
    for zones in ({"near": 4, "far": 4}, {"near": 6, "far": 2}, {"near": 2, "far": 6}, {"near": 2, "far": 3},
                  {"near": 2, "far": 4, "farther": 2}):
        setup = Setup(
            requests=every(0.001, 1500), services={"web": Service(zones=zones)}, policy={"locality": "zoneAware"},
            paced=False)
        theirs = await bench.envoy(setup, adjust=in_zone(zones))
        ours = bench.weir(setup, tick=0.001, identify="web")
        counts = []
        for side in (theirs, ours):
            hosts, first = side.hosts(), 0
            counts.append({})
            for zone, number in zones.items():
                counts[-1][zone] = sum(count for host, count in hosts.items() if first <= host < first + number)
                first += number
        bench.check(shares(f"zones {zones}", *counts))


@experiment("localities that share by weight, some of their hosts gone")
async def weighted_localities(bench):
    for zones, weights, gone in (
            ({"a": 2, "b": 2}, {"a": 3, "b": 1}, 0), ({"a": 4, "b": 4}, {"a": 3, "b": 1}, 2),
            ({"a": 4, "b": 4}, {"a": 1, "b": 1}, 1), ({"a": 4, "b": 6}, {"a": 1, "b": 1}, 4)):
        setup = Setup(
            requests=[Request(0.0), *every(0.001, 800, start=2.5)], services={"web": Service(zones=zones)},
            policy={"healthCheck": {"interval": 0.1, "timeout": 0.05, "unhealthyThreshold": 1}, "panicThreshold": 10,
                    "locality": "weighted", "localityWeights": weights},
            events=[{"at": 0.1, "service": "web", "fail": {"replicas": gone, "noticed": "never"}}] if gone else [])
        theirs, ours = await bench.both(setup, tick=0.001, identify="web", connections=8)
        counts = []
        for side in (theirs, ours):
            hosts = side.hosts(since=2.4)
            counts.append({
                "a": sum(count for host, count in hosts.items() if host < zones["a"]),
                "b": sum(count for host, count in hosts.items() if host >= zones["a"])})
        what = f"{zones}, weights {weights}, {gone} of a gone"
        bench.check(near(
            f"{what}: share of a", counts[0]["a"] / sum(counts[0].values()), counts[1]["a"] / sum(counts[1].values()), 0.01))
