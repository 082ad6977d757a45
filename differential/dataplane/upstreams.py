"""Hosts behind the proxy: each at an address of its own, in this process, and made to fail as the experiment says."""

import asyncio
import collections
import dataclasses
import socket
import struct

from .http2 import HTTP2Host

PROBE = "/healthz"


@dataclasses.dataclass
class Seen:
    """A request that reached a host."""

    at: float
    service: str
    host: int
    request: int
    connection: int


class Host:
    """One replica: what it answers, and after how long."""

    def __init__(self, service, number, address, port, seen, time, version):
        self.service, self.number, self.address, self.port = service, number, address, port
        self.seen, self.time, self.version = seen, time, version
        self.statuses, self.factors = [], []
        self.server, self.transports, self.connections, self.fillers = None, set(), 0, []
        self.silent = False
        self.probes = []

    async def open(self):
        self.silence_ends()
        loop = asyncio.get_running_loop()
        kind = HTTP2Host if self.version == "http2" else HTTP1Host
        self.server = await loop.create_server(lambda: kind(self), self.address, self.port, backlog=512)

    async def refuse(self):
        """Gone: connections are reset, and new ones refused."""
        if self.server:
            self.server.close()
            self.server = None
        for transport in list(self.transports):
            reset(transport)
        self.transports.clear()

    async def fall_silent(self):
        """Gone without a word: a full backlog leaves the first packet of a connection unanswered."""
        self.silent = True
        if self.server:
            self.server.close()
            self.server = None
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, self.port))
        listener.listen(0)
        self.fillers = [listener]
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex((self.address, self.port))
            self.fillers.append(filler)

    def silence_ends(self):
        self.silent = False
        for one in self.fillers:
            one.close()
        self.fillers = []

    async def close(self):
        await self.refuse()
        self.silence_ends()

    @property
    def status(self):
        return self.statuses[0][1] if self.statuses else 200

    @property
    def delay(self):
        delay = self.time
        for _, factor in self.factors:
            delay *= factor
        return delay

    def connected(self, transport):
        self.transports.add(transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections += 1
        return self.connections

    def gone(self, transport):
        self.transports.discard(transport)

    def saw(self, request, connection):
        at = asyncio.get_running_loop().time()
        self.seen.append(Seen(at, self.service, self.number, request, connection))

    def probed(self):
        self.probes.append(asyncio.get_running_loop().time())


def reset(transport):
    one = transport.get_extra_info("socket")
    if one is not None:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class HTTP1Host(asyncio.Protocol):
    """Requests without a body, one at a time on a connection."""

    def __init__(self, host):
        self.host, self.buffer = host, b""

    def connection_made(self, transport):
        self.transport, self.number = transport, self.host.connected(transport)

    def connection_lost(self, _):
        self.host.gone(self.transport)

    def data_received(self, data):
        if self.host.silent:
            return
        self.buffer += data
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self.buffer = rest
            self.asked(head.decode("latin-1").split("\r\n"))

    def asked(self, lines):
        if lines[0].split(" ")[1].startswith(PROBE):
            self.host.probed()
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        self.host.saw(int(headers.get("x-request", -1)), self.number)
        loop = asyncio.get_running_loop()
        if self.host.delay > 0:
            loop.call_later(self.host.delay, self.answer)
        else:
            self.answer()

    def answer(self):
        if self.transport.is_closing() or self.host.silent:
            return
        self.transport.write(
            f"HTTP/1.1 {self.host.status} Status\r\nContent-Length: 0\r\nX-Host: {self.host.number}\r\n\r\n".encode())


class Hosts:
    """All hosts of a setup. `apply` carries out one of its events."""

    def __init__(self, setup, port, log):
        self.setup, self.port, self.log = setup, port, log
        self.by_service = {}
        for place, (name, service) in enumerate(setup.services.items()):
            version = setup.policy_of(name).get("connections", {}).get("protocol", "http1")
            most = max([service.count] + [
                event["scale"]["replicas"] for event in setup.events
                if event["service"] == name and "scale" in event])
            self.by_service[name] = [
                Host(name, number, f"127.79.{place}.{number + 1}", port, log, service.time, version)
                for number in range(most)]

    async def open(self):
        for host in self:
            await host.open()

    async def close(self):
        for host in self:
            await host.close()

    def __iter__(self):
        return (host for hosts in self.by_service.values() for host in hosts)

    def connections(self):
        """How many connections hosts have accepted, by service."""
        counts = collections.Counter()
        for host in self:
            counts[host.service] += host.connections
        return dict(counts)

    async def begin(self, event, number):
        hosts = self.hit(event)
        if "errors" in event:
            for host in hosts:
                host.statuses.append((number, event["errors"]["status"]))
                host.statuses.sort()
        if "slow" in event:
            for host in hosts:
                host.factors.append((number, event["slow"]["factor"]))
        if "fail" in event:
            for host in hosts:
                await (host.fall_silent() if event["fail"].get("silent") else host.refuse())

    async def end(self, event, number):
        hosts = self.hit(event)
        for host in hosts:
            host.statuses = [one for one in host.statuses if one[0] != number]
            host.factors = [one for one in host.factors if one[0] != number]
            if "fail" in event:
                for transport in list(host.transports):
                    reset(transport)
                await host.open()

    def hit(self, event):
        hosts = self.by_service[event["service"]]
        for change in ("errors", "slow", "fail"):
            if change in event:
                return hosts[:event[change].get("replicas", len(hosts))]
        return []
