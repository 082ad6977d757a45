"""Who gets a request: splits, turns, random choice, least request, hashes."""

from ..bench import experiment
from ..checks import exact, near, shares, within
from ..setup import Service, Setup, every


@experiment("weighted split of 1:3:6")
async def split(bench):
    weights = {"one": 1, "three": 3, "six": 6}
    setup = Setup(
        requests=every(0.001, 2000), services={name: Service() for name in weights}, paced=False,
        rules=[{"backendRefs": [{"name": name, "port": 80, "weight": weight} for name, weight in weights.items()]}])
    theirs, ours = await bench.both(setup)
    bench.check(shares("share of each backend", theirs.attempts, ours.attempts))


def turns(hosts, count):
    """How far each host is behind the one before, and whether they come in turn."""
    steps = {(after - before) % count for before, after in zip(hosts, hosts[1:])}
    return "in turn" if steps == {1} else f"steps of {sorted(steps)}"


@experiment("round robin over four equal hosts")
async def round_robin(bench):
    setup = Setup(requests=every(0.01, 80), services={"web": Service(4)}, paced=False)
    theirs, ours = await bench.both(setup, tick=0.01, identify="web")
    bench.check(
        exact("order", turns([one.host for one in theirs.answers], 4), turns([one.host for one in ours.answers], 4)),
        exact("requests of each host", theirs.hosts(), ours.hosts()))


@experiment("random choice among five hosts")
async def random_choice(bench):
    setup = Setup(
        requests=every(0.001, 2000), services={"web": Service(5)}, policy={"loadBalancing": "random"}, paced=False)
    theirs, ours = await bench.both(setup, tick=0.001, identify="web")
    bench.check(shares("share of each host", theirs.hosts(), ours.hosts()))


async def one_busy(bench, policy, what):
    # The first host never answers in time: whatever it got stays under way there.
    setup = Setup(
        requests=every(0.004, 500, start=0.05), services={"web": Service(4, time=0.0005)}, policy=policy,
        events=[{"at": 0, "service": "web", "slow": {"factor": 6000, "replicas": 1}},
                {"at": 0, "service": "web", "errors": {"ratio": 1, "status": 461, "replicas": 1}}],
        duration=8)
    theirs, ours = await bench.both(setup, tick=0.004, connections=40)
    bench.check(shares(what, theirs.statuses(), ours.statuses()))


@experiment("least request of two draws, one of four hosts busy")
async def least_request(bench):
    await one_busy(bench, {"loadBalancing": "leastRequest"}, "share of the busy host (461)")


@experiment("least request of three draws")
async def least_request_of_three(bench):
    await one_busy(
        bench, {"loadBalancing": "leastRequest", "choices": {"draws": 3}}, "share of the busy host (461)")


@experiment("least request of all hosts")
async def least_request_of_all(bench):
    await one_busy(
        bench, {"loadBalancing": "leastRequest", "choices": {"all": True}}, "share of the busy host (461)")


async def hashed(bench, algorithm):
    """Every client twice, before and after the last of five hosts has left."""
    clients, hosts = 400, 5
    before = every(0.004, clients, start=0.002, clients=clients)
    again = every(0.004, clients, start=1.602, clients=clients)
    after = every(0.004, clients, start=3.602, clients=clients)
    setup = Setup(
        requests=before + again + after, services={"web": Service(hosts)}, policy={"loadBalancing": algorithm},
        events=[{"at": 3.4, "service": "web", "scale": {"replicas": hosts - 1}}])
    for side, found in zip(("Envoy", "weir"), await bench.both(setup, tick=0.004, identify="web")):
        chosen = [one.host for one in found.answers]
        first, second, third = chosen[:clients], chosen[clients:2 * clients], chosen[2 * clients:]
        stayed = [(old, new) for old, new in zip(first, third) if old != hosts - 1]
        counts = [first.count(host) for host in range(hosts)]
        yield {
            "first": counts, "kept": sum(a == b for a, b in zip(first, second)), "left": third.count(hosts - 1),
            "moved": sum(old != new for old, new in stayed) / max(len(stayed), 1),
            "gone": 1 - len(stayed) / clients, "most": max(counts) / clients, "least": min(counts) / clients}


@experiment("ring hash: how even, and who moves when a host leaves")
async def ring_hash(bench):
    theirs, ours = [one async for one in hashed(bench, "ringHash")]
    # The ring always has some 1,024 points: fewer hosts get more of them each, so that others' clients move too.
    bench.check(
        exact("clients that keep their host", theirs["kept"], ours["kept"]),
        near("share of other hosts' clients that move", theirs["moved"], ours["moved"], 0.07),
        exact("requests of the host that left", theirs["left"], ours["left"]),
        within("greatest share of a host", theirs["most"], ours["most"], 0.2, 0.32),
        within("least share of a host", theirs["least"], ours["least"], 0.1, 0.2))


@experiment("maglev: how even, and who moves when a host leaves")
async def maglev(bench):
    theirs, ours = [one async for one in hashed(bench, "maglev")]
    bench.check(
        exact("clients that keep their host", theirs["kept"], ours["kept"]),
        within("share of other hosts' clients that move", theirs["moved"], ours["moved"], 0.0, 0.12),
        exact("requests of the host that left", theirs["left"], ours["left"]),
        within("greatest share of a host", theirs["most"], ours["most"], 0.2, 0.29),
        within("least share of a host", theirs["least"], ours["least"], 0.12, 0.2))


async def joining(bench, policy):
    """The share of a host that joins three, second by second, from when it is first seen on either side."""
    window = policy["slowStart"]["window"]
    setup = Setup(
        requests=every(0.004, round((window + 1.5) / 0.004), start=0.002), services={"web": Service(4)}, policy=policy,
        events=[{"at": 0, "service": "web", "scale": {"replicas": 3}},
                {"at": 0.5, "service": "web", "scale": {"replicas": 4}}])
    # Hosts that Envoy begins with are in slow start too: they are given the time to leave it.
    theirs = await bench.envoy(setup, settle=window)
    ours = bench.weir(setup, tick=0.004, identify="web")
    for second in range(window + 1):
        since, until = 0.5 + second, 1.5 + second
        both = [one.hosts(since, until) for one in (theirs, ours)]
        share = [host.get(new, 0) / max(sum(host.values()), 1) for host, new in zip(both, (3, 4))]
        bench.check(near(f"share in second {second + 1} of {window}", *share, 0.02))


@experiment("slow start of round robin: the share of a host that joins three")
async def slow_start(bench):
    await joining(bench, {"slowStart": {"window": 4, "minWeightPercent": 1}})


@experiment("slow start of round robin, aggression 2, least weight 30 %")
async def slow_start_aggression(bench):
    await joining(bench, {"slowStart": {"window": 4, "aggression": 2, "minWeightPercent": 30}})


@experiment("slow start of least request")
async def slow_start_least_request(bench):
    await joining(
        bench, {"loadBalancing": "leastRequest", "slowStart": {"window": 4, "minWeightPercent": 10}})


@experiment("weighted hosts: round robin by earliest deadline")
async def weighted_round_robin(bench):
    for weights in ([1, 2, 5], [3, 7], [1, 1, 1, 13]):
        setup = Setup(
            requests=every(0.01, 40 * sum(weights)), services={"web": Service(len(weights))},
            policy={"endpointWeights": weights}, paced=False)
        theirs, ours = await bench.both(setup, tick=0.01, identify="web")
        for host, weight in enumerate(weights):
            bench.check(near(
                f"{weights}: requests of host {host}", theirs.hosts().get(host, 0), ours.hosts().get(host, 0), 2))


@experiment("weighted hosts: random choice does not look at weights")
async def weighted_random(bench):
    setup = Setup(
        requests=every(0.001, 2000), services={"web": Service(3)}, paced=False,
        policy={"endpointWeights": [1, 2, 5], "loadBalancing": "random"})
    theirs, ours = await bench.both(setup, tick=0.001, identify="web")
    bench.check(shares("share of each host", theirs.hosts(), ours.hosts()))


@experiment("weighted hosts: least request, with requests that stay under way at the heaviest")
async def weighted_least_request(bench):
    for bias in (None, 0.0, 2.0):
        setup = Setup(
            requests=every(0.004, 500, start=0.05), services={"web": Service(3, time=0.0005)}, duration=8,
            policy={"endpointWeights": [6, 2, 1], "loadBalancing": "leastRequest",
                    **({} if bias is None else {"activeRequestBias": bias})},
            events=[{"at": 0, "service": "web", "slow": {"factor": 6000, "replicas": 1}},
                    {"at": 0, "service": "web", "errors": {"ratio": 1, "status": 461, "replicas": 1}}])
        theirs, ours = await bench.both(setup, tick=0.004, connections=60 if bias is None else 400)
        bench.check(near(
            f"bias {bias}: requests of the busy host", theirs.statuses().get(461, 0), ours.statuses().get(461, 0), 4))


@experiment("weighted hosts: ring hash and maglev")
async def weighted_hashes(bench):
    for algorithm in ("ringHash", "maglev"):
        setup = Setup(
            requests=every(0.001, 2000, clients=2000), services={"web": Service(3)}, paced=False,
            policy={"endpointWeights": [1, 2, 5], "loadBalancing": algorithm})
        theirs, ours = await bench.both(setup, tick=0.001, identify="web")
        for host in range(3):
            bench.check(near(
                f"{algorithm}: share of host {host}", theirs.hosts().get(host, 0) / 2000,
                ours.hosts().get(host, 0) / 2000, 0.06))


@experiment("bounded loads: one client's requests spread over hosts that have their part")
async def bounded_loads(bench):
    for algorithm in ("ringHash", "maglev"):
        for factor in (100, 150, 300):
            setup = Setup(
                requests=every(0.012, 60, start=0.02), services={"web": Service(4, time=2)}, duration=4,
                policy={"loadBalancing": algorithm, "hash": {"balanceFactor": factor}})
            # The hosts tell who they are, since all are held alike.
            setup.events = [
                {"at": 0, "service": "web", "errors": {"ratio": 1, "status": 461 + number, "replicas": number + 1}}
                for number in range(4)]
            theirs, ours = await bench.both(setup, tick=0.012, connections=60)
            counts = [sorted(side.statuses().values(), reverse=True) for side in (theirs, ours)]
            bench.check(exact(f"{algorithm}, factor {factor}: requests by host", *counts))
