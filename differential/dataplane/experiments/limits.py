"""Circuit breakers."""

from ..bench import experiment
from ..checks import exact, near
from ..setup import Service, Setup, every


@experiment("at most 5 requests, 12 at once")
async def max_requests(bench):
    setup = Setup(
        requests=every(0.005, 12), services={"web": Service(1, time=0.4)}, policy={"circuitBreaker": {"maxRequests": 5}})
    theirs, ours = await bench.both(setup, tick=0.005, connections=12)
    bench.check(
        exact("answers", theirs.statuses(), ours.statuses()),
        exact("which are turned away", [one.status for one in theirs.answers], [one.status for one in ours.answers]),
        exact("overflows", theirs.counters["overflows"], ours.counters["requestOverflows"] + ours.counters["pendingOverflows"]))
