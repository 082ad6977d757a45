"""Traefik with its own Gateway API provider."""

import asyncio
import contextlib
import pathlib
import tempfile
import time

from .client import send_all
from .compare import observed
from .harness import Harness
from .kubernetes import serving
from .processes import ECHO_ADDRESSES, installed, require_free, running, wait_for
from .statuses import differences

CONTROLLER = "traefik.io/gateway-controller"
#: Traefik knows a Gateway by its ports alone, so that every set has its own.
FIRST_PORT = 20000
PORTS_OF_A_SET = 2
SENTINEL = {"port": 19999, "host": "sentinel.test", "path": "/sentinel", "method": "GET", "headers": []}


def ports_of_set(place):
    return [FIRST_PORT + place * PORTS_OF_A_SET + number for number in range(PORTS_OF_A_SET)]


def slices(namespace, echo_port):
    """Where the backends are. weir needs none: a Service without slices counts as ready."""
    return [
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {
             "name": f"{service}-1", "namespace": namespace, "labels": {"kubernetes.io/service-name": service}},
         "ports": [{"name": "", "port": echo_port, "protocol": "TCP"}],
         "endpoints": [{"addresses": [address], "conditions": {"ready": True}}]}
        for service, address in ECHO_ADDRESSES.items()]


def sentinel(echo_port):
    """A set that answers once Traefik has taken up everything."""
    namespace = "sentinel"
    metadata = {"name": "gw", "namespace": namespace}
    api = "gateway.networking.k8s.io/v1"
    return [
        {"apiVersion": api, "kind": "Gateway", "metadata": metadata,
         "spec": {"gatewayClassName": "differential", "listeners": [
             {"name": "l0", "port": SENTINEL["port"], "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "Same"}}}]}},
        {"apiVersion": api, "kind": "HTTPRoute", "metadata": metadata,
         "spec": {
             "parentRefs": [{"name": "gw", "group": "gateway.networking.k8s.io", "kind": "Gateway"}],
             "rules": [{
                 "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                 "backendRefs": [{"name": "a", "port": 80, "group": "", "kind": "Service", "weight": 1}]}]}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": namespace},
         "spec": {"ports": [{"port": 80, "protocol": "TCP"}]}},
        *slices(namespace, echo_port)[:1]]


def wait_until_served(process, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        wait_for("127.0.0.1", SENTINEL["port"], process)
        answer = asyncio.run(send_all("127.0.0.1", SENTINEL["port"], [SENTINEL]))[0]
        if observed(answer)["action"] == "forward":
            return
        time.sleep(0.1)
    raise RuntimeError("traefik does not serve the manifests")


class TraefikHarness(Harness):
    """Sets of ports of their own, and the statuses that Traefik wrote, compared with weir's."""

    def __init__(self, weir, echo_port):
        super().__init__(weir, Traefik(), echo_port, CONTROLLER)

    def set_options(self, place, options):
        return {**options, "ports": ports_of_set(place)}

    def relocated(self, manifests, request, place):
        manifests, request = super().relocated(manifests, request, place)
        ports = ports_of_set(place)
        for listener in manifests[0]["spec"]["listeners"]:
            listener["port"] = ports[(listener["port"] - FIRST_PORT) % PORTS_OF_A_SET]
        request["port"] = ports[(request["port"] - FIRST_PORT) % PORTS_OF_A_SET]
        return manifests, request

    def compare(self, sets, requests):
        found = super().compare(sets, requests)
        for one in self.weir.status(self.objects(sets))["resources"]:
            metadata = one["metadata"]
            written = self.proxy.statuses.get((one["kind"], metadata.get("namespace"), metadata["name"]))
            for title, name in differences(one, written):
                self.counts.statuses.setdefault(title, []).append(name)
        return found


class Traefik:
    """A running Traefik; keeps the statuses that it wrote."""

    def __init__(self):
        self.statuses = {}

    @contextlib.contextmanager
    def __call__(self, weir, objects, sets, echo_port):
        # weir gives what has a status with the defaults that an API server would fill in; the others need none here.
        filled = weir.status(objects)["resources"]
        kinds = {one["kind"] for one in filled}
        objects = [*filled, *(one for one in objects if one["kind"] not in kinds), *sentinel(echo_port)]
        for namespace in sets:
            objects += slices(namespace, echo_port)
        ports = sorted({
            listener["port"] for one in objects if one["kind"] == "Gateway" for listener in one["spec"]["listeners"]})
        require_free(ports)
        with tempfile.TemporaryDirectory(prefix="weir-differential-") as folder, serving(objects) as (store, url):
            log = pathlib.Path(folder) / "traefik.log"
            command = [
                installed("traefik"), "--log.level=ERROR", "--providers.providersthrottleduration=100ms",
                "--providers.kubernetesgateway=true", f"--providers.kubernetesgateway.endpoint={url}",
                "--providers.kubernetesgateway.token=none", "--providers.kubernetesgateway.qps=-1",
                "--global.checknewversion=false", "--global.sendanonymoususage=false",
                *(f"--entrypoints.e{port}.address=127.0.0.1:{port}" for port in ports)]
            try:
                with running(command, log, cwd=folder) as process:
                    wait_until_served(process)
                    for port in ports:
                        wait_for("127.0.0.1", port, process)
                    self.statuses = {
                        (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]): one.get("status")
                        for one in store.objects.values()}
                    yield {
                        f"{namespace}/gw:{port}": ("127.0.0.1", port)
                        for namespace, manifests in sets.items()
                        for port in {listener["port"] for listener in manifests[0]["spec"]["listeners"]}}, ""
            except RuntimeError as error:
                raise RuntimeError(f"{error}: {log.read_text()[-3000:]}") from error
