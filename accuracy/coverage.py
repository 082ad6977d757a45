"""How often weir's 95 % intervals hold the truth: as often as they say."""

import concurrent.futures
import math
import pathlib
import tempfile

from .experiments import experiment
from .run import run

LOAD = 0.5
TRUTH = {
    "mean": 1 / (1 - LOAD), "p50": math.log(2) / (1 - LOAD), "p90": math.log(10) / (1 - LOAD),
    "p99": math.log(100) / (1 - LOAD),
}
LEAST, MOST = 0.93, 0.97
# How intervals are made: from independent runs, or from parts of one; customers in all.
METHODS = {"10 replications": (10, 60_000), "40 replications": (40, 60_000), "25 parts of one run": (1, 100_000)}


def measure(options):
    """Counts over many seeds of M/M/1; prints the shares, and says whether all are as they should be."""
    good = True
    print(f"\ncoverage of 95 % intervals, M/M/1 at load {LOAD}, {options.seeds} seeds")
    for method, (replications, customers) in METHODS.items():
        found = experiment("M/M/1", {"lambda_": LOAD, "rho": LOAD})
        with tempfile.TemporaryDirectory(prefix="weir-coverage-") as folder:
            for name, text in found.files(1, customers / replications / LOAD).items():
                pathlib.Path(folder, name).write_text(text)

            def one(seed):
                return run(options.weir, folder, replications=replications, seed=seed)

            with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
                results = list(pool.map(one, range(1, options.seeds + 1)))
        for name, covered in shares(results).items():
            inside = LEAST <= covered <= MOST
            good = good and inside
            print(f"  {'✓' if inside else '✗'} {method:<20} {name:<24} {100 * covered:.1f} %")
    return good


def shares(results):
    """Of each quantity, the share of results whose interval holds the truth."""
    covered = {}
    for result in results:
        latency, backend = result["routes"][0]["latency"], result["backends"][0]
        intervals = {f"latency {name}": (latency["confidence"][name], value * 0.01) for name, value in TRUTH.items()}
        intervals["wait mean"] = (backend["wait"]["confidence"]["mean"], LOAD / (1 - LOAD) * 0.01)
        if "controlled" in backend["wait"]:
            for name, holder, value in (("latency", latency, TRUTH["mean"]), ("wait", backend["wait"], TRUTH["mean"] - 1)):
                intervals[f"{name} mean, corrected"] = (holder["controlled"]["confidence"]["mean"], value * 0.01)
        intervals["utilization"] = (backend["confidence"]["utilization"], LOAD)
        intervals["in system"] = (backend["inSystem"]["confidence"]["mean"], LOAD / (1 - LOAD))
        for name, ((low, high), truth) in intervals.items():
            covered[name] = covered.get(name, 0) + (low <= truth <= high)
    return {name: count / len(results) for name, count in covered.items()}
