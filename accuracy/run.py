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
        """Estimates of all rows, each as narrow as its limit asks. Where that would take more than the most customers the
        run is not begun, and no row is known, or ends with the widths it has."""
        started = time.monotonic()
        rate, most = experiment.customer_rate, self.options.most
        many = self.options.replications
        few = min(40, many)
        has_percentiles = any("_p" in row["metric"] for row in rows)

        def least(replications):
            # A replication of a few relaxation times says little of its queue, and that skewed: a hundred at least.
            length = experiment.shortest * experiment.warmup
            # Percentiles lack those under way at its end, a part of 1/length, where intervals go with the root of 1/n.
            if has_percentiles:
                length = max(length, 3 * replications * rate)
            return max(1e6, replications * length * rate)

        # Many make Student's factor small and the half width itself known. Few do where nothing has to be narrow, and to
        # begin with where customers are dense.
        replications = many if limits and rate < 32 else few
        customers = least(replications)
        if customers > most:
            return Outcome({}, limits, 0, 0)
        while True:
            if limits and customers >= least(many):
                replications = many
            result = self.run(experiment, customers, seed, replications)
            estimates = {row["metric"]: experiment.estimate(row["metric"], result) for row in rows}
            known = [(estimates[metric], limit) for metric, limit in limits.items() if estimates[metric]]
            worst = max((found.half_width / found.value / limit if found.value > 0 else 9.0
                         for found, limit in known), default=0.0)
            wanted = customers * min(max(1.1 * worst * worst, 1.3), 30)
            if worst <= 1 or wanted > most:
                return Outcome(estimates, limits, customers, time.monotonic() - started)
            customers = wanted

    def run(self, experiment, customers, seed, replications):
        length = customers / replications / experiment.customer_rate
        with tempfile.TemporaryDirectory(prefix="weir-accuracy-") as folder:
            for name, text in experiment.files(seed, length).items():
                pathlib.Path(folder, name).write_text(text)
            return run(self.options.weir, folder, replications=replications,
                       threads=self.options.threads, confidence=repr(self.level))


class Record:
    """What was found before, in a file of JSON lines: a run that was broken off goes on where it was, and one after a
    repair runs again what did not hold."""

    def __init__(self, path):
        self.path, self.known = path, {}
        if path and path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                if entry["found"]["held"] == len(entry["found"]["rows"]):
                    self.known[json.dumps(entry["key"])] = entry["found"]

    def get(self, key):
        return self.known.get(json.dumps(key))

    def add(self, key, found):
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps({"key": key, "found": found}) + "\n")
        return found


def run(weir, folder, **flags):
    """One result of weir."""
    command = [weir, "run", folder, "-o", "json"]
    for name, value in flags.items():
        command += [f"--{name}", str(value)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return json.loads(done.stdout)
