"""Shoppers that arrive as a Poisson process, whatever the server does, over a changing set of keep-alive connections.

usage: shoppers.py PORT RATE SECONDS
"""

import asyncio
import random
import sys

AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "Mozilla/5.0 (Macintosh) Safari/605.1",
    "storefront-app/4.2",
]
STATIC = ["site.css", "shop.js", "logo.svg"]
REQUESTS_PER_CONNECTION = 25  # on average, then it is closed
PIPELINES_PER_SECOND = 0.2  # bursts of three requests sent at once on one connection


def request(method, host, path, headers=(), body=b""):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return method, ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def shopper_request():
    """One request of the mix: about three quarters are the store's, a quarter payments, a few are strays."""
    agent = f"User-Agent: {random.choice(AGENTS)}"
    item = random.randrange(1, 60)
    # One in twenty is a tester who asks for the new cart by a header.
    cart = [agent, "version: two"] if random.random() < 0.05 else [agent]
    store, pay = "store.example.com", "pay.example.com"
    json = [agent, "Content-Type: application/json"]
    key = f"Idempotency-Key: {random.randrange(1 << 32):08x}"
    draws = [
        (24, lambda: request("GET", store, "/", [agent])),
        (5, lambda: request("GET", store, f"/search?q=item{item}&page={random.randrange(1, 4)}", [agent])),
        (15, lambda: request("GET", store, "/cart", cart)),
        (4, lambda: request("GET", store, f"/cart?id={item}&currency=EUR", cart)),
        (6, lambda: request("GET", store, f"/cart/items/{item}", cart)),
        (7, lambda: request("POST", store, f"/cart/items/{item}", [*cart, json[1]], b'{"quantity":1}')),
        (2, lambda: request("DELETE", store, f"/cart/items/{item}", cart)),
        (10, lambda: request("GET", store, f"/static/{random.choice(STATIC)}", [agent])),
        (3, lambda: request("GET", store, "/checkout", [agent])),
        (16, lambda: request("POST", pay, "/api/charge", [*json, key], b'{"order":%d,"cents":1999}' % item)),
        (3, lambda: request("POST", pay, "/api/refund", [*json, key], b'{"order":%d}' % item)),
        (2, lambda: request("GET", pay, "/health", ["User-Agent: probe/1.0"])),
        (0.5, lambda: request("GET", pay, "/admin", [agent])),
        (1.5, lambda: request("GET", "blog.example.com", random.choice(["/", "/feed.xml"]), [agent])),
        (0.5, lambda: request("GET", "127.0.0.1:8080", "/", ["User-Agent: probe/1.0"])),
    ]
    weights = [weight for weight, _ in draws]
    return random.choices([draw for _, draw in draws], weights)[0]()


async def read_response(reader, method):
    """Reads one response whole; False when the server is going to close the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if method != "HEAD" and status not in (204, 304):
        if headers.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        else:
            await reader.readexactly(int(headers.get("content-length", 0)))
    return headers.get("connection") != "close"


class Shoppers:
    def __init__(self, port):
        self.port = port
        self.idle = []
        self.sent = 0
        self.failed = 0

    async def exchange(self, requests):
        """Sends the requests at once on one connection, idle or new, and reads their answers in order."""
        self.sent += len(requests)
        try:
            reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"".join(text for _, text in requests))
            stays = True
            for method, _ in requests:
                stays = await asyncio.wait_for(read_response(reader, method), 10) and stays
            if stays and random.random() > 1 / REQUESTS_PER_CONNECTION:
                self.idle.append((reader, writer))
            else:
                writer.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            self.failed += 1

    async def arrive(self, rate, seconds):
        loop = asyncio.get_running_loop()
        start = at = loop.time()
        tasks = []
        while True:
            at += random.expovariate(rate)
            if at > start + seconds:
                break
            await asyncio.sleep(max(0, at - loop.time()))
            pipelined = random.random() < PIPELINES_PER_SECOND / rate
            tasks.append(asyncio.create_task(self.exchange([shopper_request() for _ in range(3 if pipelined else 1)])))
        await asyncio.gather(*tasks)
        for _, writer in self.idle:
            writer.close()
        print(f"shoppers: {self.sent} requests sent, {self.failed} exchanges failed")


asyncio.run(Shoppers(int(sys.argv[1])).arrive(float(sys.argv[2]), float(sys.argv[3])))
