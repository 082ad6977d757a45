"""Mirrors: real load, and no part in the answer."""

from ..bench import experiment
from ..checks import exact, near, shares
from ..setup import Service, Setup, every


def mirrored(**filter_):
    return {"backendRefs": [{"name": "web", "port": 80}],
            "filters": [{"type": "RequestMirror", "requestMirror": {
                "backendRef": {"name": "shadow", "port": 80}, **filter_}}]}


@experiment("every request is mirrored, whatever becomes of the copies")
async def mirror(bench):
    for what, events, policy in (
            ("fit", [], {}),
            ("failing", [{"at": 0, "service": "shadow", "errors": {"ratio": 1, "status": 500}}], {}),
            ("slow, at most 3 copies", [{"at": 0, "service": "shadow", "slow": {"factor": 2000}}],
             {"circuitBreaker": {"maxRequests": 3}})):
        setup = Setup(
            requests=every(0.01, 50), rules=[mirrored()], events=events, duration=4,
            services={"web": Service(2), "shadow": Service(1, time=0.001, policy=policy)})
        theirs, ours = await bench.both(setup, connections=4)
        bench.check(
            exact(f"{what}: answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}),
            exact(f"{what}: reached the mirror", theirs.reached["shadow"], ours.reached["shadow"]),
            exact(f"{what}: reached the backend", theirs.reached["web"], ours.reached["web"]))
        if not policy:
            bench.check(near(f"{what}: slowest answer", max(theirs.latencies()), 0.0, 0.1, " s"))


@experiment("30 % are mirrored")
async def mirror_share(bench):
    setup = Setup(
        requests=every(0.001, 1500), rules=[mirrored(percent=30)], paced=False,
        services={"web": Service(1), "shadow": Service(1)})
    theirs, ours = await bench.both(setup)
    counts = [{"mirrored": side.reached["shadow"], "not": 1500 - side.reached["shadow"]} for side in (theirs, ours)]
    bench.check(shares("share of requests", *counts))


@experiment("a retried request is mirrored once")
async def mirror_retries(bench):
    rule = {**mirrored(), "retry": {"attempts": 3, "codes": [503]}}
    setup = Setup(
        requests=every(0.02, 20), rules=[rule], services={"web": Service(1), "shadow": Service(1)}, duration=4,
        policy={"backOff": {"base": 0.001, "max": 0.001}},
        events=[{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}])
    theirs, ours = await bench.both(setup, connections=4)
    bench.check(
        exact("reached the mirror", theirs.reached["shadow"], ours.reached["shadow"]),
        exact("reached the backend", theirs.reached["web"], ours.reached["web"]))


@experiment("a copy ends with the time of its request")
async def mirror_timeout(bench):
    for timeouts in ({"request": "200ms"}, {"backendRequest": "200ms"}, {}):
        rule = {**mirrored(), **({"timeouts": timeouts} if timeouts else {})}
        setup = Setup(
            requests=every(0.05, 10), rules=[rule], duration=3,
            services={"web": Service(1), "shadow": Service(1, time=0.6)})
        theirs, ours = await bench.both(setup, connections=4, linger=1)
        answered = next(one for one in ours.result["backends"] if one["backend"]["name"] == "shadow")["statuses"]
        bench.check(exact(
            f"{timeouts or 'no timeouts'}: copies that were answered",
            theirs.stats.get("lab/shadow_80.upstream_rq_200", 0), answered.get("200", 0)))
