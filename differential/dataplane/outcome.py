"""What became of the requests of an experiment, in Envoy or in weir."""

import collections
import dataclasses


@dataclasses.dataclass
class Answer:
    """The end of one request, as its client saw it. `host` is the last host that got it, where that is known."""

    at: float
    status: int
    latency: float
    host: int = None


@dataclasses.dataclass
class Outcome:
    """`answers` in the order of the requests; `attempts` by service; `counters` by the names of weir's result."""

    answers: list
    attempts: dict = dataclasses.field(default_factory=dict)
    counters: dict = dataclasses.field(default_factory=dict)
    #: What hosts saw, in order: of Envoy alone.
    log: list = dataclasses.field(default_factory=list)

    def statuses(self, since=0.0, until=float("inf")):
        return dict(sorted(collections.Counter(
            one.status for one in self.answers if since <= one.at < until).items()))

    def hosts(self, since=0.0, until=float("inf")):
        """How many requests each host answered."""
        return dict(sorted(collections.Counter(
            one.host for one in self.answers if since <= one.at < until and one.host is not None).items()))

    def latencies(self):
        return [one.latency for one in self.answers]
