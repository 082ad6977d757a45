"""`python3 -m differential`: see docs/differential.md."""

import argparse
import json
import pathlib
import signal
import sys
import time
from functools import partial

from .envoy import envoy
from .explained import explanation
from .harness import Harness
from .processes import ROOT, backends
from .shrink import shrink
from .traefik import TraefikHarness
from .weir import Weir


DIALECTS = {"envoy": "specification", "traefik": "traefik"}


def arguments():
    parser = argparse.ArgumentParser(prog="differential", description="Runs weir against real proxies.")
    parser.add_argument("--proxy", choices=["envoy", "traefik"], action="append", help="default: both")
    parser.add_argument("--dialect", help="weir's dialect; default: specification for Envoy, traefik for Traefik")
    parser.add_argument("--sets", type=int, default=100, help="random sets of manifests (default 100)")
    parser.add_argument("--requests", type=int, default=100, help="requests to each set (default 100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=100, help="sets that one proxy serves at once (default 100)")
    parser.add_argument("--no-filters", action="store_true", help="matching and splitting alone")
    parser.add_argument("--no-odd", action="store_true", help="no request that the specification is silent about")
    parser.add_argument("--shrink", type=int, default=5, help="mismatches that are made small (default 5)")
    parser.add_argument("--shrink-seconds", type=float, default=60, help="for each (default 60)")
    parser.add_argument("--found", default=str(ROOT / "differential" / "found"), help="where small mismatches are written")
    parser.add_argument(
        "--tamper", action="store_true", help="makes Envoy do wrong: a run that finds nothing then fails")
    parser.add_argument("--weir", help="the weir to ask; default .build/release/weir")
    return parser.parse_args()


def report(text):
    print(text, file=sys.stderr, flush=True)


def run(name, options, echo_port):
    """Runs one proxy; gives the mismatches that nothing explains."""
    dialect = options.dialect or DIALECTS[name]
    weir = Weir(options.weir, dialect)
    harness = TraefikHarness(weir, echo_port) if name == "traefik" else Harness(weir, partial(envoy, tamper=options.tamper), echo_port)
    unexplained, begun = [], time.monotonic()
    for first in range(0, options.sets, options.batch):
        count = min(options.batch, options.sets - first)
        sets, requests = harness.random_sets(
            options.seed, first, count, options.requests, filters=not options.no_filters, odd=not options.no_odd)
        for mismatch in harness.compare(sets, requests):
            reason = explanation(name, dialect, mismatch)
            if reason:
                harness.counts.explained[reason] = harness.counts.explained.get(reason, 0) + 1
            else:
                unexplained.append(mismatch)
        report(f"{name}: sets {first} to {first + count - 1} of seed {options.seed}, {len(unexplained)} unexplained")
    summarize(name, dialect, harness.counts, unexplained, time.monotonic() - begun)
    write_small(name, options, harness, unexplained)
    return unexplained


def summarize(name, dialect, counts, unexplained, seconds):
    print(
        f"{name} against dialect {dialect}: {counts.requests} requests to {counts.sets} sets in {seconds:.0f} s, "
        f"{len(unexplained)} differences unexplained, {sum(counts.explained.values())} explained")
    outcomes = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.outcomes.items()))
    print(f"  outcomes: {outcomes}; {counts.draws} settled by further draws")
    for note in sorted(counts.notes):
        print(f"  not exported: {note}")
    for reason, count in sorted(counts.explained.items()):
        print(f"  explained: {reason}: {count}")
    for title, names in sorted(counts.statuses.items(), key=lambda one: -len(one[1])):
        print(f"  status: {title}: {len(names)}, such as {names[0]}")
    titles = {}
    for mismatch in unexplained:
        titles[mismatch.title] = titles.get(mismatch.title, 0) + 1
    for title, count in sorted(titles.items(), key=lambda one: -one[1]):
        print(f"  unexplained: {title}: {count}")


def write_small(name, options, harness, unexplained):
    """Makes one mismatch of each kind small and writes it down."""
    kinds = {}
    for mismatch in unexplained:
        kinds.setdefault(mismatch.title, mismatch)
    for mismatch in list(kinds.values())[:options.shrink]:
        small = shrink(harness, mismatch, options.shrink_seconds)
        title = "".join(one if one.isalnum() else "-" for one in f"{name} {mismatch.title}").strip("-")
        folder = pathlib.Path(options.found)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{title}-{options.seed}-{mismatch.namespace}.json"
        case = {
            "seed": options.seed, "proxy": name, "request": small.request, "weir": small.want, name: small.got,
            "decision": small.decision, "manifests": small.manifests}
        file.write_text(json.dumps(case, indent=1) + "\n")
        report(f"{name}: {mismatch.title}: {file}")


def main():
    options = arguments()
    # Ended from outside, it still stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    found = []
    with backends() as echo_port:
        for name in options.proxy or DIALECTS:
            found += run(name, options, echo_port)
    sys.exit(1 if bool(found) != options.tamper else 0)


main()
