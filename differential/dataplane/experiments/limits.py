"""Circuit breakers: who is turned away, and what is counted."""

from ..bench import experiment
from ..checks import exact
from ..setup import Service, Setup, every

COUNTERS = ("requestOverflows", "pendingOverflows")


def held(policy, count=12, time=0.4, hosts=1):
    """Requests that come one after another while those before are still held."""
    return Setup(requests=every(0.01, count), services={"web": Service(hosts, time=time)}, policy=policy, duration=4)


async def compare(bench, setup, opened=False, served=False):
    theirs, ours = await bench.both(setup, tick=0.01, connections=len(setup.requests))
    bench.check(exact("answers", theirs.statuses(), ours.statuses()))
    bench.check(exact(
        "which are turned away", [one.status for one in theirs.answers], [one.status for one in ours.answers]))
    for name in COUNTERS:
        bench.check(exact(name, theirs.counters[name], ours.counters[name]))
    if opened:
        bench.check(exact("connections opened", theirs.counters["connectionsOpened"], ours.counters["connectionsOpened"]))
    if served:
        waits = [[round(one.latency / served) for one in side.answers if one.status == 200] for side in (theirs, ours)]
        bench.check(exact("rounds that each took", *waits))


@experiment("maxRequests 5, 12 held at once, without a pool in weir")
async def max_requests(bench):
    await compare(bench, held({"circuitBreaker": {"maxRequests": 5}}))


@experiment("maxRequests 5, 12 held at once, HTTP/1.1")
async def max_requests_http1(bench):
    await compare(bench, held({"circuitBreaker": {"maxRequests": 5}, "connections": {"protocol": "http1"}}), opened=True)


@experiment("maxRequests 5, 12 held at once, HTTP/2")
async def max_requests_http2(bench):
    await compare(bench, held({"circuitBreaker": {"maxRequests": 5}, "connections": {"protocol": "http2"}}), opened=True)


@experiment("maxRequests 3 with maxConnections 5: who waits is turned away when its connection is made")
async def max_requests_below_connections(bench):
    policy = {"circuitBreaker": {"maxRequests": 3, "maxConnections": 5, "maxPendingRequests": 2},
              "connections": {"protocol": "http1"}}
    await compare(bench, held(policy, count=10), opened=True)


@experiment("maxConnections 2, maxPendingRequests 3, 12 held at once")
async def max_pending(bench):
    policy = {"circuitBreaker": {"maxConnections": 2, "maxPendingRequests": 3}, "connections": {"protocol": "http1"}}
    await compare(bench, held(policy), opened=True, served=0.4)


@experiment("maxConnections 2, nobody may wait but for a connection that is being made")
async def no_pending(bench):
    policy = {"circuitBreaker": {"maxConnections": 2, "maxPendingRequests": 1}, "connections": {"protocol": "http1"}}
    await compare(bench, held(policy), opened=True, served=0.4)


@experiment("maxConnections 1 over three hosts: the first of each host is opened all the same")
async def first_connections(bench):
    policy = {"circuitBreaker": {"maxConnections": 1, "maxPendingRequests": 4}, "connections": {"protocol": "http1"}}
    await compare(bench, held(policy, hosts=3), opened=True, served=0.4)


@experiment("HTTP/2, 2 streams a connection, maxConnections 2, maxPendingRequests 3")
async def http2_pending(bench):
    policy = {"circuitBreaker": {"maxConnections": 2, "maxPendingRequests": 3},
              "connections": {"protocol": "http2", "maxConcurrentStreams": 2}}
    await compare(bench, held(policy), opened=True, served=0.4)


@experiment("what a limit turns away is not tried again")
async def overflow_not_retried(bench):
    retry = {"attempts": 3, "codes": [503]}
    for policy in ({"circuitBreaker": {"maxRequests": 4}},
                   {"circuitBreaker": {"maxConnections": 2, "maxPendingRequests": 2}, "connections": {"protocol": "http1"}}):
        setup = held({**policy, "backOff": {"base": 0.001, "max": 0.001}})
        setup.rules = [{"backendRefs": [{"name": "web", "port": 80}], "retry": retry}]
        await compare(bench, setup)


@experiment("who waits for a connection runs out of time")
async def pending_timeout(bench):
    policy = {"circuitBreaker": {"maxConnections": 1, "maxPendingRequests": 10}, "connections": {"protocol": "http1"}}
    for timeouts in ({"request": "250ms"}, {"backendRequest": "250ms"}):
        setup = held(policy, count=5, time=0.2)
        setup.rules = [{"backendRefs": [{"name": "web", "port": 80}], "timeouts": timeouts}]
        await compare(bench, setup)
