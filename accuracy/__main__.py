"""`python3 -m accuracy`: see docs/accuracy.md."""

import argparse
import json
import math
import pathlib
import sys
import time
import zlib

from . import coverage, formulas
from .experiments import expected, experiment
from .run import Record, Runner
from .table import parameters, show, summary

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
    parser.add_argument("--where", action="append", help="only parameters that have this in them, such as 'c 64'")
    parser.add_argument("--most", type=float, default=2e10, help="customers that one scenario may take (default 2e10)")
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--record", type=pathlib.Path, help="a file of what was found; what held is not run again")
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
    groups, left_out = grouped(rows, options)
    count = sum(len(members) for _, members in groups.values())
    # Shared out among all rows there are, whichever of them are run: a model gets the same level alone.
    level = 1 - (1 - CONFIDENCE) / len(rows)
    print(f"{count} rows in {len(groups)} scenarios, each at {100 * level:.6f} %, "
          f"all {len(rows)} together at {100 * CONFIDENCE} %")
    runner, record = Runner(options, level), Record(options.record)
    verdicts, started = [], time.monotonic()
    for name, (found, members) in groups.items():
        seed = options.seed + zlib.crc32(name.encode())
        key = [name, [row["metric"] for row in members], seed, f"{level:.12f}"]
        found = record.get(key) or record.add(key, judge(runner, found, members, seed))
        verdicts.append(found)
        show(found)
    print(f"\n{sum(v['held'] for v in verdicts)} of {count} rows hold, {time.monotonic() - started:.0f} s")
    summary(verdicts)
    for (model, why), metrics in left_out.items():
        print(f"left out: {len(metrics)} of {model} ({why}: {', '.join(sorted(set(metrics)))})")
    good = count > 0 and all(v["held"] == len(v["rows"]) for v in verdicts)
    if options.seeds and not options.rows:
        good = coverage.measure(options) and good
    sys.exit(0 if good else 1)


def grouped(rows, options):
    """The rows that scenarios express, by scenario, and what is left out, by model and reason."""
    groups, left_out = {}, {}
    for row in rows:
        if options.model and not any(word in row["model"] for word in options.model):
            continue
        if options.where and not any(word in parameters(row) for word in options.where):
            continue
        found = experiment(row["model"], row["parameters"])
        if (why := reason(row, found)) is not None:
            left_out.setdefault((row["model"], why), []).append(row["metric"])
            continue
        groups.setdefault(json.dumps([row["model"], row["parameters"]]), (found, []))[1].append(row)
    return groups, left_out


def reason(row, found):
    """Why a row is not held; None where it is."""
    metric, model = row["metric"], row["model"]
    if row["kind"] not in ("exact", "numeric", "limit"):
        return "a scale or a trend, no value"
    if model == "HPA":
        return "no matter of chance: each row is a test of TestbedTests"
    if model.startswith("Envoy back-off") and found is None:
        return "another rule than that of Envoy's source, which weir follows"
    if found is None:
        return "no scenario says it"
    if metric.startswith(("asymptotic", "relative_standard")):
        return "of a run's length, not of the model"
    if metric == "variance_wait" and row["parameters"]["service_scv"] > 10:
        return "its estimates spread by the sixth moment of service: no interval of a run that can be made is right"
    if metric == "mean_slowdown" and row["parameters"]["service_scv"] > 0:
        return "not reported"
    if metric.startswith("mean_response_of_job") or (
            metric.startswith("fraction") and not metric.endswith("_1")):
        return "not reported"
    return None


def targets(found, members):
    """For each row, the greatest half width as a part of the value; none where the load is too high or waits are rare."""
    values = {row["metric"]: row["value"] for row in members}
    limits = {}
    for metric, value in values.items():
        rare = "wait" in metric and values.get("prob_wait", 1) < RARE
        if found.load > 0.9 + 1e-9 or rare or value == 0:
            continue
        if metric.startswith("mean") or metric in ("throughput", "upper_bound_ms_exclusive"):
            limits[metric] = MEAN_WIDTH
        elif metric.endswith("p99"):
            limits[metric] = P99_WIDTH
    return limits


def judge(runner, found, members, seed):
    """Runs a scenario, and says of each row what was found and whether it holds."""
    outcome = runner.measure(found, members, targets(found, members), seed)
    rows = [verdict(row, members, outcome) for row in members]
    return {"model": members[0]["model"], "parameters": members[0]["parameters"], "load": found.load,
            "customers": outcome.customers, "seconds": outcome.seconds, "rows": rows,
            "held": sum(not row["fault"] for row in rows)}


def verdict(row, members, outcome):
    estimate, limit = outcome.estimates.get(row["metric"]), outcome.limits.get(row["metric"])
    value, error = expected(row)
    if estimate is None or math.isnan(estimate.value) or math.isnan(estimate.low):
        return {"metric": row["metric"], "value": value, "fault": "not measured" if outcome.estimates else "takes more customers"}
    slack = (1e-9 + error) * abs(value) + 1e-15
    inside = estimate.low - slack <= value <= estimate.high + slack
    relative = estimate.half_width / estimate.value if estimate.value else 0.0
    # A wait, or an idle server, that should have been seen hardly once in the run and was not, is no contradiction.
    unseen = (
        "wait" in row["metric"] and estimate.value == 0 and expected_waits(members, outcome) < 30
        or row["metric"] in ("prob_wait", "max_utilisation", "blocking", "final_failure_probability")
        and min(value, 1 - value) * outcome.customers < 30 and abs(value - estimate.value) * outcome.customers < 30)
    fault = ""
    if not inside and not unseen:
        fault = "outside"
    elif limit is not None and relative > limit:
        fault = "too wide"
    elif not unseen and not estimate.plain_low - slack <= value <= estimate.plain_high + slack:
        fault = "outside of the interval that is not corrected"
    return {"metric": row["metric"], "value": value, "estimate": estimate.value, "relative": relative, "limit": limit,
            "controlled": estimate.is_controlled, "unseen": unseen and not inside, "fault": fault}


def expected_waits(members, outcome):
    waits = next((row["value"] for row in members if row["metric"] == "prob_wait"), 1.0)
    return waits * outcome.customers


if __name__ == "__main__":
    main()
