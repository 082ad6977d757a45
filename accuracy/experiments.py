"""Models of queueing theory as weir's scenarios, and what of a result stands for which quantity.

The mean service time is 10 ms, the unit of all times and rates of the formulas.
"""

import math

from . import supermarket

UNIT = 0.01

MANIFESTS = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: edge, namespace: infra}}
spec:
  gatewayClassName: example
  listeners: [{{name: http, port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {{from: All}}}}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: queue, namespace: theory}}
spec:
  parentRefs: [{{name: edge, namespace: infra}}]
  rules:
  - name: all
    backendRefs: [{references}]{retry}
{services}"""

SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: theory}}
spec: {{ports: [{{port: 8080}}]}}
"""

SCENARIO = """\
apiVersion: weir.dev/v1alpha1
kind: Scenario
metadata: {{name: theory}}
spec:
  seed: {seed}
  manifests: [manifests.yaml]
  duration: {duration}
  warmup: {warmup}
  traffic:
  - name: customers
    gateway: infra/edge
    arrivals: {arrivals}
    requests: [{{url: "http://theory.example.com/"}}]
  backends:
{backends}
  gateways:
  - gateway: infra/edge{gateway}
"""


def time(units):
    return f"{round(units * UNIT * 1e9)}ns"


def exponential(mean=1.0):
    return f"{{distribution: exponential, mean: {time(mean)}}}"


class Estimate:
    """A number of a result with its interval. Means of times are those that weir corrects by what chance drew, where it
    does; percentiles are as they were measured."""

    # Of what is told, the seconds of a run that are measured.
    length = math.inf

    def __init__(self, holder, name, scale=1.0, shift=0.0):
        controlled = holder.get("controlled", {}) if name == "mean" else {}
        self.is_controlled = name in controlled
        found = controlled if self.is_controlled else holder
        self.value, self.low, self.high = self.read(found, name, scale, shift)
        _, self.plain_low, self.plain_high = self.read(holder, name, scale, shift)
        if self.is_controlled:
            # What is not corrected lacks the requests still under way at the end (docs/simulation.md).
            self.plain_high += holder["deviation"] ** 2 / Estimate.length * scale

    @staticmethod
    def read(holder, name, scale, shift):
        low, high = holder["confidence"][name] or (math.nan, math.nan)
        value = math.nan if holder[name] is None else holder[name]
        return value * scale + shift, low * scale + shift, high * scale + shift

    def squared(self):
        """Of a standard deviation, the variance."""
        for name in ("value", "low", "high", "plain_low", "plain_high"):
            setattr(self, name, getattr(self, name) ** 2)
        return self

    @property
    def half_width(self):
        return (self.high - self.low) / 2


class Experiment:
    """A scenario, the rate of its customers, and how to find quantities in its result."""

    def __init__(self, backends, *, rate=None, users=None, think=None, regular=False, warmup=100.0, load=1.0,
                 gateway=None, retry="", weights=None, metrics=None, shortest=10):
        self.backends, self.rate, self.users, self.think = backends, rate, users, think
        self.regular, self.warmup, self.load = regular, warmup, load
        self.gateway, self.retry, self.weights = gateway or {}, retry, weights or [1] * len(backends)
        self.metrics = metrics or {}
        # How many times the warm-up a replication has to be at least.
        self.shortest = shortest

    @property
    def customer_rate(self):
        """Customers in a unit of time, at most."""
        if self.rate is not None:
            return self.rate
        return self.metrics["throughput bound"]

    def files(self, seed, length):
        """The texts of a scenario whose measured part has a length in units."""
        names = [f"s{place}" for place in range(len(self.backends))]
        if self.users is None:
            process = "constant" if self.regular else "poisson"
            arrivals = f"{{process: {process}, rate: {self.rate / UNIT:.9f}/s}}"
        else:
            think = exponential(self.think) if self.think else "{distribution: constant, value: 0s}"
            arrivals = f"{{process: closed, users: {self.users}, thinkTime: {think}}}"
        return {
            "manifests.yaml": MANIFESTS.format(
                references=", ".join(
                    f"{{name: {name}, port: 8080, weight: {weight}}}"
                    for name, weight in zip(names, self.weights) if weight is not None),
                retry=self.retry, services="".join(SERVICE.format(name=name) for name in names)),
            "scenario.yaml": SCENARIO.format(
                seed=seed, duration=time(self.warmup + length), warmup=time(self.warmup), arrivals=arrivals,
                backends="\n".join(
                    f"  - {{service: theory/{name}, {text}}}" for name, text in zip(names, self.backends)),
                gateway="".join(f"\n    {key}: {value}" for key, value in self.gateway.items())),
        }

    def estimate(self, metric, result):
        """What a result says about a metric; nil where weir reports nothing of the kind."""
        route = next(entry for entry in result["routes"] if entry["route"]["name"] == "queue")
        gateway = next(entry for entry in result["gateways"] if entry["gateway"] == "infra/edge")
        backends = {entry["backend"]["name"]: entry for entry in result["backends"]}
        first = backends["s0"]
        Estimate.length = result["duration"] - result["warmup"]
        kind, _, rest = metric.partition("_")
        if metric in self.metrics:
            return self.metrics[metric](route, backends, gateway)
        if kind in ("response", "wait") and rest in ("p50", "p90", "p95", "p99", "p999"):
            holder = route["latency"] if kind == "response" else first["wait"]
            return Estimate(holder, rest, 1 / UNIT)
        simple = {
            "mean_response": lambda: Estimate(route["latency"], "mean", 1 / UNIT),
            "mean_wait": lambda: Estimate(first["wait"], "mean", 1 / UNIT),
            "mean_in_system": lambda: Estimate(first["inSystem"], "mean"),
            "prob_wait": lambda: Estimate(first, "waited"),
            "blocking": lambda: Estimate(route, "errors"),
            "mean_response_of_admitted": lambda: Estimate(first["latency"], "mean", 1 / UNIT),
            "mean_wait_of_admitted": lambda: Estimate(first["wait"], "mean", 1 / UNIT),
            "effective_arrival_rate": lambda: Estimate(first, "rate", UNIT),
            "variance_response": lambda: Estimate(route["latency"], "deviation", 1 / UNIT).squared(),
            "variance_wait": lambda: Estimate(first["wait"], "deviation", 1 / UNIT).squared(),
            "mean_slowdown": lambda: Estimate(route["latency"], "mean", 1 / UNIT),
            "mean_response_total": lambda: Estimate(route["latency"], "mean", 1 / UNIT),
            "final_failure_probability": lambda: Estimate(route, "errors"),
        }.get(metric)
        return simple() if simple else None


def station(service=None, servers=1, replicas=1, more=""):
    return f"replicas: {replicas}, concurrency: {servers}, serviceTime: {service or exponential()}{more}"


def relaxation(load, scv=1.0):
    """Ten times the relaxation time of M/M/1, longer for more variable service."""
    load = min(load, 0.995)
    return 10 * max(1.0, (1 + scv) / 2) / (1 - math.sqrt(load)) ** 2


def experiment(model, p):
    """The scenario of a model with parameters; None where a scenario cannot say it."""
    load = p.get("rho", p.get("lambda_per_server", 0.0))
    if model in ("M/M/1", "M/M/c"):
        servers = p.get("c", 1)
        # Percentiles that nothing forces to be narrow are skewed all the same.
        return Experiment([station(servers=servers)], rate=p["lambda_"], load=load,
                          warmup=max(50.0, relaxation(load) / servers), shortest=30 if 0.9 < load < 0.99 else 15)
    if model == "M/D/1":
        return Experiment([station("{distribution: constant, value: 10ms}")], rate=load, load=load,
                          warmup=relaxation(load))
    if model in ("M/LN/1", "M/Gamma/1"):
        service = f"{{distribution: {p['service']}, mean: 10ms, cv: {math.sqrt(p['service_scv']):.12f}}}"
        return Experiment([station(service)], rate=load, load=load, warmup=relaxation(load, p["service_scv"]))
    if model == "M/H2/1":
        branches = (f"{{probability: {p['p1']:.15f}, mean: {time(1 / p['mu1'])}}}, "
                    f"{{probability: {1 - p['p1']:.15f}, mean: {time(1 / p['mu2'])}}}")
        service = f"{{distribution: hyperexponential, branches: [{branches}]}}"
        return Experiment([station(service)], rate=load, load=load, warmup=relaxation(load, 10))
    if model == "M/G/1-PS":
        scv = p["service_scv"]
        service = (exponential() if scv == 1 else "{distribution: constant, value: 10ms}" if scv == 0
                   else f"{{distribution: gamma, mean: 10ms, cv: {math.sqrt(scv):.12f}}}")
        text = f"replicas: 1, discipline: processorSharing, serviceTime: {service}"
        return Experiment([text], rate=load, load=load, warmup=relaxation(load, scv))
    if model == "M/M/c/c":
        return Experiment([station(servers=p["c"], more=", queue: 0")], rate=p["offered_load"], load=0.9)
    if model == "M/M/c/K":
        servers = p["c"]
        return Experiment(
            [station(servers=servers, more=f", queue: {p['K'] - servers}")], rate=p["lambda_"], load=0.9,
            warmup=1000.0,
            metrics={"throughput": lambda route, backends, gateway: Estimate(
                backends["s0"], "utilization", servers)})
    if model == "closed/MVA":
        return closed(p)
    if model == "M/M/c//N":
        return Experiment(
            [station(servers=p["c"])], users=p["users"], think=p["think"], load=0.9,
            warmup=20 * (p["think"] + p["users"]),
            metrics={"throughput": lambda route, backends, gateway: Estimate(gateway, "rate", UNIT),
                     "throughput bound": min(p["c"], p["users"] / p["think"])})
    if model == "Jackson/tandem of M/M/1":
        load = p["lambda_"] / min(p["mu"])
        first, *others = [exponential(1 / rate) for rate in p["mu"]]
        # The gateway is the first station; the second calls the third, whose answer it passes on at once.
        backends = [station(service, more=f", callsBlocking: false, calls: [{{service: theory/s{place + 1}}}]"
                            if place + 1 < len(others) else "") for place, service in enumerate(others)]
        return Experiment(backends, rate=p["lambda_"], load=load, warmup=2 * relaxation(load),
                          weights=[1] + [None] * (len(others) - 1),
                          gateway={"concurrency": 1, "serviceTime": first})
    if model == "Jackson/gateway and weighted split" and not p.get("timeout"):
        service = station(exponential(3), servers=4)
        own = {f"mean_response_backend_{share}": backend_response(name) for share, name in ((90, "s0"), (10, "s1"))}
        return Experiment(
            [service, service], rate=1.0, load=0.68, warmup=2_000.0, weights=(9, 1), metrics=own,
            gateway={"concurrency": 1, "serviceTime": exponential(0.5), "hop": "{distribution: constant, value: 1ms}"})
    if model == "Jackson/M/M/1 with feedback":
        again = p["retry_probability"]
        load = p["lambda_"] / (1 - again)
        return Experiment(
            [station(more=f", errors: {{ratio: {again}, status: 503}}")], rate=p["lambda_"], load=load,
            warmup=relaxation(load), retry="\n    retry: {codes: [503], attempts: 1000, backoff: 0s}")
    if model == "supermarket":
        return many(p["d"], load)
    if model == "round robin":
        return Experiment([station(replicas=p["n"])], rate=p["n"] * load, load=load, warmup=relaxation(load))
    if model in CHOICES:
        return Experiment([station(replicas=p["n"])], rate=p["n"] * load, load=load, warmup=relaxation(load),
                          gateway=least_request(CHOICES[model]))
    if model == "Envoy back-off (base 25 ms, max 250 ms)" and p["rule"] == "source":
        return back_off(p["retry"])
    if model == "retries":
        failure, attempts = p["failure_probability"], p["max_attempts"]
        return Experiment(
            [f"serviceTime: {exponential()}, errors: {{ratio: {failure}, status: 503}}"], rate=1.0, regular=True,
            load=0.5, retry=f"\n    retry: {{codes: [503], attempts: {attempts - 1}, backoff: 0s}}",
            metrics={"mean_attempts": lambda route, backends, gateway: Estimate(backends["s0"], "rate", UNIT)})
    return None


CHOICES = {"JSQ": "{all: true}", "P2C with replacement": "{draws: 2}", "P2C without replacement": "{distinct: 2}"}


def least_request(choices):
    return {"loadBalancing": "leastRequest", "trafficPolicy": f"{{choices: {choices}}}"}


# Servers that stand for infinitely many; rows of such a limit are held against what theory says of this many.
MANY = 200


def many(d, load):
    """Each customer at the shortest of d queues of many, drawn with replacement as Envoy does."""
    metrics = {"fraction_of_servers_with_at_least_1": lambda route, backends, gateway: Estimate(
        backends["s0"], "utilization")}
    if d == 1:
        return Experiment([station(replicas=2)], rate=2 * load, load=load, warmup=relaxation(load), metrics=metrics,
                          shortest=3 if load > 0.9 else 10, gateway={"loadBalancing": "random"})
    return Experiment([station(replicas=MANY)], rate=MANY * load, load=load, warmup=20 / (1 - load), shortest=3,
                      metrics=metrics, gateway=least_request(f"{{draws: {d}}}"))


def expected(row):
    """What a run has to show of a row, and by how much theory itself may be off, as a part of it."""
    p = row["parameters"]
    if row["model"] == "supermarket" and p["d"] > 1 and row["metric"] == "mean_response":
        value = supermarket.response(MANY, p["lambda_per_server"], p["d"])
        return value, (value / row["value"] - 1) ** 2
    return row["value"], 0.0


def back_off(retry):
    """All attempts fail at once, so that the response is the sum of the waits, each a whole number of milliseconds below
    its bound. The bounds before are taken as known: they are rows of their own."""
    before = [25, 50, 100, 200, 250, 250, 250][:retry - 1]
    return Experiment(
        ["serviceTime: {distribution: constant, value: 0s}, errors: {ratio: 1, status: 503}"], rate=1.0, load=0.5,
        retry=f"\n    retry: {{codes: [503], attempts: {retry}}}",
        gateway={"trafficPolicy": "{backOff: {base: 25ms, max: 250ms}}"},
        metrics={"upper_bound_ms_exclusive": lambda route, backends, gateway: Estimate(
            route["latency"], "mean", 2000, retry - sum(before))})


def backend_response(name):
    """The response of one branch of the split: the gateway (a mean of 1 by Burke's theorem, seen in the total), two hops,
    and what the backend says of itself."""
    return lambda route, backends, gateway: Estimate(backends[name]["latency"], "mean", 1 / UNIT, 1.2)


def closed(p):
    """Only the demands matter to mean value analysis: several stations in a row are as good as one visited by chance."""
    demands, users, think = p["demands"], p["users"], p["think"]
    total, largest = sum(demands), max(demands)
    # Throughput is what arrives at the gateway: a rule counts what has ended, which leaves out those there at the end.
    bound = min(1 / largest, users / (think + total))
    metrics = {"throughput": lambda route, backends, gateway: Estimate(gateway, "rate", UNIT), "throughput bound": bound,
               "max_utilisation": lambda route, backends, gateway: max(
                   (Estimate(entry, "utilization") for entry in backends.values()), key=lambda e: e.value)}
    # Two bottlenecks push their queues to and fro by a random walk, which takes a square of steps.
    steps = users * users if demands.count(largest) > 1 else 0
    warmup = max(20 * (think + users * largest), steps * largest)
    shared = {"users": users, "think": think, "load": 0.9, "warmup": warmup, "metrics": metrics}
    if len(demands) == 1:
        return Experiment([station(exponential(demands[0]))], **shared)
    weights = [round(1000 * demand / total) for demand in demands]
    return Experiment([station(exponential(total)) for _ in demands], weights=weights, **shared)
