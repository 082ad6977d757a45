"""`python3 -m accuracy`: see docs/accuracy.md."""

import argparse
import json
import pathlib
import sys
import time

from . import coverage, formulas
from .experiments import allowance, experiment
from .run import Runner

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared/queueing/reference.json"
# All intervals together, and how wide one may be where the load is at most 0.9.
CONFIDENCE = 0.999
MEAN_WIDTH, P99_WIDTH = 0.01, 0.02
# Waits that hardly ever happen: their mean is held against its interval, however wide that is.
RARE = 1e-3


def arguments():
    parser = argparse.ArgumentParser(prog="accuracy", description="Holds weir against queueing theory.")
    parser.add_argument("--weir", default=ROOT / ".build/release/weir", type=pathlib.Path)
    parser.add_argument("--reference", default=REFERENCE, type=pathlib.Path, help="a table of reference values")
    parser.add_argument("--model", action="append", help="only models whose name has this in it")
    parser.add_argument("--most", type=float, default=1e9, help="customers that one scenario may take (default 1e9)")
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1600, help="of the coverage; 0 leaves it out")
    parser.add_argument("--rows", action="store_true", help="only the rows, without the coverage")
    return parser.parse_args()


def reference_rows(path):
    """The rows to be held against, and what stands in for a table that is not there."""
    own = list(formulas.rows())
    if not path.exists():
        print(f"{path} is not there: the closed forms of accuracy/formulas.py are taken")
        return own
    rows = json.loads(path.read_text())
    known = {key(row): row["value"] for row in own}
    compared = 0
    for row in rows:
        if (value := known.get(key(row))) is not None:
            compared += 1
            if abs(value - row["value"]) > 1e-8 * max(abs(row["value"]), 1e-6):
                sys.exit(f"{path.name} and accuracy/formulas.py differ: {row}, {value}")
    print(f"{path.name}: {len(rows)} rows, {compared} of them the same by accuracy/formulas.py")
    return rows


def key(row):
    parameters = {name: value for name, value in row["parameters"].items() if not isinstance(value, str)}
    names = ("lambda_", "rho", "c", "K", "n", "users", "think", "demands", "mu", "offered_load", "d",
             "service_scv", "lambda_per_server", "retry_probability", "failure_probability", "max_attempts")
    return row["model"], row["metric"], json.dumps([parameters.get(name) for name in names])


def main():
    options = arguments()
    rows = reference_rows(options.reference)
    groups = {}
    left_out = {}
    for row in rows:
        if options.model and not any(word in row["model"] for word in options.model):
            continue
        found = experiment(row["model"], row["parameters"])
        kinds = ("exact", "numeric", "limit")
        if found is None or row["kind"] not in kinds or not expressible(row):
            why = "no scenario says it" if found is None else "not reported by weir, or no value but a trend"
            left_out.setdefault((row["model"], why), []).append(row["metric"])
            continue
        groups.setdefault(json.dumps([row["model"], row["parameters"]]), (found, []))[1].append(row)
    count = sum(len(members) for _, members in groups.values())
    level = 1 - (1 - CONFIDENCE) / max(count, 1)
    print(f"{count} rows in {len(groups)} scenarios, each at {100 * level:.6f} %, "
          f"all together at {100 * CONFIDENCE} %")
    runner = Runner(options, level)
    failures, started = [], time.monotonic()
    for place, (found, members) in enumerate(groups.values()):
        outcome = runner.measure(found, members, targets(found, members), seed=options.seed + place)
        failures += report(members, outcome)
    print(f"\n{count - len(failures)} of {count} rows hold, {time.monotonic() - started:.0f} s")
    for (model, why), metrics in left_out.items():
        print(f"left out: {len(metrics)} of {model} ({why}: {', '.join(sorted(set(metrics)))})")
    good = not failures
    if options.seeds and not options.rows:
        good = coverage.measure(options) and good
    sys.exit(0 if good else 1)


def expressible(row):
    metric = row["metric"]
    others = ("variance", "asymptotic", "relative_standard", "relaxation", "fraction_of", "mean_slowdown")
    return not metric.startswith(others) and "job_of_size" not in metric


def targets(found, members):
    """For each row, the greatest half width as a part of the value; none where the load is too high or waits are rare."""
    values = {row["metric"]: row["value"] for row in members}
    limits = {}
    for metric, value in values.items():
        waits = "wait" in metric
        rare = waits and values.get("prob_wait", 1) < RARE
        if found.load > 0.9 + 1e-9 or rare or value == 0:
            continue
        if metric.startswith("mean") or metric == "throughput":
            limits[metric] = MEAN_WIDTH
        elif metric.endswith("p99"):
            limits[metric] = P99_WIDTH
    return limits


def report(members, outcome):
    """Prints the rows of a scenario; returns those that do not hold."""
    failures = []
    parameters = ", ".join(f"{name} {value}" for name, value in members[0]["parameters"].items())
    print(f"\n{members[0]['model']}: {parameters}  ({outcome.customers:.2g} customers, {outcome.seconds:.1f} s)")
    for row in members:
        estimate, limit = outcome.estimates.get(row["metric"]), outcome.limits.get(row["metric"])
        if estimate is None:
            failures.append(row)
            print(f"  ✗ {row['metric']:<28} {row['value']:>12.6g}  not measured")
            continue
        more = allowance(row["model"], row["parameters"])
        slack = 1e-9 * abs(row["value"]) + 1e-15
        inside = estimate.low / (1 + more) - slack <= row["value"] <= estimate.high + slack
        relative = estimate.half_width / estimate.value if estimate.value else 0.0
        # A wait, or an idle server, that should have been seen hardly once in the run and was not, is no contradiction.
        unseen = estimate.half_width == 0 and (
            "wait" in row["metric"] and estimate.value == 0 and expected_waits(members, outcome) < 30
            or row["metric"] in ("prob_wait", "max_utilisation", "blocking", "final_failure_probability")
            and abs(row["value"] - estimate.value) * outcome.customers < 30)
        narrow = limit is None or relative <= limit
        holds = (inside or unseen) and narrow
        if not holds:
            failures.append(row)
        note = "" if holds else "  outside" if not inside else "  too wide"
        if unseen and not inside:
            note = "  never seen"
        bound = f"(at most {100 * limit:.0f} %)" if limit else ""
        print(f"  {'✓' if holds else '✗'} {row['metric']:<28} {row['value']:>12.6g} {estimate.value:>12.6g} "
              f"±{100 * relative:.2f} % {bound}{note}")
    sys.stdout.flush()
    return failures


def expected_waits(members, outcome):
    waits = next((row["value"] for row in members if row["metric"] == "prob_wait"), 1.0)
    return waits * outcome.customers


if __name__ == "__main__":
    main()
