"""An HTTP/2 host (RFC 9113) without a header decoder: every request gets the same answer, whatever its headers say."""

import asyncio

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, RESET, SETTINGS, PING = 1, 3, 4, 6
END_STREAM, ACK = 1, 1
#: `:status` 200 and 503 of the static table (RFC 7541, appendix A) where there is an entry; else as a literal.
INDEXED = {200: 8, 204: 9, 206: 10, 304: 11, 400: 12, 404: 13, 500: 14}


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def status_block(status):
    if status in INDEXED:
        return bytes([0x80 | INDEXED[status]])
    return bytes([0x08, 3]) + str(status).encode()


class HTTP2Host(asyncio.Protocol):
    """Requests without a body. Which request it is stays unknown: the log has -1."""

    def __init__(self, host):
        self.host, self.buffer, self.begun, self.cancelled = host, b"", False, set()

    def connection_made(self, transport):
        self.transport, self.number = transport, self.host.connected(transport)
        transport.write(frame(SETTINGS, 0, 0))

    def connection_lost(self, _):
        self.host.gone(self.transport)

    def data_received(self, data):
        self.buffer += data
        if not self.begun:
            if len(self.buffer) < len(PREFACE):
                return
            self.buffer, self.begun = self.buffer[len(PREFACE):], True
        while len(self.buffer) >= 9:
            length = int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) < 9 + length:
                return
            kind, flags = self.buffer[3], self.buffer[4]
            stream = int.from_bytes(self.buffer[5:9], "big") & 0x7FFFFFFF
            payload, self.buffer = self.buffer[9:9 + length], self.buffer[9 + length:]
            self.framed(kind, flags, stream, payload)

    def framed(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            self.transport.write(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.transport.write(frame(PING, ACK, 0, payload))
        elif kind == RESET:
            self.cancelled.add(stream)
        elif kind == HEADERS:
            self.host.saw(-1, self.number)
            if self.host.delay > 0:
                asyncio.get_running_loop().call_later(self.host.delay, self.answer, stream)
            else:
                self.answer(stream)

    def answer(self, stream):
        if stream in self.cancelled or self.transport.is_closing():
            self.cancelled.discard(stream)
            return
        block = status_block(self.host.status)
        self.transport.write(frame(HEADERS, 4 | END_STREAM, stream, block))
