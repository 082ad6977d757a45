"""Closed forms of queueing theory, in units of the mean service time.

`rows()` lists what is known as records {model, parameters, metric, value, kind}: the same form as a table of reference
values that may lie beside the project, which is read in their place, and which these formulas are then held against.
"""

import itertools
import math

QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


def quantile(tail, p):
    """t with tail(t) = 1 - p for a decreasing tail, by bisection; 0 where tail(0) is not above 1 - p."""
    if tail(0.0) <= 1 - p:
        return 0.0
    low, high = 0.0, 1.0
    while tail(high) > 1 - p:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if tail(middle) > 1 - p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def erlang_b(servers, load):
    """The probability to be turned away from M/M/c/c (A. K. Erlang, 1917)."""
    blocking = 1.0
    for k in range(1, servers + 1):
        blocking = load * blocking / (k + load * blocking)
    return blocking


def erlang_c(servers, load):
    """The probability to wait in M/M/c."""
    blocking = erlang_b(servers, load)
    return servers * blocking / (servers - load * (1 - blocking))


def response_tail(servers, rate):
    """P(T > t) of M/M/c with mean service 1: the convolution of wait and service."""
    waits, drain = erlang_c(servers, rate), servers - rate

    def tail(t):
        if abs(drain - 1) < 1e-9:
            return math.exp(-t) * (1 + waits * t)
        return (1 - waits) * math.exp(-t) + waits * (drain * math.exp(-t) - math.exp(-drain * t)) / (drain - 1)

    return tail


def mmc(servers, load):
    rate = load * servers
    waits, drain = erlang_c(servers, rate), servers - rate
    tail = response_tail(servers, rate)
    yield "mean_wait", waits / drain
    yield "mean_response", waits / drain + 1
    for name, p in QUANTILES.items():
        yield f"response_{name}", quantile(tail, p)
        yield f"wait_{name}", max(0.0, math.log(waits / (1 - p)) / drain)


def mm1(load):
    yield "mean_in_system", load / (1 - load)
    yield from mmc(1, load)


def md1_wait(load, p):
    """The p-quantile of the wait in M/D/1 (Crommelin, 1932); its alternating sum is good for short waits only."""

    def tail(x):
        total = 0.0
        for k in range(int(x) + 1):
            y = load * (x - k)
            total += (-y) ** k / math.factorial(k) * math.exp(y)
        return 1 - (1 - load) * total

    return quantile(tail, p)


def mg1_wait(load, second_moment):
    """Pollaczek (1930) and Khinchine (1932), for mean service 1."""
    return load * second_moment / (2 * (1 - load))


def birth_death(up, down, most):
    weights = [1.0]
    for k in range(1, most + 1):
        weights.append(weights[-1] * up(k - 1) / down(k))
    total = sum(weights)
    return [weight / total for weight in weights]


def mmck(servers, room, load):
    rate = load * servers
    states = birth_death(lambda k: rate, lambda k: min(k, servers), room)
    present, throughput = sum(k * p for k, p in enumerate(states)), rate * (1 - states[room])
    yield "blocking", states[room]
    yield "throughput", throughput
    yield "mean_response_of_admitted", present / throughput
    yield "mean_wait_of_admitted", present / throughput - 1


def closed(users, think, demands):
    """Mean value analysis (Reiser & Lavenberg, 1980)."""
    queues = [0.0] * len(demands)
    throughput, responses = 0.0, []
    for n in range(1, users + 1):
        responses = [demand * (1 + queue) for demand, queue in zip(demands, queues)]
        throughput = n / (think + sum(responses))
        queues = [throughput * response for response in responses]
    yield "throughput", throughput
    yield "mean_response", sum(responses)
    yield "max_utilisation", throughput * max(demands)


def finite_source(users, think, servers):
    states = birth_death(lambda k: (users - k) / think, lambda k: min(k, servers), users)
    throughput = sum(min(k, servers) * p for k, p in enumerate(states))
    yield "throughput", throughput
    yield "mean_response", users / throughput - think


def tandem(rate, services):
    """Each M/M/1 as if it were alone (Burke, 1956): the response is a sum of two different exponentials."""
    first, second = (service - rate for service in services)
    yield "mean_response", 1 / first + 1 / second

    def tail(t):
        return (second * math.exp(-first * t) - first * math.exp(-second * t)) / (second - first)

    for name, p in QUANTILES.items():
        yield f"response_{name}", quantile(tail, p)


def round_robin(servers, load):
    """Poisson arrivals dealt in turn: E_n/M/1 at each server (Kendall, 1953)."""
    sigma = 0.5
    for _ in range(20_000):
        sigma = (servers * load / (servers * load + 1 - sigma)) ** servers
    yield "mean_response", 1 / (1 - sigma)
    for name in ("p50", "p95", "p99"):
        yield f"response_{name}", -math.log(1 - QUANTILES[name]) / (1 - sigma)


def split_network():
    def response(rate):
        return 3 + erlang_c(4, 3 * rate) / (4 / 3 - rate)

    yield "mean_response", 1.2 + 0.9 * response(0.9) + 0.1 * response(0.1)
    yield "mean_response_backend_90", 1.2 + response(0.9)
    yield "mean_response_backend_10", 1.2 + response(0.1)


def rows():
    """Everything above over a range of parameters."""
    for model, parameters, values in models():
        for metric, value in values:
            yield {"model": model, "parameters": parameters, "metric": metric, "value": value, "kind": "exact"}


def models():
    for load in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
        yield "M/M/1", {"lambda_": load, "mu": 1.0, "rho": load}, mm1(load)
    for servers, load in itertools.product((2, 4, 8, 16, 64, 256), (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)):
        yield "M/M/c", {"lambda_": load * servers, "mu": 1.0, "c": servers, "rho": load}, mmc(servers, load)
    for load in (0.5, 0.7, 0.8, 0.9, 0.95):
        wait = mg1_wait(load, 1)
        values = [("mean_wait", wait), ("mean_response", wait + 1)]
        if load <= 0.8:
            values += [(f"wait_{name}", md1_wait(load, QUANTILES[name])) for name in ("p90", "p95")]
        yield "M/D/1", {"lambda_": load, "service": "deterministic", "D": 1.0, "rho": load}, values
    for load in (0.5, 0.8, 0.9):
        base = {"lambda_": load, "rho": load, "service_mean": 1.0}
        for scv in (0.25, 1.0, 4.0, 16.0):
            wait = mg1_wait(load, 1 + scv)
            yield "M/LN/1", base | {"service": "lognormal", "service_scv": scv}, [
                ("mean_wait", wait), ("mean_response", wait + 1)]
        for scv in (0.25, 0.5, 4.0):
            wait = mg1_wait(load, 1 + scv)
            yield "M/Gamma/1", base | {"service": "gamma", "service_scv": scv}, [
                ("mean_wait", wait), ("mean_response", wait + 1)]
        for scv in (4.0, 10.0):
            p1 = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
            wait = mg1_wait(load, 1 + scv)
            yield "M/H2/1", base | {"service": "hyperexponential", "p1": p1, "mu1": 2 * p1, "mu2": 2 * (1 - p1)}, [
                ("mean_wait", wait), ("mean_response", wait + 1)]
        for scv in (0.0, 1.0, 4.0):
            yield "M/G/1-PS", base | {"service_scv": scv, "discipline": "PS"}, [("mean_response", 1 / (1 - load))]
    for servers, load in ((1, 0.5), (1, 1.0), (2, 1.0), (4, 3.0), (10, 5.0), (10, 10.0), (100, 84.0), (100, 100.0)):
        yield "M/M/c/c", {"c": servers, "offered_load": load}, [("blocking", erlang_b(servers, load))]
    for servers, room, load in ((1, 5, 0.8), (1, 10, 0.9), (1, 10, 1.2), (4, 8, 0.9), (16, 32, 0.95), (16, 32, 1.2)):
        yield "M/M/c/K", {"lambda_": load * servers, "mu": 1.0, "c": servers, "K": room, "rho": load}, mmck(
            servers, room, load)
    for think, demands in ((10.0, [1.0]), (5.0, [0.5, 0.3, 0.2]), (0.0, [1.0, 1.0]), (1.0, [0.02, 0.05, 0.03])):
        for users in (1, 2, 5, 10, 20, 50, 100, 200):
            yield "closed/MVA", {"users": users, "think": think, "demands": demands}, closed(users, think, demands)
    for users, think, servers in ((20, 10.0, 1), (40, 10.0, 4), (100, 5.0, 16)):
        yield "M/M/c//N", {"users": users, "think": think, "c": servers, "mu": 1.0}, finite_source(
            users, think, servers)
    for rate, services in ((0.5, [1.0, 0.8]), (0.9, [1.0, 1.2])):
        yield "Jackson/tandem of M/M/1", {"lambda_": rate, "mu": services}, tandem(rate, services)
    yield "Jackson/gateway and weighted split", {"lambda_": 1.0, "split": [0.9, 0.1]}, split_network()
    for again in (0.05, 0.2, 0.4):
        rate = 0.5 / (1 - again)
        yield "Jackson/M/M/1 with feedback", {"lambda_": 0.5, "mu": 1.0, "retry_probability": again}, [
            ("effective_arrival_rate", rate), ("mean_response_total", 1 / (1 - rate) / (1 - again))]
    for load in (0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
        yield "supermarket", {"lambda_per_server": load, "mu": 1.0, "d": 1, "servers": "infinite"}, [
            ("mean_response", 1 / (1 - load))]
    for servers, load in itertools.product((2, 4, 10), (0.5, 0.8, 0.9, 0.95)):
        yield "round robin", {"n": servers, "rho": load, "mu": 1.0}, round_robin(servers, load)
    for failure, attempts in itertools.product((0.01, 0.1, 0.5, 0.9), (2, 3, 5)):
        yield "retries", {"failure_probability": failure, "max_attempts": attempts}, [
            ("mean_attempts", (1 - failure**attempts) / (1 - failure)),
            ("final_failure_probability", failure**attempts)]
