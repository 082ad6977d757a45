#!/usr/bin/env python3
"""Whole scenarios: scenarios.py WEIR [BASELINE [ROUNDS]]

WEIR is a release build of the program; BASELINE one of the same loads without any framework (see README.md). What is timed
is the process of `weir run` from its start to the end of its report: reading of manifests and scenario, the run with
everything it measures, the report as JSON. Times are CPU seconds (user and system), taken in interleaved rounds; ratios are
of one round, then the median.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

GATEWAY = """apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: example
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
"""


def service(name):
    return f"""---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{ports: [{{port: 8080}}]}}
"""


def route(name, host, backends, more=""):
    refs = ", ".join(f"{{name: {backend}, port: 8080, weight: {weight}}}" for backend, weight in backends)
    return f"""---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: {name}, namespace: shop}}
spec:
  parentRefs: [{{name: edge, namespace: infra}}]
  hostnames: [{host}]
  rules:
  - backendRefs: [{refs}]
{more}"""


def backend(name, concurrency, mean, replicas=1):
    return (f"  - {{service: shop/{name}, replicas: {replicas}, concurrency: {concurrency},"
            f" serviceTime: {{distribution: exponential, mean: {mean}}}}}\n")


def scenario(folder, manifests, duration, rate, requests, backends, more=""):
    """Writes a scenario. One unit of the bare programs' time is a millisecond."""
    folder.mkdir()
    (folder / "manifests.yaml").write_text(manifests)
    (folder / "scenario.yaml").write_text(f"""apiVersion: weir.dev/v1alpha1
kind: Scenario
metadata: {{name: {folder.name}}}
spec:
  manifests: [manifests.yaml]
  duration: {duration}
{more}  traffic:
  - name: clients
    gateway: infra/edge
    arrivals: {{process: poisson, rate: {rate}/s}}
    requests:
{requests}  backends:
{backends}""")
    return folder


ONE = '    - {url: "http://shop.example.com/"}\n'
QUEUED = ("  gateways:\n  - {gateway: infra/edge, concurrency: 1, serviceTime: {distribution: exponential, mean: 0.5ms},"
          " hop: {distribution: constant, value: 0.1ms}}\n")


def queue(root, name, requests, rate, servers):
    manifests = GATEWAY + service("a") + route("shop", "shop.example.com", [("a", 1)])
    return scenario(root / name, manifests, f"{requests / rate}s", rate, ONE, backend("a", servers, "1ms"))


def tandem(root, name, requests, timeout, rate=1000):
    more = f"    timeouts: {{backendRequest: {timeout}}}\n    retry: {{attempts: 1, backoff: 1ms}}\n" if timeout else ""
    manifests = GATEWAY + service("a") + service("b") + route("shop", "shop.example.com", [("a", 9), ("b", 1)], more)
    return scenario(root / name, manifests, f"{requests / rate}s", rate, ONE,
                    backend("a", 4, "3ms") + backend("b", 4, "3ms"), QUEUED)


def many(root, name, routes, backends, replicas, duration):
    manifests = GATEWAY + "".join(service(f"b{index}") for index in range(backends))
    manifests += "".join(
        route(f"r{index}", f"r{index}.example.com", [(f"b{index % backends}", 9), (f"b{(index + 1) % backends}", 1)])
        for index in range(routes))
    requests = "".join(f'    - {{url: "http://r{index}.example.com/"}}\n' for index in range(routes))
    return scenario(root / name, manifests, duration, 2000, requests,
                    "".join(backend(f"b{index}", 4, "1ms", replicas) for index in range(backends)))


def weir(program, folder):
    """CPU seconds and peak memory in MB of a run, and its result."""
    process = subprocess.Popen([program, "run", str(folder), "-o", "json"], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{program} run {folder} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(output)


def bare(program, arguments, timeout=None):
    environment = dict(os.environ, TIMEOUT=str(timeout)) if timeout else None
    output = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=True).stdout
    return json.loads(output.replace("-nan", "null").replace("nan", "null"))["loop_s"]


def main():
    program = sys.argv[1]
    baseline = sys.argv[2] if len(sys.argv) > 2 else None
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        million = 1_000_000
        many_millions = 10 * million
        loads = [
            ("M/M/1, load 0.9", queue(root, "mm1", million, 900, 1), ["mm1", str(million)], None),
            ("M/M/16, load 0.8", queue(root, "mm16", million, 12800, 16), ["mmc", str(million)], None),
            ("M/M/1, ten times as long", queue(root, "mm1-long", many_millions, 900, 1), ["mm1", str(many_millions)], None),
            ("M/M/16, ten times as long", queue(root, "mm16-long", many_millions, 12800, 16),
             ["mmc", str(many_millions)], None),
            ("tandem, timers of 12 ms", tandem(root, "tandem", million, "12ms"), ["tandemfifo", str(million)], 12),
            ("tandem, timers of 15 s", tandem(root, "tandem-long", million, "15s"), ["tandemfifo", str(million)], 15000),
        ]
        times = {name: [] for name, *_ in loads}
        ratios = {name: [] for name, *_ in loads}
        for _ in range(rounds):
            for name, path, arguments, timeout in loads:
                seconds = weir(program, path)[0]
                times[name].append(seconds)
                if baseline:
                    ratios[name].append(seconds / bare(baseline, arguments, timeout))
        print("a million requests each:")
        for name in times:
            ratio = f", {statistics.median(ratios[name]):.2f} times the bare program" if baseline else ""
            print(f"{name}: {statistics.median(times[name]):.3f} s{ratio}")
        long = [b / a for a, b in zip(times["tandem, timers of 12 ms"], times["tandem, timers of 15 s"])]
        print(f"timers of 15 s against 12 ms: {statistics.median(long):.2f}")

        hour = tandem(root, "hour", 3_600_000, "15s")
        print("an hour at 1,000 requests a second, gateway and two services: "
              f"{statistics.median(weir(program, hour)[0] for _ in range(rounds)):.2f} s")

        memory = [weir(program, tandem(root, f"memory-{count}", count, "15s"))[1] for count in (million, 10 * million)]
        print(f"peak memory, 10^6 and 10^7 requests: {memory[0]:.1f} and {memory[1]:.1f} MB")

        small, large = many(root, "small", 1, 1, 10, "500s"), many(root, "large", 1000, 100, 10, "500s")
        load = many(root, "load", 1000, 100, 10, "1ms")
        print("1,000 routes, 100 backends of 10 replicas, loading and a millisecond: "
              f"{statistics.median(weir(program, load)[0] for _ in range(rounds)):.2f} s")
        rates = [weir(program, small)[0] / (weir(program, large)[0] - weir(program, load)[0]) for _ in range(rounds)]
        print(f"the rate of a million requests there, against one route and backend: {statistics.median(rates):.2f}")


main()
