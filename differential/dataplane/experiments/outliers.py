"""Outlier detection: who is ejected after what, for how long, and what becomes of the others."""

from ..bench import experiment
from ..checks import exact, near, within
from ..setup import Request, Service, Setup, every

LONG = {"interval": 0.2, "baseEjectionTime": 60, "maxEjectionPercent": 100}


def errors(status, replicas=None, **times):
    return {"service": "web", "errors": {"ratio": 1, "status": status, **({"replicas": replicas} if replicas else {})},
            "at": 0, **times}


async def ejections(bench, what, setup, **options):
    theirs, ours = await bench.both(setup, **options)
    bench.check(
        exact(f"{what}: answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}),
        exact(f"{what}: ejections", theirs.counters["ejections"], ours.counters["ejections"]))
    return theirs, ours


@experiment("failures in a row: how many until a host is out, one of four failing")
async def consecutive(bench):
    for status, given in (
            (500, {"consecutive5xx": 3}), (503, {"consecutive5xx": 3}), (500, {}), (404, {"consecutive5xx": 3}),
            (500, {"consecutive5xx": 0, "consecutiveGatewayErrors": 3}),
            (503, {"consecutive5xx": 0, "consecutiveGatewayErrors": 3}),
            (504, {"consecutive5xx": 4, "consecutiveGatewayErrors": 2})):
        setup = Setup(
            requests=every(0.005, 80), services={"web": Service(4)}, policy={"outlierDetection": {**LONG, **given}},
            events=[errors(status, 1)])
        await ejections(bench, f"{status} with {given or 'the defaults'}", setup)


@experiment("a success in between begins the count anew")
async def interrupted(bench):
    # Two failures, a success, two failures, and so on, at one host of two.
    failing = [errors(500, 1, at=0.2 * number, **{"for": 0.1}) for number in range(6)]
    setup = Setup(
        requests=every(0.025, 60, start=0.012), services={"web": Service(2)},
        policy={"outlierDetection": {**LONG, "consecutive5xx": 3}}, events=failing)
    await ejections(bench, "two of four", setup)


async def limited(bench, percent, hosts, bad, panic=0, window=0.0, one=False):
    # Without the merging of updates, which another experiment is about.
    setup = Setup(
        requests=every(0.005, 40 * hosts), services={"web": Service(hosts)},
        policy={"panicThreshold": panic, "updateMergeWindow": window, "outlierDetection": {
            **LONG, "consecutive5xx": 2, "maxEjectionPercent": percent, "alwaysEjectOneEndpoint": one}},
        events=[errors(500, bad)])
    theirs, ours = await bench.both(setup)
    what = f"{percent} % of {hosts}, {bad} bad, panic below {panic} %"
    bench.check(
        exact(f"{what}: ejections", theirs.counters["ejections"], ours.counters["ejections"]),
        near(f"{what}: answered 500", theirs.statuses().get(500, 0), ours.total.get(500, 0), 3),
        near(f"{what}: answered 503", theirs.statuses().get(503, 0), ours.total.get(503, 0), 3))


@experiment("maxEjectionPercent: how many of the failing hosts are out")
async def ejection_limit(bench):
    for percent, hosts, bad in ((10, 4, 4), (10, 10, 3), (10, 20, 4), (25, 4, 2), (30, 4, 3), (50, 4, 4), (100, 4, 4), (0, 4, 2)):
        await limited(bench, percent, hosts, bad)
    for percent, hosts in ((10, 4), (0, 4), (10, 20)):
        await limited(bench, percent, hosts, hosts, one=True)


@experiment("changes of health are merged: those that come within a second of another wait")
async def merged_updates(bench):
    for window, first, second, third in (
            (1, 0.2, 0.6, 0.7), (1, 0.2, 1.5, 1.6), (1, 0.2, 0.9, 1.5), (0.3, 0.2, 0.4, 0.5), (0.0, 0.2, 0.3, 0.4)):
        detection = {**LONG, "consecutive5xx": 1}
        setup = Setup(
            requests=every(0.005, 560), services={"web": Service(4)},
            policy={"outlierDetection": detection, "panicThreshold": 0, "updateMergeWindow": window},
            events=[errors(500, 1, at=first), errors(500, 2, at=second), errors(500, 3, at=third)])
        theirs, ours = await bench.both(setup, tick=0.005)
        failures = [[one.at for one in side.answers if one.status == 500] for side in (theirs, ours)]
        what = f"window {window} s, failures at {first}, {second} and {third} s"
        bench.check(
            near(f"{what}: answered 500", len(failures[0]), len(failures[1]), 6),
            near(f"{what}: the last of them", max(failures[0]), max(failures[1]), 0.05, " s"))


@experiment("panic: most hosts are ejected")
async def panic(bench):
    for bad, threshold in ((1, 50), (2, 50), (3, 50), (4, 50), (3, 20), (3, 26), (4, 0)):
        await limited(bench, 100, 4, bad, threshold)


@experiment("ejections last longer each time, and end at a sweep")
async def ejection_times(bench):
    base, interval = 0.6, 0.05
    setup = Setup(
        requests=every(0.01, 800), services={"web": Service(2)}, events=[errors(500, 1)],
        policy={"outlierDetection": {
            "consecutive5xx": 1, "interval": interval, "baseEjectionTime": base, "maxEjectionPercent": 50},
            "panicThreshold": 0, "updateMergeWindow": 0.0})
    theirs, ours = await bench.both(setup, tick=0.01)
    times = [[one.at for one in side.answers if one.status == 500] for side in (theirs, ours)]
    gaps = [[after - before for before, after in zip(side, side[1:])] for side in times]
    bench.check(exact("ejections", len(times[0]), len(times[1])))
    for number, (real, ours_) in enumerate(zip(*gaps), 1):
        bench.check(near(f"ejection {number}", real, ours_, 0.08, " s"))


@experiment("an ejection is no longer than maxEjectionTime, and good times shorten the next")
async def ejection_time_limits(bench):
    detection = {"consecutive5xx": 1, "interval": 0.2, "baseEjectionTime": 0.4, "maxEjectionTime": 0.8,
                 "maxEjectionPercent": 50}
    setup = Setup(
        requests=every(0.01, 700), services={"web": Service(2)}, policy={"outlierDetection": detection, "panicThreshold": 0, "updateMergeWindow": 0.0},
        # It fails, is well for 1.5 s, and fails again.
        events=[errors(500, 1, **{"for": 3.0}), errors(500, 1, at=4.5)])
    theirs, ours = await bench.both(setup, tick=0.01)
    times = [[one.at for one in side.answers if one.status == 500] for side in (theirs, ours)]
    gaps = [[after - before for before, after in zip(side, side[1:])] for side in times]
    bench.check(near("ejections", len(times[0]), len(times[1]), 1))
    for number, (real, ours_) in enumerate(zip(*gaps), 1):
        bench.check(near(f"failure {number + 1} comes after", real, ours_, 0.42, " s"))


@experiment("failure percentage: hosts are judged at the sweep")
async def failure_percentage(bench):
    for volume, hosts, requests in ((20, 5, 300), (200, 5, 300), (20, 6, 300)):
        detection = {"consecutive5xx": 0, "interval": 1, "baseEjectionTime": 60, "maxEjectionPercent": 100,
                     "failurePercentage": {"threshold": 60, "minimumHosts": hosts, "requestVolume": volume}}
        setup = Setup(
            requests=every(0.005, requests), services={"web": Service(5)}, policy={"outlierDetection": detection},
            events=[errors(500, 2)], duration=3)
        theirs, ours = await bench.both(setup)
        bench.check(exact(
            f"volume {volume}, {hosts} hosts: ejections", theirs.counters["ejections"], ours.counters["ejections"]))


@experiment("success rate: hosts far below the others")
async def success_rate(bench):
    for factor, bad in ((1.9, 1), (2.3, 1), (1.9, 2)):
        detection = {"consecutive5xx": 0, "interval": 1, "baseEjectionTime": 60, "maxEjectionPercent": 100,
                     "successRate": {"minimumHosts": 5, "requestVolume": 20, "stdevFactor": factor}}
        setup = Setup(
            requests=every(0.005, 300), services={"web": Service(6)}, policy={"outlierDetection": detection},
            events=[errors(500, bad)], duration=3)
        theirs, ours = await bench.both(setup)
        bench.check(exact(
            f"factor {factor}, {bad} of 6 bad: ejections", theirs.counters["ejections"], ours.counters["ejections"]))


@experiment("connections refused count as failures")
async def local_origin(bench):
    gone = [{"at": 0, "service": "web", "fail": {"replicas": 1, "noticed": "never"}}]
    for given in (
            {"consecutive5xx": 3}, {"consecutive5xx": 0, "consecutiveGatewayErrors": 3},
            {"consecutive5xx": 2, "splitExternalLocalOriginErrors": True, "consecutiveLocalOriginFailures": 4},
            {"consecutive5xx": 2, "splitExternalLocalOriginErrors": True, "consecutiveLocalOriginFailures": 0},
            {"consecutive5xx": 0, "consecutiveLocalOriginFailures": 2}):
        setup = Setup(
            requests=every(0.01, 80), services={"web": Service(4)}, events=gone,
            policy={"outlierDetection": {**LONG, **given}, "connections": {"protocol": "http1"}})
        await ejections(bench, str(given), setup)


@experiment("attempts that time out count as failures")
async def timeouts_count(bench):
    setup = Setup(
        requests=every(0.02, 60), services={"web": Service(3, time=0.0005)},
        rules=[{"backendRefs": [{"name": "web", "port": 80}], "timeouts": {"request": "100ms"}}],
        events=[{"at": 0, "service": "web", "slow": {"factor": 4000, "replicas": 1}}],
        policy={"outlierDetection": {**LONG, "consecutive5xx": 3}}, duration=5)
    await ejections(bench, "3 in a row", setup, connections=20)
