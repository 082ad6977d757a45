"""Runs weir on a scenario, longer and longer until it is precise enough."""

import json
import pathlib
import subprocess
import tempfile
import time


class Outcome:
    """What a scenario's runs said."""

    def __init__(self, estimates, limits, customers, seconds):
        self.estimates, self.limits, self.customers, self.seconds = estimates, limits, customers, seconds


class Runner:
    """Runs scenarios at a level of confidence."""

    def __init__(self, options, level):
        self.options, self.level = options, level

    def measure(self, experiment, rows, limits, seed):
        """Estimates of all rows, each as narrow as its limit asks, as far as the most customers allow."""
        started = time.monotonic()
        # A replication of a few relaxation times says little of its queue, and that skewed: a hundred at least.
        shortest = self.options.replications * 10 * experiment.warmup * experiment.customer_rate
        most = self.options.most
        customers = min(most, max(2e6, shortest))
        while True:
            result = self.run(experiment, customers, seed)
            estimates = {row["metric"]: experiment.estimate(row["metric"], result) for row in rows}
            known = [(estimates[metric], limit) for metric, limit in limits.items() if estimates[metric]]
            worst = max((found.half_width / found.value / limit if found.value else 9.0 for found, limit in known),
                        default=0.0)
            if worst <= 1 or customers >= most:
                return Outcome(estimates, limits, customers, time.monotonic() - started)
            customers = min(most, customers * min(max(1.15 * worst * worst, 1.3), 40))

    def run(self, experiment, customers, seed):
        length = customers / self.options.replications / experiment.customer_rate
        with tempfile.TemporaryDirectory(prefix="weir-accuracy-") as folder:
            for name, text in experiment.files(seed, length).items():
                pathlib.Path(folder, name).write_text(text)
            return run(self.options.weir, folder, replications=self.options.replications,
                       threads=self.options.threads, confidence=repr(self.level))


def run(weir, folder, **flags):
    """One result of weir."""
    command = [weir, "run", folder, "-o", "json"]
    for name, value in flags.items():
        command += [f"--{name}", str(value)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return json.loads(done.stdout)
