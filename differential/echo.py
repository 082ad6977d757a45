"""Backends: one process that answers at many loopback addresses and says in a header what it was sent and where."""

import asyncio
import json
import sys


class Echo(asyncio.Protocol):
    """Requests without a body, any number of them on one connection."""

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""
        self.address = transport.get_extra_info("sockname")[0]

    def data_received(self, data):
        self.buffer += data
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self.buffer = rest
            self.transport.write(self.answer(head.decode("latin-1").split("\r\n")))

    def answer(self, lines):
        method, target, _ = lines[0].split(" ", 2)
        headers = [[name, value.strip()] for name, _, value in (line.partition(":") for line in lines[1:])]
        echo = json.dumps({"backend": self.address, "method": method, "path": target, "headers": headers})
        return (
            f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Resp-A: original\r\nX-Echo: {echo}\r\n\r\n").encode("latin-1")


async def serve(addresses, port):
    loop = asyncio.get_running_loop()
    for address in addresses:
        await loop.create_server(Echo, address, port, backlog=512)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[2:], int(sys.argv[1])))
