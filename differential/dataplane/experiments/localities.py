"""Priority levels: what stays near, and what goes farther."""

from ..bench import experiment
from ..checks import shares
from ..setup import Service, Setup, every


@experiment("failover by priority: what goes to the second zone as hosts of the first are lost")
async def failover(bench):
    for near, far, gone in ((4, 4, 0), (4, 4, 1), (4, 4, 2), (4, 4, 3), (4, 4, 4), (5, 2, 3), (10, 3, 4)):
        setup = Setup(
            requests=every(0.001, 600, start=2.0), paced=True,
            services={"web": Service(zones={"near": near, "far": far})},
            policy={"healthCheck": {"interval": 0.1, "timeout": 0.05, "unhealthyThreshold": 1}, "locality": "failover"},
            events=[{"at": 0.1, "service": "web", "fail": {"replicas": gone, "noticed": "never"}}] if gone else [])
        theirs, ours = await bench.both(setup, tick=0.001, identify="web", connections=8)
        counts = []
        for side in (theirs, ours):
            hosts = side.hosts()
            counts.append({
                "near": sum(count for host, count in hosts.items() if host < near),
                "far": sum(count for host, count in hosts.items() if host >= near),
                "neither": sum(one.status != 200 for one in side.answers)})
        bench.check(shares(f"{gone} of {near} near hosts gone, {far} far", *counts))
