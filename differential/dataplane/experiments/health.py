"""Active health checks: how long until a host is out, and back."""

from ..bench import experiment
from ..checks import exact, near, within
from ..setup import Service, Setup, every

CHECK = {"interval": 0.3, "timeout": 0.2, "unhealthyThreshold": 3, "healthyThreshold": 2}


async def outage(bench, silent, check, rule=None, until=2.6):
    fail = {"replicas": 1, "noticed": "never", **({"silent": True} if silent else {})}
    setup = Setup(
        requests=every(0.01, round((until + 2) / 0.01), start=0.005), services={"web": Service(4)},
        policy={"healthCheck": check, "connections": {"protocol": "http1", "connectTimeout": 0.05}},
        rules=[rule] if rule else None,
        events=[{"at": 0.5, "service": "web", "fail": fail, "for": until - 0.5}], duration=until + 3)
    theirs, ours = await bench.both(setup, tick=0.01, identify="web", connections=20)
    found = []
    for side in (theirs, ours):
        failed = [one.at for one in side.answers if one.status != 200]
        back = [one.at for one in side.answers if one.status == 200 and one.host == 0 and one.at > until]
        found.append((max(failed, default=0.5) - 0.5, min(back, default=99) - until))
    return found


@experiment("probes refused: out after three, back after two")
async def refused_probes(bench):
    (out, back), (our_out, our_back) = await outage(bench, False, CHECK)
    # Probes come at any phase of the outage: two intervals and a part of one.
    bench.check(within("time until out", out, our_out, 0.55, 0.95), within("time until back", back, our_back, 0.25, 0.7))


@experiment("probes that nobody answers: an interval begins when the probe before has timed out")
async def silent_probes(bench):
    (out, back), (our_out, our_back) = await outage(bench, True, CHECK, until=3.0)
    bench.check(within("time until out", out, our_out, 1.15, 1.6), within("time until back", back, our_back, 0.25, 1.2))


@experiment("all hosts unhealthy: panic, or nobody")
async def unhealthy_panic(bench):
    for threshold, gone in ((0, 4), (50, 3), (20, 3), (50, 4)):
        setup = Setup(
            requests=every(0.01, 100, start=2.0), services={"web": Service(4)},
            policy={"healthCheck": {"interval": 0.1, "timeout": 0.05, "unhealthyThreshold": 1},
                    "panicThreshold": threshold, "connections": {"protocol": "http1"}},
            events=[{"at": 0.2, "service": "web", "fail": {"replicas": gone, "noticed": "never"}}])
        theirs, ours = await bench.both(setup)
        what = f"{gone} of 4 gone, panic below {threshold} %"
        bench.check(
            exact(f"{what}: answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}),
            exact(f"{what}: nobody to choose", theirs.counters["noHealthyReplica"], ours.counters["noHealthyReplica"]))
