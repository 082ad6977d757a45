"""`python3 -m differential.dataplane`: see docs/dataplane-differential.md."""

import argparse
import asyncio
import dataclasses
import json
import os
import sys

from ..processes import INSTALLED
from ..weir import Weir
from . import experiments  # noqa: F401
from .bench import EXPERIMENTS, run
from .proxied import Proxied
from .simulated import Simulated


def arguments():
    parser = argparse.ArgumentParser(
        prog="differential.dataplane", description="Holds the data plane of weir's simulator against a real Envoy.")
    parser.add_argument("--only", action="append", help="only experiments whose name has this in it")
    parser.add_argument("--list", action="store_true", help="name the experiments and stop")
    parser.add_argument("--weir", help="the weir to ask; default .build/release/weir")
    parser.add_argument("--verbose", action="store_true", help="show every comparison, not only those that differ")
    parser.add_argument("--json", help="a file for everything that was found")
    parser.add_argument(
        "--tamper", action="store_true",
        help="leave the policies out on weir's side: a run in which not most experiments notice then fails")
    parser.add_argument("--again", type=int, default=1, help="how often a difference is looked at anew (default 1)")
    return parser.parse_args()


def shown(value, most=110):
    text = str(value)
    return text if len(text) <= most else "…" + text[-most:] if "\n" in text else text[:most] + "…"


def report(found, verbose):
    differing = sum(not check.agrees for check in found["checks"])
    verdict = "agree" if not differing else f"{differing} of {len(found['checks'])} DIFFER"
    print(f"{found['name']} ({found['seconds']} s): {found['title']}: {verdict}", flush=True)
    for check in found["checks"]:
        if verbose or not check.agrees:
            mark, most = (" ", 110) if check.agrees else ("!", 4000)
            print(
                f"  {mark} {check.what}: Envoy {shown(check.envoy, most)}, weir {shown(check.weir, most)} "
                f"({check.tolerance})")


def tampered(all_found):
    blind = [one["name"] for one in all_found if all(check.agrees for check in one["checks"])]
    print(f"{len(all_found) - len(blind)} of {len(all_found)} experiments notice; not {', '.join(blind) or 'one is blind'}")
    return 0 if 5 * len(blind) <= len(all_found) else 1


async def main():
    options = arguments()
    chosen = [one for one in EXPERIMENTS if not options.only or any(word in one[0] for word in options.only)]
    if options.list:
        for name, title, _ in chosen:
            print(f"{name}: {title}")
        return 0
    if not os.access(INSTALLED / "venv/bin/envoy", os.X_OK):
        print("skipped: Envoy is not installed in .differential/; `make differential-dataplane` installs it")
        return 0
    weir = Weir(options.weir)
    simulated, proxied = Simulated(weir.path, options.tamper), Proxied(weir)
    all_found = []
    for name, title, function in chosen:
        found = await run(name, title, function, simulated, proxied)
        # Chance and a busy machine differ once; a fault differs again.
        for _ in range(0 if options.tamper else options.again):
            if all(check.agrees for check in found["checks"]):
                break
            found = await run(name, title, function, simulated, proxied)
        if not options.tamper:
            report(found, options.verbose)
        all_found.append(found)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(all_found, file, indent=1, default=dataclasses.asdict)
    if options.tamper:
        return tampered(all_found)
    differing = [one["name"] for one in all_found if any(not check.agrees for check in one["checks"])]
    count = sum(len(one["checks"]) for one in all_found)
    print(f"{len(all_found)} experiments, {count} comparisons: " + (
        f"differences in {', '.join(differing)}" if differing else "Envoy and weir agree"))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
