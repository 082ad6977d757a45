"""An experiment in weir: the setup as a scenario, and the result request by request."""

import dataclasses
import json
import pathlib
import subprocess
import tempfile

from .outcome import Answer, Outcome
from .setup import GATEWAY, HOST, as_list

#: Where hosts are told apart by how long they take: the time of a host that is not slowed, in seconds.
LEAST = 10e-6
INTERVALS_MAX = 9_000


def duration(seconds):
    return f"{round(seconds * 1e9)}ns"


def times(value):
    """A policy or event with its seconds (numbers under keys that are times) written as weir reads them."""
    if isinstance(value, dict):
        return {key: duration(one) if key in TIMES and isinstance(one, (int, float)) else times(one)
                for key, one in value.items()}
    return [times(one) for one in value] if isinstance(value, list) else value


TIMES = {
    "at", "for", "window", "interval", "timeout", "baseEjectionTime", "maxEjectionTime", "connectTimeout", "idleTimeout",
    "base", "max", "noticed", "updateMergeWindow"}


class Simulated:
    """The built command.

    With `tamper` it gets a setup without its policies, retries, timeouts, filters and weights: a comparison that finds no difference
    then sees nothing of them.
    """

    def __init__(self, path, tamper=False):
        self.path, self.tamper = path, tamper

    def run(self, setup, tick=None, identify=None, seed=1):
        """The outcome in weir.

        With `tick` the result is told in intervals of that many seconds, and `answers` holds the requests that were alone in
        theirs. `identify` names a service whose hosts are told apart by how long they take (powers of two of 10 us); its `time` is
        not weir's then.
        """
        if self.tamper:
            setup = stripped(setup)
        with tempfile.TemporaryDirectory(prefix="weir-dataplane-") as folder:
            folder = pathlib.Path(folder)
            (folder / "manifests.json").write_text(as_list(setup.manifests()))
            (folder / "trace.ndjson").write_text("".join(json.dumps(one) + "\n" for one in records(setup)))
            (folder / "scenario.yaml").write_text(json.dumps(scenario(setup, identify), indent=1))
            command = [self.path, "run", str(folder / "scenario.yaml"), "-o", "json", "--seed", str(seed),
                       "--dialect", setup.dialect]
            if tick:
                command += ["--interval", duration(tick)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"weir run: {done.stderr[-2000:]}")
            return outcome(json.loads(done.stdout), setup, identify)


def stripped(setup):
    """A setup in which nothing is asked of the proxy but to forward."""
    services = {name: dataclasses.replace(one, policy={}) for name, one in setup.services.items()}
    rules = setup.rules and [
        {"backendRefs": [{key: value for key, value in one.items() if key != "weight"} for one in rule["backendRefs"]]}
        for rule in setup.rules]
    return dataclasses.replace(setup, services=services, policy={}, rules=rules)


def records(setup):
    first = min(one.at for one in setup.requests)
    if first > 0:
        # A trace counts from its first request.
        yield {**record(setup.requests[0]), "time": 0.0, "host": "nobody.invalid", "path": "/weir-start", "method": "PUT"}
    for one in setup.requests:
        yield record(one)


def record(one):
    return {"time": round(one.at, 9), "source": f"10.{one.client >> 16}.{one.client >> 8 & 255}.{one.client & 255}:1",
            "gateway": GATEWAY, "port": 80, "protocol": "HTTP", "method": "GET", "host": HOST, "path": one.path,
            "headers": []}


def scenario(setup, identify):
    events = [times({**event, **service(event)}) for event in setup.events]
    if identify:
        # The k-th event slows the first k hosts, so that each host has a power of two of its own.
        count = setup.services[identify].count
        events += [{"at": "0s", "service": f"lab/{identify}", "slow": {"factor": 2, "replicas": number + 1}}
                   for number in range(count)]
    backends = []
    for name, one in setup.services.items():
        value = LEAST if name == identify else one.time
        backends.append({
            "service": f"lab/{name}", **({"zones": one.zones} if one.zones else {"replicas": one.hosts}),
            "serviceTime": {"distribution": "constant", "value": duration(value)},
            **({"trafficPolicy": times(one.policy)} if one.policy else {})})
    zones = next((one.zones for one in setup.services.values() if one.zones), None)
    return {
        "apiVersion": "weir.dev/v1alpha1", "kind": "Scenario", "metadata": {"name": "lab"},
        "spec": {
            "manifests": ["manifests.json"], "duration": duration(setup.end),
            "traffic": [{"name": "driver", "trace": "trace.ndjson"}], "backends": backends,
            "gateways": [{
                "gateway": GATEWAY, **({"zones": {next(iter(zones)): 1}} if zones else {}),
                **({"trafficPolicy": times(setup.policy)} if setup.policy else {})}],
            "events": events}}


def service(event):
    return {"service": f"lab/{event['service']}"}


def outcome(result, setup, identify):
    attempts = {}
    for route in result["routes"]:
        for one in route["backends"]:
            name = one["backend"]["name"]
            attempts[name] = attempts.get(name, 0) + one["requests"]
    reached = {one["backend"]["name"]: one["requests"] for one in result["backends"]}
    counters = {}
    for one in result.get("upstreams", []):
        for key, value in one.items():
            if isinstance(value, int):
                counters[key] = counters.get(key, 0) + value
    count = setup.services[identify].count if identify else 0
    answers = []
    for interval in result["intervals"]:
        for route in interval["routes"]:
            if not route["requests"]:
                continue
            latency = route["latency"]["max"] if route["requests"] == 1 else None
            for status, number in route["statuses"].items():
                for _ in range(number):
                    host = named(latency, count) if identify and latency else None
                    answers.append(Answer(interval["from"], int(status), latency, host))
    total = {int(status): number for route in result["routes"] for status, number in route["statuses"].items()}
    made = Outcome(answers, attempts, counters)
    made.reached, made.total, made.result = reached, total, result
    return made


def named(latency, count):
    """The number of the host that takes so long: host k of n takes 2^(n - k) times the least, a host that joined the least."""
    for number in range(count + 1):
        if abs(latency - LEAST * 2 ** (count - number)) < LEAST / 4:
            return number
    return None
