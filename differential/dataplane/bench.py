"""Runs experiments and collects what they find."""

import time
import traceback

from .checks import Check

EXPERIMENTS = []


def experiment(title):
    """Registers a coroutine function that takes a `Bench`. Its name is its function's."""
    def register(function):
        EXPERIMENTS.append((function.__name__.replace("_", "-"), title, function))
        return function
    return register


class Bench:
    """What an experiment is given: both sides, and where to put what it found."""

    def __init__(self, simulated, proxied):
        self.simulated, self.proxied = simulated, proxied
        self.checks = []

    def weir(self, setup, **options):
        return self.simulated.run(setup, **options)

    async def envoy(self, setup, **options):
        return await self.proxied.run(setup, **options)

    async def both(self, setup, tick=None, identify=None, **options):
        return await self.envoy(setup, **options), self.weir(setup, tick=tick, identify=identify)

    def check(self, *checks):
        self.checks += checks


async def run(name, title, function, simulated, proxied):
    bench = Bench(simulated, proxied)
    begun = time.monotonic()
    try:
        await function(bench)
    except Exception:
        bench.check(Check("runs to its end", traceback.format_exc(limit=-4), "", "", False))
    return {"name": name, "title": title, "seconds": round(time.monotonic() - begun, 1), "checks": bench.checks}
