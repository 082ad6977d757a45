"""Sessions: a client that stays with its host by a cookie."""

from ..bench import experiment
from ..checks import exact, near
from ..setup import Service, Setup, every

STATEFUL = "type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSession"
COOKIE = "type.googleapis.com/envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState"


def with_cookies(bootstrap):
    """Envoy's own filter for sessions, before the router."""
    for listener in bootstrap["static_resources"]["listeners"]:
        for filters in listener.get("filter_chains", []):
            manager = filters["filters"][0]["typed_config"]
            manager.setdefault("http_filters", []).insert(0, {
                "name": "envoy.filters.http.stateful_session",
                "typed_config": {"@type": STATEFUL, "session_state": {
                    "name": "envoy.http.stateful_session.cookie",
                    "typed_config": {"@type": COOKIE, "cookie": {"name": "lab", "path": "/", "ttl": "120s"}}}}})


def by_client(outcome, clients):
    """The hosts of each client in order."""
    return [[one.host for one in outcome.answers[client::clients]] for client in range(clients)]


def kept(sequences):
    return sum(len(set(one)) == 1 for one in sequences)


@experiment("sessions: every client stays with the host of its first request")
async def sessions(bench):
    clients = 30
    rule = {"backendRefs": [{"name": "web", "port": 80}], "sessionPersistence": {"sessionName": "lab"}}
    setup = Setup(requests=every(0.01, 6 * clients, start=0.005, clients=clients), services={"web": Service(4)}, rules=[rule])
    theirs = await bench.envoy(setup, adjust=with_cookies, cookies=True)
    ours = bench.weir(setup, tick=0.01, identify="web")
    bench.check(
        exact("clients that stay", kept(by_client(theirs, clients)), kept(by_client(ours, clients))),
        near("clients of the first host", theirs.hosts().get(0, 0) / 6, ours.hosts().get(0, 0) / 6, 1))


@experiment("sessions: those of a host that leaves go elsewhere and stay there")
async def sessions_of_a_host_that_leaves(bench):
    clients = 40
    rule = {"backendRefs": [{"name": "web", "port": 80}], "sessionPersistence": {"sessionName": "lab"}}
    setup = Setup(
        requests=every(0.01, 8 * clients, start=0.005, clients=clients), services={"web": Service(4)}, rules=[rule],
        events=[{"at": 1.6, "service": "web", "scale": {"replicas": 3}}])
    theirs = await bench.envoy(setup, adjust=with_cookies, cookies=True)
    ours = bench.weir(setup, tick=0.01, identify="web")
    found = []
    for side in (theirs, ours):
        sequences = by_client(side, clients)
        found.append({
            "before": kept([one[:4] for one in sequences]), "moved": sum(one[0] != one[-1] for one in sequences),
            "after": kept([one[5:] for one in sequences])})
    bench.check(
        exact("stay before", found[0]["before"], found[1]["before"]),
        exact("move", found[0]["moved"], found[1]["moved"]), exact("stay after", found[0]["after"], found[1]["after"]))


@experiment("sessions: those of a host that is ejected go elsewhere")
async def sessions_of_an_ejected_host(bench):
    clients = 20
    rule = {"backendRefs": [{"name": "web", "port": 80}], "sessionPersistence": {"sessionName": "lab"}}
    setup = Setup(
        requests=every(0.01, 10 * clients, start=0.005, clients=clients), services={"web": Service(4)}, rules=[rule],
        policy={"outlierDetection": {"consecutive5xx": 1, "interval": 0.2, "baseEjectionTime": 60,
                                     "maxEjectionPercent": 50}},
        events=[{"at": 0.8, "service": "web", "errors": {"ratio": 1, "status": 500, "replicas": 1}}])
    theirs = await bench.envoy(setup, adjust=with_cookies, cookies=True)
    ours = bench.weir(setup, tick=0.01, identify="web")
    bench.check(exact("answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}))
    after = [kept([one[6:] for one in by_client(side, clients)]) for side in (theirs, ours)]
    bench.check(exact("stay afterwards", *after), exact(
        "requests of the ejected host afterwards", theirs.hosts(1.0).get(0, 0), ours.hosts(1.0).get(0, 0)))


@experiment("sessions: a retry goes elsewhere, and the session with it")
async def sessions_and_retries(bench):
    clients = 12
    rule = {"backendRefs": [{"name": "web", "port": 80}], "sessionPersistence": {"sessionName": "lab"},
            "retry": {"attempts": 3, "codes": [503]}}
    setup = Setup(
        requests=every(0.02, 9 * clients, start=0.01, clients=clients), services={"web": Service(3)}, rules=[rule],
        policy={"backOff": {"base": 0.001, "max": 0.001}, "avoidTriedReplica": True},
        events=[{"at": 3 * clients * 0.02, "service": "web", "for": 3 * clients * 0.02,
                 "errors": {"ratio": 1, "status": 503, "replicas": 1}}])
    theirs = await bench.envoy(setup, adjust=with_cookies, cookies=True)
    ours = bench.weir(setup, tick=0.02, identify="web")
    bench.check(
        exact("answers", theirs.statuses(), {key: ours.total[key] for key in sorted(ours.total)}),
        near("attempts", theirs.attempts["web"], ours.attempts["web"], 2))
    # Whether clients come back to their host when it is well again.
    back = []
    for side in (theirs, ours):
        sequences = by_client(side, clients)
        back.append(sum(one[0] == one[-1] for one in sequences))
    bench.check(exact("clients with their first host at the end", *back))
