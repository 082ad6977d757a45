"""What one experiment sets up: the same manifests, policy, traffic and faults for Envoy and for weir."""

import dataclasses
import json

GATEWAY = "lab/gw"
HOST = "lab.example.com"


@dataclasses.dataclass
class Service:
    """A backend of `hosts` replicas, each of which answers after `time` seconds.

    `zones` (names and numbers of hosts, nearest first) stands in for `hosts`.
    """

    hosts: int = 1
    time: float = 0.0
    zones: dict = None
    policy: dict = dataclasses.field(default_factory=dict)

    @property
    def count(self):
        return sum(self.zones.values()) if self.zones else self.hosts


@dataclasses.dataclass
class Request:
    """A request at a time in seconds; `client` is who sends it, to hashes and sessions."""

    at: float
    path: str = "/"
    client: int = 0


@dataclasses.dataclass
class Setup:
    """An experiment's world. Times in seconds.

    `events` are a scenario's, with seconds for times: `fail`, `errors`, `slow` and `scale` of a service's first hosts.
    With `paced` false Envoy gets the requests one after another as fast as they are answered, and their times are weir's alone.
    """

    requests: list
    services: dict = dataclasses.field(default_factory=lambda: {"web": Service()})
    policy: dict = dataclasses.field(default_factory=dict)
    rules: list = None
    events: list = dataclasses.field(default_factory=list)
    duration: float = None
    paced: bool = True
    #: weir's dialect, of its export for Envoy and of its run.
    dialect: str = "specification"

    @property
    def end(self):
        return self.duration or max(one.at for one in self.requests) + 1

    def policy_of(self, service):
        return {**self.policy, **self.services[service].policy}

    def manifests(self):
        rules = self.rules or [{"backendRefs": [{"name": "web", "port": 80}]}]
        named = [{"name": f"rule-{number}", **rule} for number, rule in enumerate(rules)]
        objects = [
            {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
             "metadata": {"name": "gw", "namespace": "lab"},
             "spec": {"gatewayClassName": "weir", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}},
            {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
             "metadata": {"name": "web", "namespace": "lab"},
             "spec": {"parentRefs": [{"name": "gw"}], "hostnames": [HOST], "rules": named}},
        ]
        objects += [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "lab"},
             "spec": {"ports": [{"port": 80}]}}
            for name in self.services]
        return objects


def every(seconds, count, start=0.0, path="/", clients=1):
    """`count` requests, one each `seconds`, `clients` of them in turn."""
    return [Request(start + seconds * number, path, number % clients) for number in range(count)]


def as_list(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=1)
