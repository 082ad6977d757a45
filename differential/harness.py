"""Random sets through a proxy and through weir, compared."""

import asyncio
import dataclasses
import json
import zlib

from .client import send_batches
from .compare import difference, expected, has_several_outcomes, observed
from .generate import Generator, gateway_class
from .weir import RefusedManifests, record

#: How often weir is asked for another draw of a split before a backend counts as one that it would not choose.
DRAWS = (32, 2000)


@dataclasses.dataclass
class Mismatch:
    """A request that weir and the proxy treat differently."""

    namespace: str
    manifests: list
    request: dict
    decision: dict
    want: dict
    got: dict
    members: list

    @property
    def title(self):
        want, got = self.want, self.got
        if self.members == ["action"]:
            return " / ".join(f"{one['action']} {one.get('status', '')}".strip() for one in (want, got))
        return f"{want['action']}: {', '.join(self.members)}"


@dataclasses.dataclass
class Counts:
    """What a run did."""

    sets: int = 0
    requests: int = 0
    outcomes: dict = dataclasses.field(default_factory=dict)
    draws: int = 0
    notes: set = dataclasses.field(default_factory=set)
    explained: dict = dataclasses.field(default_factory=dict)
    statuses: dict = dataclasses.field(default_factory=dict)


def distance(want, got):
    """0 where two outcomes are the same; another kind of outcome is farther than any difference within a kind."""
    return 100 if want["action"] != got["action"] else len(difference(want, got))


class Harness:
    """Compares `proxy` (a context manager like `envoy.envoy`) with weir."""

    def __init__(self, weir, proxy, echo_port, controller="weir.dev/gateway-controller"):
        self.weir, self.proxy, self.echo_port = weir, proxy, echo_port
        self.controller = controller
        self.counts = Counts()

    def objects(self, sets):
        return [gateway_class(self.controller), *(one for manifests in sets.values() for one in manifests)]

    def compare(self, sets, requests):
        """The mismatches of all sets at once. `sets` and `requests` are by namespace."""
        objects = self.objects(sets)
        with self.proxy(self.weir, objects, sets, self.echo_port) as (places, notes):
            self.counts.notes.update(
                line.rpartition(": ")[2] for line in notes.splitlines() if "HTTPRoute " in line or "Gateway " in line)
            batches, whose = [], []
            for namespace in sets:
                for port in sorted({request["port"] for request in requests[namespace]}):
                    address, real = places[f"{namespace}/gw:{port}"]
                    mine = [request for request in requests[namespace] if request["port"] == port]
                    batches.append((address, real, mine))
                    whose.append(namespace)
            answers = asyncio.run(send_batches(batches))
        asked = [
            (namespace, request, answer)
            for namespace, (_, _, mine), given in zip(whose, batches, answers)
            for request, answer in zip(mine, given)]
        decisions = self.weir.route(objects, [record(namespace, request) for namespace, request, _ in asked])
        return self.judge(sets, objects, asked, decisions)

    def judge(self, sets, objects, asked, decisions):
        doubtful, found = [], []
        for (namespace, request, answer), decision in zip(asked, decisions, strict=True):
            want, got = expected(decision), observed(answer)
            self.count(want)
            # A decision that hangs on what is not known of the proxy claims nothing.
            members = difference(want, got) if want["action"] != "undetermined" else []
            if members:
                mismatch = Mismatch(namespace, sets[namespace], request, decision, want, got, members)
                (doubtful if has_several_outcomes(decision) else found).append(mismatch)
        return found + self.without_chance(objects, doubtful)

    def count(self, want):
        self.counts.requests += 1
        kind = f"{want['action']} {want['status']}" if "status" in want else want["action"]
        self.counts.outcomes[kind] = self.counts.outcomes.get(kind, 0) + 1

    def without_chance(self, objects, doubtful):
        """Those that no draw of weir's explains."""
        self.counts.draws += len(doubtful)
        for number, draws in enumerate(DRAWS):
            records = [record(one.namespace, one.request) for one in doubtful for _ in range(draws)]
            decisions = self.weir.route(objects, records, seed=number + 2) if records else []
            left = []
            for place, mismatch in enumerate(doubtful):
                outcomes = [expected(decision) for decision in decisions[place * draws:(place + 1) * draws]]
                nearest = min(outcomes, key=lambda outcome: distance(outcome, mismatch.got))
                if distance(nearest, mismatch.got):
                    mismatch.want, mismatch.members = nearest, difference(nearest, mismatch.got)
                    left.append(mismatch)
            doubtful = left
        return doubtful

    def random_sets(self, seed, first, count, requests, **options):
        """Sets `first` to `first + count` of the run `seed`, and their requests."""
        sets, asked = {}, {}
        for number in range(first, first + count):
            namespace = f"s{number}"
            generator = Generator(zlib.crc32(f"{seed}/{number}".encode()), **self.set_options(number - first, options))
            sets[namespace] = generator.manifests(namespace)
            asked[namespace] = [generator.request(sets[namespace]) for _ in range(requests)]
        self.counts.sets += count
        return sets, asked

    def set_options(self, place, options):
        return options

    def relocated(self, manifests, request, place):
        """A set and its request as the set `place` of a run."""
        namespace = manifests[0]["metadata"]["namespace"]
        return json.loads(json.dumps(manifests).replace(f'"{namespace}"', f'"s{place}"')), dict(request)

    def still_differ(self, cases):
        """For each (manifests, request) the mismatch that there is, else nil. One proxy serves all of them."""
        sets, requests = {}, {}
        for place, (manifests, request) in enumerate(cases):
            manifests, request = self.relocated(manifests, request, place)
            sets[f"s{place}"] = manifests
            listens = any(one["port"] == request["port"] for one in manifests[0]["spec"]["listeners"])
            requests[f"s{place}"] = [request] if listens else []
        try:
            found = {mismatch.namespace: mismatch for mismatch in self.compare(sets, requests)}
        except RefusedManifests:
            if len(cases) == 1:
                return [None]
            return [mismatch for case in cases for mismatch in self.still_differ([case])]
        return [found.get(namespace) for namespace in sets]
