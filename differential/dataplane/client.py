"""Sends an experiment's requests at their times and notes what became of each."""

import asyncio

from .outcome import Answer
from .setup import HOST


class Connection(asyncio.Protocol):
    """One request at a time, answers without a body or with a length."""

    def connection_made(self, transport):
        self.transport, self.buffer, self.waiting = transport, b"", None

    def data_received(self, data):
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end or self.waiting is None:
            return
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if len(rest) < int(headers.get("content-length", 0)):
            return
        self.buffer, waiting, self.waiting = b"", self.waiting, None
        if not waiting.done():
            waiting.set_result((int(lines[0].split(" ")[1]), headers))

    def connection_lost(self, _):
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((0, {}))

    async def ask(self, target, number, client, further=""):
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write((
            f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nX-Request: {number}\r\nX-Client: {client}\r\n{further}\r\n"
        ).encode())
        return await self.waiting


class Driver:
    """A client of the proxy: any number of connections, one used anew when its answer is there."""

    def __init__(self, address, port):
        self.address, self.port = address, port
        self.idle = []
        self.cookies = {}
        self.keeps_cookies = False

    async def connect(self, count):
        """Connections that no request has to wait for."""
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, connection = await loop.create_connection(Connection, self.address, self.port)
            self.idle.append(connection)

    async def ask(self, number, request, begun):
        loop = asyncio.get_running_loop()
        if not self.idle:
            await self.connect(1)
        connection = self.idle.pop()
        cookie = self.cookies.get(request.client) if self.keeps_cookies else None
        sent = loop.time()
        status, headers = await connection.ask(
            request.path, number, request.client, f"Cookie: {cookie}\r\n" if cookie else "")
        if self.keeps_cookies and "set-cookie" in headers:
            self.cookies[request.client] = headers["set-cookie"].split(";")[0]
        if status and headers.get("connection") != "close" and not connection.transport.is_closing():
            self.idle.append(connection)
        else:
            connection.transport.close()
        host = headers.get("x-host")
        return Answer(sent - begun, status, loop.time() - sent, int(host) if host is not None else None)

    async def paced(self, requests, begun):
        loop = asyncio.get_running_loop()
        under_way = []
        for number, request in enumerate(requests):
            delay = begun + request.at - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            under_way.append(asyncio.ensure_future(self.ask(number, request, begun)))
        return await asyncio.gather(*under_way)

    async def one_by_one(self, requests, begun):
        return [await self.ask(number, request, begun) for number, request in enumerate(requests)]

    def close(self):
        for connection in self.idle:
            connection.transport.close()
