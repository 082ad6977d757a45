"""Envoy with the configuration that weir exports."""

import contextlib
import json
import pathlib
import tempfile

from .processes import ECHO_ADDRESSES, free_port, installed, running, wait_for


def places(sets):
    """An address for every port of every set's Gateway: `namespace/gw:port` to an address, one port for all."""
    found = {}
    for number, manifests in enumerate(sets.values()):
        gateway = manifests[0]
        namespace = gateway["metadata"]["namespace"]
        ports = sorted({listener["port"] for listener in gateway["spec"]["listeners"]})
        for place, port in enumerate(ports):
            found[f"{namespace}/gw:{port}"] = f"127.77.{number >> 5}.{(number & 31) * 4 + place + 1}"
    return found


def reversed_routes(configuration):
    bootstrap = json.loads(configuration)
    for listener in bootstrap["static_resources"]["listeners"]:
        for host in listener["filter_chains"][0]["filters"][0]["typed_config"]["route_config"].get("virtual_hosts", []):
            host.get("routes", []).reverse()
    return json.dumps(bootstrap)


@contextlib.contextmanager
def envoy(weir, objects, sets, echo_port, tamper=False):
    """A running Envoy that serves all `sets`; gives where each Gateway's port is, and what the export left out.

    With `tamper` Envoy asks the matches in the wrong order: a harness that finds no difference then is broken.
    """
    addresses = places(sets)
    port = free_port(next(iter(addresses.values())))
    listeners = {key: f"{address}:{port}" for key, address in addresses.items()}
    endpoints = {
        f"{namespace}/{service}:80": f"{address}:{echo_port}"
        for namespace in sets for service, address in ECHO_ADDRESSES.items()}
    configuration, notes = weir.export_envoy(objects, listeners, endpoints)
    if tamper:
        configuration = reversed_routes(configuration)
    with tempfile.TemporaryDirectory(prefix="weir-differential-") as folder:
        file, log = pathlib.Path(folder) / "envoy.json", pathlib.Path(folder) / "envoy.log"
        file.write_text(configuration)
        command = [
            installed("envoy"), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "2", "--log-level", "error",
            "--disable-hot-restart"]
        try:
            with running(command, log) as process:
                for address in addresses.values():
                    wait_for(address, port, process)
                yield {key: (address, port) for key, address in addresses.items()}, notes
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {log.read_text()[-2000:]}") from error
