"""Which failures are retried, how often, after what wait, and what timeouts make of it."""

from ..bench import experiment
from ..checks import exact, means, near, shares, variance, within
from ..setup import Request, Service, Setup, every

QUICK = {"base": 0.002, "max": 0.004}
BACKEND = [{"name": "web", "port": 80}]


def rule(attempts=None, codes=None, **timeouts):
    retry = {}
    if attempts is not None:
        retry["attempts"] = attempts
    if codes is not None:
        retry["codes"] = codes
    return {"backendRefs": BACKEND, **({"retry": retry} if retry else {}), **({"timeouts": timeouts} if timeouts else {})}


async def attempts(bench, what, setup, **options):
    """One request after another: the answers and how often each was tried."""
    theirs, ours = await bench.both(setup, tick=0.1, **options)
    count = len(setup.requests)
    bench.check(
        exact(f"{what}: answers", theirs.statuses(), ours.statuses()),
        exact(f"{what}: attempts a request", theirs.attempts["web"] / count, ours.attempts["web"] / count))
    return theirs, ours


@experiment("which statuses are tried again, and how often")
async def retried_statuses(bench):
    for status, rules in (
            (503, rule(3, [503])), (500, rule(3, [503])), (503, rule(codes=[503])), (404, rule(2, [404, 429])),
            (503, rule(2)), (503, rule())):
        setup = Setup(
            requests=every(0.1, 3, start=0.05), rules=[rules], policy={"backOff": QUICK},
            events=[{"at": 0, "service": "web", "errors": {"ratio": 1, "status": status}}])
        retry = rules.get("retry", "none")
        await attempts(bench, f"{status} with retry {retry}", setup)


@experiment("a failure that passes: the retry's answer is the request's")
async def recovery(bench):
    setup = Setup(
        requests=[Request(0.05)], rules=[rule(5, [503])], policy={"backOff": {"base": 0.2, "max": 0.2}}, duration=4,
        events=[{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}, "for": 0.04 + 1e-3}])
    theirs, ours = await bench.both(setup, tick=0.1)
    bench.check(exact("answers", theirs.statuses(), ours.statuses()))


@experiment("connections refused: tried again whatever the codes")
async def refused(bench):
    for codes in ([503], [429], None):
        setup = Setup(
            requests=every(0.1, 3, start=0.05), rules=[rule(3, codes)],
            policy={"backOff": QUICK, "connections": {"protocol": "http1"}},
            events=[{"at": 0, "service": "web", "fail": {"noticed": "never"}}])
        theirs, ours = await bench.both(setup, tick=0.1)
        bench.check(
            exact(f"codes {codes}: answers", theirs.statuses(), ours.statuses()),
            exact(f"codes {codes}: connections that failed", theirs.counters["connectFailures"], ours.counters["connectFailures"]))


@experiment("connections that are cut in the middle of a request")
async def cut(bench):
    for rules in (rule(2, [429]), rule()):
        setup = Setup(
            requests=[Request(0.05 + 0.01 * number) for number in range(4)], rules=[rules],
            services={"web": Service(1, time=0.4)}, policy={"backOff": QUICK}, duration=3,
            events=[{"at": 0.2, "service": "web", "fail": {"noticed": "never"}, "for": 0.001}])
        # Long enough after that the host is back.
        setup.policy = {"backOff": {"base": 0.05, "max": 0.05}}
        theirs, ours = await bench.both(setup, tick=0.01, connections=4)
        bench.check(exact(f"retry {rules.get('retry', 'none')}: answers", theirs.statuses(), ours.statuses()))


def deviation(values):
    return variance(values) ** 0.5


def gaps(log, count):
    """The waits before the n-th retries, from when hosts saw the attempts."""
    seen = {}
    for one in log:
        seen.setdefault(one.request, []).append(one.at)
    return [[times[n + 1] - times[n] for times in seen.values() if len(times) > n + 1] for n in range(count)]


@experiment("back-off 100 ms to 400 ms: the waits before five retries")
async def back_off(bench):
    policy = {"backOff": {"base": 0.1, "max": 0.4}}
    fails = [{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}]
    count = 150
    setup = Setup(
        requests=every(0.005, count), rules=[rule(5, [503])], policy=policy, events=fails, duration=6)
    theirs = await bench.envoy(setup, connections=count)
    waits = gaps(theirs.log, 5)
    earlier, bounds = [0.0] * (20 * count), 0
    for retries in range(1, 6):
        # weir tells how long a request took in all: with one retry less, that is less by the mean of the last wait.
        alone = Setup(
            requests=every(0.005, 20 * count), rules=[rule(retries, [503])], policy=policy, events=fails, duration=20)
        sums = [one.latency for one in bench.weir(alone, tick=0.005).answers]
        last = [after - before for after, before in zip(sums, earlier)]
        bounds += min(0.1 * 2 ** (retries - 1), 0.4)
        real = [sum(one) for one in zip(*waits[:retries])]
        bench.check(
            means(f"mean wait before retry {retries}", waits[retries - 1], last, slack=0.008),
            near(f"deviation of {retries} waits together", deviation(real), deviation(sums), 0.2 * deviation(sums)),
            within(f"longest {retries} waits together", max(real), max(sums), 0.5 * bounds, bounds + 0.03))
        earlier = sums


@experiment("back-off as Envoy has it by default: 25 ms to 250 ms")
async def default_back_off(bench):
    count = 150
    fails = [{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}]
    setup = Setup(requests=every(0.005, count), rules=[rule(4, [503])], events=fails, duration=6)
    theirs, ours = await bench.both(setup, tick=0.005, connections=count)
    bench.check(means("mean time of four retries", theirs.latencies(), ours.latencies(), slack=0.02))


@experiment("backendRequest: attempts that take too long")
async def attempt_timeout(bench):
    for retry in (2, 0):
        rules = rule(retry or None, [503] if retry else None, backendRequest="100ms")
        setup = Setup(
            requests=every(0.1, 4, start=0.05), services={"web": Service(1, time=1)}, rules=[rules],
            policy={"backOff": QUICK}, duration=3)
        theirs, ours = await attempts(bench, f"{retry} retries", setup, connections=4)
        bench.check(near(
            f"{retry} retries: time until the answer", max(theirs.latencies()), max(ours.latencies()), 0.06, " s"))


@experiment("request: the whole time is up during the second attempt")
async def request_timeout(bench):
    rules = rule(5, [503], request="250ms", backendRequest="100ms")
    setup = Setup(
        requests=every(0.1, 4, start=0.05), services={"web": Service(1, time=1)}, rules=[rules],
        policy={"backOff": {"base": 0.001, "max": 0.001}}, duration=3)
    theirs, ours = await attempts(bench, "250 ms in all, 100 ms each", setup, connections=4)
    bench.check(near("time until the answer", max(theirs.latencies()), max(ours.latencies()), 0.04, " s"))


@experiment("request: the time is up during a back-off")
async def timeout_in_back_off(bench):
    rules = rule(5, [503], request="150ms")
    setup = Setup(
        requests=every(0.1, 4, start=0.05), rules=[rules], policy={"backOff": {"base": 20, "max": 20}}, duration=3,
        events=[{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}])
    theirs, ours = await attempts(bench, "150 ms", setup, connections=4)
    bench.check(near("time until the answer", max(theirs.latencies()), max(ours.latencies()), 0.04, " s"))


@experiment("retries go to hosts that were not tried")
async def previous_hosts(bench):
    count = 400
    for failing, hosts, retries in ((1, 2, 1), (2, 3, 2), (3, 4, 3)):
        for algorithm in ("roundRobin", "random"):
            setup = Setup(
                requests=every(0.1, count, start=0.05), rules=[rule(retries, [503])], services={"web": Service(hosts)},
                policy={"backOff": {"base": 0.001, "max": 0.001}, "avoidTriedReplica": True, "loadBalancing": algorithm},
                paced=False,
                events=[{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503, "replicas": failing}}])
            theirs = await bench.envoy(setup)
            ours = bench.weir(setup)
            bench.check(shares(f"{failing} of {hosts} hosts fail, {algorithm}: answers", theirs.statuses(), ours.total))


#: So long that no retry is made before the request's own time is up: retries stay under way.
FOREVER = {"base": 20000, "max": 20000}


def failing(held, count, policy):
    """`held` requests are under way, then `count` more fail at once and wait for their retry."""
    return Setup(
        requests=[Request(0.002 * number) for number in range(held)]
        + [Request(0.3 + 0.01 * number) for number in range(count)],
        services={"web": Service(1, time=1.5)}, rules=[rule(1, [503], request="2s")],
        policy={**policy, "backOff": FOREVER}, duration=4,
        events=[{"at": 0.25, "service": "web", "slow": {"factor": 0.0001}},
                {"at": 0.25, "service": "web", "errors": {"ratio": 1, "status": 503}, "for": 0.7}])


async def refusals(bench, what, setup):
    theirs, ours = await bench.both(setup, connections=len(setup.requests))
    bench.check(
        exact(f"{what}: answers", theirs.statuses(), {status: ours.total[status] for status in sorted(ours.total)}),
        exact(f"{what}: retries refused", theirs.counters["retryOverflows"], ours.counters["retryOverflows"]))


@experiment("maxRetries: how many are under way at once")
async def max_retries(bench):
    for limit in (0, 1, 4):
        await refusals(bench, f"at most {limit}", failing(5, 20, {"circuitBreaker": {"maxRetries": limit}}))


@experiment("retry budget: a share of the requests under way, and a least number")
async def retry_budget(bench):
    for percent, least, held in ((50, 2, 10), (20, 3, 10), (20, 3, 40), (10, 0, 25), (25, 1, 0)):
        await refusals(
            bench, f"{percent} %, at least {least}, {held} held",
            failing(held, 20, {"retryBudget": {"percent": percent, "minConcurrency": least}}))


@experiment("a retry in a split: the backend that was drawn, or a new draw")
async def split_retries(bench):
    count = 400
    rules = {"backendRefs": [{"name": "web", "port": 80, "weight": 1}, {"name": "bad", "port": 80, "weight": 1}],
             "retry": {"attempts": 2, "codes": [503]}}
    setup = Setup(
        requests=every(0.1, count, start=0.05), rules=[rules], services={"web": Service(1), "bad": Service(1)},
        policy={"backOff": {"base": 0.001, "max": 0.001}}, paced=False,
        events=[{"at": 0, "service": "bad", "errors": {"ratio": 1, "status": 503}}])
    theirs = await bench.envoy(setup)
    ours = bench.weir(setup)
    bench.check(
        shares("answers", theirs.statuses(), ours.total), shares("attempts", theirs.attempts, ours.attempts))


@experiment("connections that nobody answers: connectTimeout, with and without a retry")
async def connect_timeout(bench):
    for attempts, timeouts in ((2, {}), (0, {}), (2, {"backendRequest": "60ms"}), (5, {"request": "250ms"})):
        setup = Setup(
            requests=every(0.5, 3, start=0.05), duration=4,
            rules=[rule(attempts or None, [429] if attempts else None, **timeouts)],
            policy={"backOff": QUICK, "connections": {"protocol": "http1", "connectTimeout": 0.1}},
            events=[{"at": 0, "service": "web", "fail": {"noticed": "never", "silent": True}}])
        theirs, ours = await bench.both(setup, tick=0.1, connections=3)
        what = f"{attempts} retries, {timeouts or 'no timeouts'}"
        bench.check(
            exact(f"{what}: answers", theirs.statuses(), ours.statuses()),
            near(f"{what}: time until the answer", max(theirs.latencies()), max(ours.latencies()), 0.05, " s"))


@experiment("an HTTP/2 connection that is cut takes all its requests with it")
async def cut_http2(bench):
    for rules in (rule(2, [429]), rule()):
        setup = Setup(
            requests=[Request(0.05 + 0.01 * number) for number in range(6)], rules=[rules],
            services={"web": Service(1, time=0.4)}, duration=3,
            policy={"connections": {"protocol": "http2"}, "backOff": {"base": 0.05, "max": 0.05}},
            events=[{"at": 0.2, "service": "web", "fail": {"noticed": "never"}, "for": 0.001}])
        theirs, ours = await bench.both(setup, tick=0.01, connections=6)
        what = f"retry {rules.get('retry', 'none')}"
        bench.check(
            exact(f"{what}: answers", theirs.statuses(), ours.statuses()),
            exact(f"{what}: connections opened", theirs.counters["connectionsOpened"], ours.counters["connectionsOpened"]))


#: What Envoy Gateway makes of a rule's retry, which weir's dialect `envoy` has.
GATEWAY = "envoy"


@experiment("as Envoy Gateway retries: what is left open, and what is not tried again")
async def gateway_retries(bench):
    failing = [{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}]
    for what, rules, events in (
            ("503, nothing said", {"backendRefs": BACKEND, "retry": {}}, failing),
            ("503, codes [500]", rule(codes=[500]), failing), ("503, 1 attempt", rule(1), failing),
            ("500, nothing said", {"backendRefs": BACKEND, "retry": {}},
             [{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 500}}])):
        setup = Setup(requests=every(0.1, 3, start=0.05), rules=[rules], policy={"backOff": QUICK}, events=events,
                      dialect=GATEWAY)
        await attempts(bench, what, setup)
    setup = Setup(
        requests=every(0.1, 3, start=0.05), dialect=GATEWAY, rules=[{"backendRefs": BACKEND, "retry": {}}],
        policy={"backOff": QUICK, "connections": {"protocol": "http1"}},
        events=[{"at": 0, "service": "web", "fail": {"noticed": "never"}}])
    theirs, ours = await bench.both(setup, tick=0.1)
    bench.check(exact(
        "refused: connections that failed", theirs.counters["connectFailures"], ours.counters["connectFailures"]))
    setup = Setup(
        requests=[Request(0.05 + 0.01 * number) for number in range(4)], rules=[rule(2)], dialect=GATEWAY,
        services={"web": Service(1, time=0.4)}, policy={"backOff": {"base": 0.05, "max": 0.05}}, duration=3,
        events=[{"at": 0.2, "service": "web", "fail": {"noticed": "never"}, "for": 0.001}])
    # A connection that breaks is answered with 503, which is no answer of the host and not tried again.
    theirs, ours = await bench.both(setup, tick=0.01, connections=4)
    bench.check(exact("cut: answers", theirs.statuses(), ours.statuses()))
    for codes in ([503], [503, 504]):
        setup = Setup(
            requests=every(0.1, 4, start=0.05), services={"web": Service(1, time=1)}, duration=3, dialect=GATEWAY,
            rules=[rule(2, codes, backendRequest="100ms")], policy={"backOff": QUICK})
        await attempts(bench, f"backendRequest, codes {codes}", setup, connections=4)


@experiment("as Envoy Gateway waits: the route's backoff is a bound")
async def gateway_back_off(bench):
    count = 200
    fails = [{"at": 0, "service": "web", "errors": {"ratio": 1, "status": 503}}]
    rules = {"backendRefs": BACKEND, "retry": {"attempts": 1, "backoff": "200ms"}}
    setup = Setup(requests=every(0.005, count), rules=[rules], events=fails, duration=4, dialect=GATEWAY)
    theirs, ours = await bench.both(setup, tick=0.005, connections=100)
    bench.check(
        means("mean wait", theirs.latencies(), ours.latencies(), slack=0.01),
        within("shortest wait", min(theirs.latencies()), min(ours.latencies()), 0, 0.03),
        within("longest wait", max(theirs.latencies()), max(ours.latencies()), 0.17, 0.23))
