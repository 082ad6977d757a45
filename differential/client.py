"""Sends requests over HTTP/1.1 connections that stay open, one request under way on each."""

import asyncio


def encode(request):
    """The request's head. There is no body, and no header that the request does not name."""
    lines = [f"{request['method']} {request['path']} HTTP/1.1", f"Host: {request['host']}"]
    lines += [f"{name}: {value}" for name, value in request["headers"]]
    if request["method"] in ("POST", "PUT", "DELETE"):
        lines.append("Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_answer(reader, method):
    """Status and headers of one answer; nil where the connection ended before it."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
    fields = dict(headers)
    if method != "HEAD":
        if fields.get("transfer-encoding") == "chunked":
            while True:
                size = int(await reader.readline(), 16)
                await reader.readexactly(size + 2)
                if not size:
                    break
        else:
            await reader.readexactly(int(fields.get("content-length", 0)))
    return {"status": int(head[0].split(" ", 2)[1]), "headers": headers}


async def send_all(address, port, requests, timeout=30):
    """The answers to `requests`, in order; nil for those that ended the connection instead of being answered."""
    answers, connection = [], None
    for request in requests:
        # A connection that the proxy closed while it was idle is no answer: the second one is fresh.
        for _ in range(2):
            fresh = connection is None
            reader, writer = connection or await asyncio.open_connection(address, port)
            connection = (reader, writer)
            writer.write(encode(request))
            answer = await asyncio.wait_for(read_answer(reader, request["method"]), timeout)
            if answer is None or dict(answer["headers"]).get("connection", "").lower() == "close":
                writer.close()
                connection = None
            if answer is not None or fresh:
                break
        answers.append(answer)
    if connection:
        connection[1].close()
    return answers


async def send_batches(batches, parallel=24):
    """`batches` are (address, port, requests); gives the answers of each."""
    gate = asyncio.Semaphore(parallel)

    async def one(batch):
        async with gate:
            return await send_all(*batch)

    return await asyncio.gather(*(one(batch) for batch in batches))
