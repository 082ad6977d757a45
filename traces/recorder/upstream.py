"""The application behind nginx: every answer takes a lognormal time, and about one in a hundred fails.

usage: upstream.py PORT
"""

import math
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# (first bytes of the path, mean service time in seconds, coefficient of variation); the first that fits stands.
SERVICE_TIMES = [
    ("/health", 0.001, 0.3),
    ("/api/charge", 0.045, 0.8),
    ("/api/refund", 0.030, 0.6),
    ("/cart", 0.025, 1.0),
    ("/", 0.020, 1.0),
]
STREAMED_PART = 0.2  # of the time of a cart, spent between its first bytes and its last
ERROR_RATIO = 0.007  # answers 500
BREAK_RATIO = 0.003  # closes without an answer, which nginx reports as 502


def service_time(path: str) -> float:
    mean, cv = next((mean, cv) for prefix, mean, cv in SERVICE_TIMES if path.startswith(prefix))
    variance = math.log(1 + cv * cv)
    return min(random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance)), 1.0)


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Nothing leaves before a flush, and then at once: a delayed acknowledgement would add 40 ms of its own.
    wbufsize = -1
    disable_nagle_algorithm = True

    def answer(self) -> None:
        self.consume_body()
        path = self.path.split("?")[0]
        duration = service_time(path)
        streamed = path == "/cart" and self.command == "GET"
        time.sleep(duration * (1 - STREAMED_PART) if streamed else duration)
        draw = random.random()
        if path != "/health" and draw < BREAK_RATIO:
            self.close_connection = True
            return
        if path != "/health" and draw < BREAK_RATIO + ERROR_RATIO:
            self.reply(500, b'{"error":"internal"}\n')
        elif path.startswith("/cart/items/") and path.endswith("0"):
            self.reply(404, b'{"error":"no such item"}\n')
        elif streamed:
            parts = [b'{"items":[', b'{"id":17,"quantity":1},', b'{"id":23,"quantity":2}', b"]}\n"]
            self.reply_chunked(parts, duration * STREAMED_PART)
        elif self.command == "POST" and path.startswith("/cart/items"):
            self.reply(201, b'{"added":true}\n')
        elif self.command == "DELETE":
            self.reply(204, b"")
        elif path.startswith("/api/"):
            self.reply(200, b'{"accepted":true}\n')
        elif path == "/health":
            self.reply(200, b"ok\n")
        else:
            self.reply(200, b"<!doctype html><title>store</title><h1>Welcome</h1>\n" * 4)

    do_GET = do_HEAD = do_POST = do_DELETE = answer

    def consume_body(self) -> None:
        # nginx has taken any chunked upload apart and sends its length.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json" if body[:1] == b"{" else "text/html")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)
        self.wfile.flush()

    def reply_chunked(self, parts: list[bytes], duration: float) -> None:
        """Sends the first part at once and the others after the duration."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for index, part in enumerate(parts):
            if index == 1:
                self.wfile.flush()
                time.sleep(duration)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("127.0.0.1", int(sys.argv[1])), Application).serve_forever()
