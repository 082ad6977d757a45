"""Asks weir."""

import json
import os
import pathlib
import subprocess
import tempfile

from .processes import ROOT


class Weir:
    """The built command, and the dialect that it is asked in."""

    def __init__(self, path=None, dialect="specification"):
        self.path = path or os.environ.get("WEIR") or str(ROOT / ".build" / "release" / "weir")
        if not os.access(self.path, os.X_OK):
            raise SystemExit(f"{self.path} is missing: build it with `make build`, or name it with --weir")
        self.dialect = ["--dialect", dialect]

    def run(self, arguments, manifests, extra=None):
        with tempfile.TemporaryDirectory(prefix="weir-differential-") as folder:
            file = pathlib.Path(folder) / "manifests.json"
            file.write_text(as_list(manifests))
            command = [self.path, *arguments, "-f", str(file)]
            if extra is not None:
                requests = pathlib.Path(folder) / "requests.ndjson"
                requests.write_text("".join(json.dumps(record) + "\n" for record in extra))
                command += ["--requests", str(requests)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 1:
                raise RefusedManifests(done.stderr)
            if done.returncode:
                raise RuntimeError(f"{' '.join(command[:3])}: {done.stderr[-2000:]}")
            return done

    def route(self, manifests, records, seed=1):
        """The decisions of `records`, in order."""
        arguments = ["route", "-o", "json", "--seed", str(seed), *self.dialect]
        return [json.loads(line) for line in self.run(arguments, manifests, records).stdout.splitlines()]

    def status(self, manifests):
        return json.loads(self.run(["status", "-o", "json"], manifests).stdout)

    def export_envoy(self, manifests, listeners, endpoints):
        """The configuration, and what weir says that it leaves out."""
        places = [f"--listen={key}={place}" for key, place in listeners.items()]
        places += [f"--endpoint={key}={place}" for key, place in endpoints.items()]
        done = self.run(["export", "envoy", *self.dialect, *places], manifests)
        return done.stdout, done.stderr


class RefusedManifests(Exception):
    """weir left an object out because an API server would refuse it."""


def as_list(manifests):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}, indent=1)


def record(namespace, request):
    """The request record (docs/contract: what `weir route --requests` reads) of a request to a set's Gateway."""
    return {"gateway": f"{namespace}/gw", "protocol": "HTTP", **request}
