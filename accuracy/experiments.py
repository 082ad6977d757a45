"""Models of queueing theory as weir's scenarios, and what of a result stands for which quantity.

The mean service time is 10 ms, the unit of all times and rates of the formulas.
"""

import math

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
  - {gateway}
"""


def time(units):
    return f"{round(units * UNIT * 1e9)}ns"


def exponential(mean=1.0):
    return f"{{distribution: exponential, mean: {time(mean)}}}"


class Estimate:
    """A number of a result with its interval."""

    def __init__(self, holder, name, scale=1.0):
        low, high = holder["confidence"][name] or (math.nan, math.nan)
        self.value, self.low, self.high = holder[name] * scale, low * scale, high * scale

    @property
    def half_width(self):
        return (self.high - self.low) / 2


class Experiment:
    """A scenario, the rate of its customers, and how to find quantities in its result."""

    def __init__(self, backends, *, rate=None, users=None, think=None, regular=False, warmup=100.0, load=1.0,
                 gateway="", retry="", weights=(1,), metrics=None):
        self.backends, self.rate, self.users, self.think = backends, rate, users, think
        self.regular, self.warmup, self.load = regular, warmup, load
        self.gateway, self.retry, self.weights = gateway, retry, weights
        self.metrics = metrics or {}

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
                    f"{{name: {name}, port: 8080, weight: {weight}}}" for name, weight in zip(names, self.weights)),
                retry=self.retry, services="".join(SERVICE.format(name=name) for name in names)),
            "scenario.yaml": SCENARIO.format(
                seed=seed, duration=time(self.warmup + length), warmup=time(self.warmup), arrivals=arrivals,
                backends="\n".join(
                    f"  - {{service: theory/{name}, {text}}}" for name, text in zip(names, self.backends)),
                gateway=f"{{gateway: infra/edge{self.gateway}}}"),
        }

    def estimate(self, metric, result):
        """What a result says about a metric; nil where weir reports nothing of the kind."""
        route = result["routes"][0]
        backends = {entry["backend"]["name"]: entry for entry in result["backends"]}
        first = backends["s0"]
        kind, _, rest = metric.partition("_")
        if metric in self.metrics:
            return self.metrics[metric](route, backends, result["gateways"][0])
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
        return Experiment([station(servers=servers)], rate=p["lambda_"], load=load,
                          warmup=max(50.0, relaxation(load) / servers))
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
    if model == "Jackson/tandem of M/M/1" and len(p["mu"]) == 2:
        first, second = p["mu"]
        load = p["lambda_"] / min(p["mu"])
        return Experiment(
            [station(exponential(1 / second))], rate=p["lambda_"], load=load, warmup=2 * relaxation(load),
            gateway=f", concurrency: 1, serviceTime: {exponential(1 / first)}")
    if model == "Jackson/gateway and weighted split" and not p.get("timeout"):
        service = station(exponential(3), servers=4)
        own = {f"mean_response_backend_{share}": backend_response(name) for share, name in ((90, "s0"), (10, "s1"))}
        return Experiment(
            [service, service], rate=1.0, load=0.68, warmup=2_000.0, weights=(9, 1), metrics=own,
            gateway=f", concurrency: 1, serviceTime: {exponential(0.5)}, hop: {{distribution: constant, value: 1ms}}")
    if model == "Jackson/M/M/1 with feedback":
        again = p["retry_probability"]
        load = p["lambda_"] / (1 - again)
        return Experiment(
            [station(more=f", errors: {{ratio: {again}, status: 503}}")], rate=p["lambda_"], load=load,
            warmup=relaxation(load), retry="\n    retry: {codes: [503], attempts: 1000, backoff: 0s}")
    if model == "supermarket" and p["d"] == 1:
        return Experiment([station(replicas=4)], rate=4 * load, load=load, warmup=relaxation(load),
                          gateway=", loadBalancing: random")
    if model == "supermarket" and p["d"] == 2 and load <= 0.95:
        return Experiment([station(replicas=MANY)], rate=MANY * load, load=load, warmup=relaxation(load),
                          gateway=", loadBalancing: leastRequest")
    if model == "round robin":
        return Experiment([station(replicas=p["n"])], rate=p["n"] * load, load=load, warmup=relaxation(load))
    if model == "P2C with replacement":
        return Experiment([station(replicas=p["n"])], rate=p["n"] * load, load=load, warmup=relaxation(load),
                          gateway=", loadBalancing: leastRequest")
    if model == "retries":
        failure, attempts = p["failure_probability"], p["max_attempts"]
        return Experiment(
            [f"serviceTime: {exponential()}, errors: {{ratio: {failure}, status: 503}}"], rate=1.0, regular=True,
            load=0.5, retry=f"\n    retry: {{codes: [503], attempts: {attempts - 1}, backoff: 0s}}",
            metrics={"mean_attempts": lambda route, backends, gateway: Estimate(backends["s0"], "rate", UNIT)})
    return None


# Servers that stand for infinitely many, and how much above the limit their mean may lie: the known excess at 100 servers
# (0.1 %, 1.2 % and 2.3 % at loads of 0.5, 0.9 and 0.95: Mitzenmacher, 2001) shrinks as 1/n.
MANY = 1000
EXCESS = {0.5: 0.001, 0.7: 0.005, 0.8: 0.008, 0.9: 0.012, 0.95: 0.023}


def allowance(model, p):
    """The part by which a limit may be exceeded."""
    if model == "supermarket" and p["d"] == 2:
        return EXCESS[p["lambda_per_server"]] * 100 / MANY * 2
    return 0.0


def backend_response(name):
    """The response of one branch of the split: the gateway (a mean of 1 by Burke's theorem, seen in the total), two hops,
    and what the backend says of itself."""

    def estimate(route, backends, gateway):
        own = Estimate(backends[name]["latency"], "mean", 1 / UNIT)
        for key in ("value", "low", "high"):
            setattr(own, key, getattr(own, key) + 1.2)
        return own

    return estimate


def closed(p):
    """Only the demands matter to mean value analysis: several stations in a row are as good as one visited by chance."""
    demands, users, think = p["demands"], p["users"], p["think"]
    total, largest = sum(demands), max(demands)
    # Throughput is what arrives at the gateway: a rule counts what has ended, which leaves out those there at the end.
    bound = min(1 / largest, users / (think + total))
    metrics = {"throughput": lambda route, backends, gateway: Estimate(gateway, "rate", UNIT), "throughput bound": bound,
               "max_utilisation": lambda route, backends, gateway: max(
                   (Estimate(entry, "utilization") for entry in backends.values()), key=lambda e: e.value)}
    warmup = 20 * (think + users * largest)
    shared = {"users": users, "think": think, "load": 0.9, "warmup": warmup, "metrics": metrics}
    if len(demands) == 1:
        return Experiment([station(exponential(demands[0]))], **shared)
    weights = [round(1000 * demand / total) for demand in demands]
    return Experiment([station(exponential(total)) for _ in demands], weights=weights, **shared)
