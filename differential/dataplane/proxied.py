"""An experiment in Envoy: weir's export of the manifests, completed with the policy, hosts that do as the events say."""

import asyncio
import contextlib
import json
import os
import pathlib
import socket
import tempfile
import urllib.request

from ..processes import installed, running, wait_for
from ..weir import Weir
from . import policy
from .client import Driver
from .outcome import Outcome
from .setup import GATEWAY
from .upstreams import Hosts

ADDRESS = "127.79.255.1"
#: Envoy's counters of a cluster by the names of weir's result.
COUNTERS = {
    "upstream_rq_pending_overflow": "pendingOverflows", "upstream_rq_active_overflow": "requestOverflows",
    "upstream_rq_retry_overflow": "retryOverflows",
    "upstream_cx_total": "connectionsOpened", "upstream_cx_connect_fail": "connectFailures",
    "upstream_cx_overflow": "connectionOverflows", "upstream_rq_retry": "retries",
    "outlier_detection.ejections_enforced_total": "ejections", "outlier_detection.ejections_overflow": "ejectionOverflows",
    "upstream_cx_none_healthy": "noHealthyReplica", "lb_healthy_panic": "inPanic"}


def free_port(address):
    """One below the range that the system takes ports of outgoing connections from."""
    for port in range(21000, 32000):
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind((address, port))
            return port
    raise RuntimeError("no port is free")


class Proxied:
    """A real Envoy for one experiment."""

    def __init__(self, weir):
        self.weir = weir

    def configuration(self, setup, port, admin, hosts, folder, adjust):
        text, _ = Weir(self.weir.path, setup.dialect).export_envoy(
            setup.manifests(), {f"{GATEWAY}:80": f"{ADDRESS}:{port}"},
            {f"lab/{name}:80": f"127.0.0.1:{hosts.port}" for name in setup.services})
        bootstrap = json.loads(text)
        bootstrap["node"] = {**bootstrap.get("node", {}), "id": "lab", "cluster": "lab"}
        bootstrap["admin"] = {"address": {"socket_address": {"address": ADDRESS, "port_value": admin}}}
        by_name = {f"lab/{name}:80": name for name in setup.services}
        for cluster in bootstrap["static_resources"]["clusters"]:
            name = by_name.get(cluster["name"])
            if name:
                cluster.update(policy.cluster(setup.policy_of(name)))
                cluster.pop("load_assignment", None)
                cluster["type"] = "EDS"
                file = folder / f"{name}.json"
                cluster["eds_cluster_config"] = {"eds_config": {
                    "resource_api_version": "V3", "path_config_source": {"path": str(file)}}}
                write_endpoints(file, cluster["name"], setup, name, hosts, setup.services[name].count)
        for listener in bootstrap["static_resources"]["listeners"]:
            for filters in listener.get("filter_chains", []):
                manager = filters["filters"][0]["typed_config"]
                for virtual in manager.get("route_config", {}).get("virtual_hosts", []):
                    for route in virtual.get("routes", []):
                        if "route" in route:
                            policy.route(route["route"], setup.policy)
        if adjust:
            adjust(bootstrap)
        return bootstrap

    async def run(self, setup, connections=1, adjust=None, during=None, cookies=False, settle=0, linger=0):
        """The outcome in Envoy.

        `adjust` changes the configuration; `during` is run beside the requests with the session; `settle` is how many seconds
        Envoy has known its hosts before the first request, `linger` how many it runs on after the last answer.
        """
        with tempfile.TemporaryDirectory(prefix="weir-dataplane-") as folder:
            folder = pathlib.Path(folder)
            log = []
            hosts = Hosts(setup, free_port("127.79.0.1"), log)
            port = free_port(ADDRESS)
            admin = next(one for one in range(port + 1, 65535) if is_free(one))
            file, output = folder / "envoy.json", folder / "envoy.log"
            await hosts.open()
            try:
                file.write_text(json.dumps(self.configuration(setup, port, admin, hosts, folder, adjust)))
                # One worker: pools, turns and accounts are each worker's own.
                command = [installed("envoy"), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "1",
                           "--log-level", "warn", "--disable-hot-restart"]
                with running(command, output) as process:
                    await asyncio.to_thread(wait_for, ADDRESS, port, process)
                    session = Session(setup, hosts, folder, port, admin, log)
                    await session.ready()
                    await asyncio.sleep(settle)
                    return await session.drive(connections, during, cookies, linger)
            except RuntimeError as error:
                raise RuntimeError(f"{error}: {output.read_text()[-3000:] if output.exists() else ''}") from error
            finally:
                await hosts.close()


def is_free(port):
    with socket.socket() as one, contextlib.suppress(OSError):
        one.bind((ADDRESS, port))
        return True
    return False


def write_endpoints(file, cluster, setup, name, hosts, count):
    zones = setup.services[name].zones
    members = hosts.by_service[name][:count]
    groups = []
    policy_ = setup.policy_of(name)
    weights = policy_.get("endpointWeights", [1])
    for place, (zone, number) in enumerate((zones or {"": count}).items()):
        own, members = (members[:number], members[number:]) if zones else (members, [])
        groups.append({
            "locality": {"zone": zone}, "priority": place if policy_.get("locality") == "failover" else 0,
            "load_balancing_weight": policy_.get("localityWeights", {}).get(zone, 1),
            "lb_endpoints": [{
                "load_balancing_weight": weights[host.number % len(weights)],
                "endpoint": {"address": {"socket_address": {"address": host.address, "port_value": host.port}}},
            } for host in own]})
    assignment = {
        "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": cluster,
        "endpoints": groups}
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"version_info": str(count), "resources": [assignment]}))
    # Envoy looks at files that are moved to their place.
    os.replace(new, file)


class Session:
    """An Envoy that runs."""

    def __init__(self, setup, hosts, folder, port, admin, log):
        self.setup, self.hosts, self.folder, self.log = setup, hosts, folder, log
        self.admin, self.driver = admin, Driver(ADDRESS, port)

    async def admin_text(self, path):
        def ask():
            with urllib.request.urlopen(f"http://{ADDRESS}:{self.admin}{path}", timeout=10) as answer:
                return answer.read().decode()
        return await asyncio.to_thread(ask)

    async def stats(self):
        """Envoy's numbers of each cluster."""
        found = {}
        for one in json.loads(await self.admin_text("/stats?format=json&filter=^cluster%5C."))["stats"]:
            if "value" in one:
                found[one["name"].removeprefix("cluster.")] = one["value"]
        return found

    async def stat(self, service, name):
        # Envoy writes `:` in the names of its numbers as `_`.
        return (await self.stats()).get(f"lab/{service}_80.{name}", 0)

    async def ready(self):
        """Until hosts are known, and where they are probed found healthy."""
        for _ in range(200):
            stats = await self.stats()
            if all(stats.get(f"lab/{name}_80.membership_healthy") == service.count
                   for name, service in self.setup.services.items()):
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"Envoy does not find its hosts: {stats}")

    async def drive(self, connections, during, cookies, linger):
        loop = asyncio.get_running_loop()
        self.driver.keeps_cookies = cookies
        await self.driver.connect(connections)
        before = await self.stats()
        self.begun = loop.time() + 0.02
        tasks = [asyncio.ensure_future(self.happens(event, number))
                 for number, event in enumerate(self.setup.events)]
        if during:
            tasks.append(asyncio.ensure_future(during(self)))
        send = self.driver.paced if self.setup.paced else self.driver.one_by_one
        await asyncio.sleep(0.02)
        answers = await send(self.setup.requests, self.begun)
        await asyncio.sleep(linger)
        for task in tasks:
            if not task.done():
                task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, asyncio.CancelledError):
                raise result
        await asyncio.sleep(0.05)
        after = await self.stats()
        self.driver.close()
        return self.outcome(answers, before, after)

    async def happens(self, event, number):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(self.begun + event.get("at", 0) - loop.time(), 0))
        if "scale" in event:
            name = event["service"]
            write_endpoints(
                self.folder / f"{name}.json", f"lab/{name}:80", self.setup, name, self.hosts, event["scale"]["replicas"])
            return
        await self.hosts.begin(event, number)
        if "for" in event:
            await asyncio.sleep(max(self.begun + event.get("at", 0) + event["for"] - loop.time(), 0))
            await self.hosts.end(event, number)

    def outcome(self, answers, before, after):
        counters = {}
        for name in self.setup.services:
            for key, known in COUNTERS.items():
                full = f"lab/{name}_80.{key}"
                counters[known] = counters.get(known, 0) + after.get(full, 0) - before.get(full, 0)
        attempts = {name: sum(1 for one in self.log if one.service == name) for name in self.setup.services}
        made = Outcome(answers, attempts, counters, self.log)
        made.reached, made.accepted, made.stats, made.begun = attempts, self.hosts.connections(), after, self.begun
        return made
