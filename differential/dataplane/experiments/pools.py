"""Connections to hosts: how many are made, and who shares them."""

from ..bench import experiment
from ..checks import exact
from ..setup import Request, Service, Setup, every


async def opened(bench, what, setup):
    theirs, ours = await bench.both(setup, connections=min(len(setup.requests), 40))
    bench.check(
        exact(f"{what}: answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}),
        exact(f"{what}: connections opened", theirs.counters["connectionsOpened"], ours.counters["connectionsOpened"]))


@experiment("HTTP/1.1: a connection for each request at once, used again afterwards")
async def http1(bench):
    waves = [Request(1.0 * wave + 0.005 * number) for wave in range(3) for number in range((6, 10, 4)[wave])]
    await opened(bench, "6, 10 and 4 at once", Setup(
        requests=waves, services={"web": Service(1, time=0.3)}, policy={"connections": {"protocol": "http1"}}))
    await opened(bench, "one after another at two hosts", Setup(
        requests=every(0.02, 30), services={"web": Service(2)}, policy={"connections": {"protocol": "http1"}}))


@experiment("HTTP/1.1: at most so many requests on a connection")
async def http1_lifetime(bench):
    for most in (1, 3, 10):
        await opened(bench, f"{most} each", Setup(
            requests=every(0.02, 20), services={"web": Service(1)},
            policy={"connections": {"protocol": "http1", "maxRequestsPerConnection": most}}))


@experiment("HTTP/2: streams of a connection")
async def http2(bench):
    for streams, count in ((None, 20), (1, 6), (4, 18), (10, 18)):
        policy = {"connections": {"protocol": "http2", **({"maxConcurrentStreams": streams} if streams else {})}}
        await opened(bench, f"{count} at once, {streams or 'any number of'} streams", Setup(
            requests=every(0.005, count), services={"web": Service(1, time=0.5)}, policy=policy))


@experiment("HTTP/2: at most so many requests on a connection")
async def http2_lifetime(bench):
    for most in (1, 3):
        await opened(bench, f"{most} each", Setup(
            requests=every(0.02, 12), services={"web": Service(1)},
            policy={"connections": {"protocol": "http2", "maxRequestsPerConnection": most}}))


@experiment("connections without requests are closed")
async def idle(bench):
    for gap, pause in (("kept", 0.2), ("closed", 0.8)):
        await opened(bench, f"{pause} s between requests, {gap}", Setup(
            requests=every(pause, 6), services={"web": Service(1)},
            policy={"connections": {"protocol": "http1", "idleTimeout": 0.5}}))


@experiment("an attempt that times out takes its HTTP/1.1 connection with it, and only its HTTP/2 stream")
async def cancelled(bench):
    for protocol in ("http1", "http2"):
        await opened(bench, protocol, Setup(
            requests=every(0.3, 5), services={"web": Service(1, time=5)}, policy={"connections": {"protocol": protocol}},
            rules=[{"backendRefs": [{"name": "web", "port": 80}], "timeouts": {"request": "100ms"}}], duration=3))


@experiment("a host that is ejected loses its idle connections")
async def ejected(bench):
    for protocol in ("http1", "http2"):
        setup = Setup(
            requests=[Request(0.01 * number) for number in range(8)] + every(0.05, 80, start=1.5),
            services={"web": Service(2, time=0.15)}, duration=7,
            policy={"connections": {"protocol": protocol}, "panicThreshold": 0, "outlierDetection": {
                "consecutive5xx": 1, "interval": 0.1, "baseEjectionTime": 1.5, "maxEjectionPercent": 50}},
            events=[{"at": 1.45, "service": "web", "errors": {"ratio": 1, "status": 500, "replicas": 1}, "for": 0.4}])
        await opened(bench, protocol, setup)
