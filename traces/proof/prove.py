#!/usr/bin/env python3
"""Holds weir's replay of a real capture against what real proxies did: their own access logs are the judge.

    traces/proof/prove.py [--requests 3000] [--proxies nginx,envoy] [--weir .build/release/weir]

Starts five small backends, nginx (and Envoy, where differential/install.sh has installed it), sends random requests over
kept-alive connections on loopback, captures them with tcpdump, and asks `weir replay` what each of them gets. For every
request the decision must hold what the proxy's log says: the backend, or the status and Location of its own answer. The
latency that weir reads from the packets must lie within a millisecond of the proxy's own. Needs root, for tcpdump.
"""

import argparse
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from differential.processes import free_port, running, wait_for  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
BACKENDS = ["front", "cart-v1", "cart-v2", "orders", "api"]
HOSTS = ["store.example.com", "store.example.com", "store.example.com", "a.example.com", "b.example.com",
         "x.y.example.com", "example.com", "other.test"]
PATHS = ["/", "/cart", "/cart/7?x=1", "/carton", "/orders", "/orders/9", "/ordersx", "/healthz", "/healthz/x", "/checkout",
         "/checkout/now?a=b", "/api", "/api/v1/users", "/apis", "/static/a.css"]


def urgent():
    """Lets a proxy run as soon as a packet is there: on a busy machine the wait for a processor, which lies before the proxy's
    clock starts, would be taken for a difference between the clocks."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))


class Backend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(random.choice([0, 0.001, 0.004, 0.012]))
        body = b"x" * random.choice([0, 20, 3000, 40000])
        self.send_response(random.choice([200] * 9 + [503]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def backends():
    servers = {}
    for name in BACKENDS:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers[name] = server
    try:
        yield {name: server.server_address[1] for name, server in servers.items()}
    finally:
        for server in servers.values():
            server.shutdown()


@contextlib.contextmanager
def nginx(folder, places, port, log, weir):
    upstreams = "\n".join(f"    upstream {name} {{ server 127.0.0.1:{place}; keepalive 16; }}" for name, place in places.items())
    text = (HERE / "nginx.conf").read_text()
    for key, value in {"FOLDER": folder, "PORT": port, "LOG": log, "UPSTREAMS": upstreams}.items():
        text = text.replace(f"@{key}@", str(value))
    (folder / "nginx.conf").write_text(text)
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx-error.log")]
    with running(command, folder / "nginx-output.log", preexec_fn=urgent) as process:
        wait_for("127.0.0.1", port, process)
        yield


@contextlib.contextmanager
def envoy(folder, places, port, log, weir):
    """Envoy with the configuration that weir exports, and a log of its own."""
    command = [weir, "export", "envoy", "-f", str(HERE / "manifests.yaml"), "--listen", f"infra/edge:80=127.0.0.1:{port}"]
    for name, place in places.items():
        command += ["--endpoint", f"shop/{name}:80=127.0.0.1:{place}"]
    bootstrap = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    entry = {"id": "%REQ(X-PROOF)%", "status": "%RESPONSE_CODE%", "upstream": "%UPSTREAM_HOST%", "location": "%RESP(LOCATION)%",
             "microseconds": "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%"}
    access = {"name": "file", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog", "path": str(log),
        "log_format": {"json_format": entry}}}
    for manager in managers(bootstrap):
        manager["access_log"] = [access]
    (folder / "envoy.json").write_text(json.dumps(bootstrap))
    command = [str(ROOT / ".differential/venv/bin/envoy"), "-c", str(folder / "envoy.json"), "--use-dynamic-base-id",
               "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"]
    with running(command, folder / "envoy.log", preexec_fn=urgent) as process:
        wait_for("127.0.0.1", port, process)
        yield
        time.sleep(11)  # its log is written every ten seconds


def managers(value):
    """Every HTTP connection manager of a bootstrap that clients speak to."""
    for listener in value["static_resources"]["listeners"]:
        for chain in listener.get("filter_chains", []):
            for item in chain["filters"]:
                if "http_connection_manager" in item["typed_config"]["@type"]:
                    yield item["typed_config"]


def send(port, count, number, failures):
    chance = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for place in range(count):
        method = chance.choice(["GET", "GET", "GET", "POST", "PUT"])
        headers = {"Host": chance.choice(HOSTS), "X-Proof": f"{number}-{place}"}
        if chance.random() < 0.3:
            headers["Version"] = chance.choice(["one", "two"])
        body = b"y" * chance.choice([1, 500]) if method != "GET" else None
        try:
            connection.request(method, chance.choice(PATHS), body, headers)
            connection.getresponse().read()
        except Exception as error:  # a broken connection is the test's failure, told at its end
            failures.append(repr(error))
            connection.close()
        time.sleep(chance.random() * 0.01)
    connection.close()


def record(name, start, count, weir, folder):
    """Sends requests through a proxy while tcpdump listens. Gives the proxy's log by id, and the capture."""
    port, log, capture = free_port(), folder / f"{name}.access", folder / f"{name}.pcap"
    with backends() as places, start(folder, places, port, log, weir):
        dump = ["tcpdump", "-i", "lo", "-w", str(capture), "-U", "-B", "65536", "--time-stamp-precision=nano", f"tcp port {port}"]
        with running(dump, folder / "tcpdump.log") as process:
            end = time.monotonic() + 20
            while "listening on" not in (folder / "tcpdump.log").read_text() and time.monotonic() < end:
                time.sleep(0.05)
            failures, threads = [], []
            for number in range(6):
                threads.append(threading.Thread(target=send, args=(port, count // 6, number, failures)))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            time.sleep(1)
            process.terminate()
            process.wait()
    if failures:
        raise SystemExit(f"{len(failures)} requests failed, the first: {failures[0]}")
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    return {entry["id"]: entry for entry in entries}, capture, port, places


def lines(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)}: status {result.returncode}: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def compare(name, entries, capture, port, places, weir):
    records = lines(weir, "trace", "convert", str(capture), "-o", "-", "--map-port", f"{port}=80")
    decisions = lines(
        weir, "replay", "-f", str(HERE / "manifests.yaml"), str(capture), "--map-port", f"{port}=80", "--decisions", "-")
    service_at = {f"127.0.0.1:{place}": service for service, place in places.items()}
    wrong, differences, missing = [], [], 0
    for request, decision in zip(records, decisions, strict=True):
        headers = {key.lower(): value for key, value in request["headers"]}
        entry = entries.get(headers.get("x-proof"))
        if entry is None:
            missing += 1
            continue
        upstream = service_at.get((entry.get("upstream") or "").split(",")[-1].strip())
        possible = {backend["name"] for backend in decision.get("backends", []) if backend["share"] > 0}
        location = entry.get("location") or None
        if decision["action"] == "forward":
            fits = upstream in possible
        elif decision["action"] in ("respond", "redirect"):
            fits = upstream is None and int(entry["status"]) == decision["status"]
            fits = fits and (decision["action"] == "respond" or location == decision["location"])
        else:
            fits = False
        fits = fits and int(entry["status"]) == request["observed"]["status"]
        if not fits:
            wrong.append((request, decision, entry))
        seconds = entry["seconds"] if "seconds" in entry else int(entry["microseconds"]) / 1e6
        differences.append(abs(request["observed"]["latency"] - float(seconds)))
    differences.sort()
    within = sum(difference <= 0.001 for difference in differences)

    def quantile(part):
        return f"{differences[min(len(differences) - 1, int(part * len(differences)))] * 1000:.3f} ms"

    print(f"{name}: {len(entries)} requests in the proxy's log, {len(records)} in the capture, {missing} of them not in the log")
    print(f"  decisions that are not what the proxy did: {len(wrong)}")
    print(f"  latency, capture against proxy: median {quantile(0.5)}, p99 {quantile(0.99)}, p99.9 {quantile(0.999)}, "
          f"max {quantile(1)}; within 1 ms: {within} of {len(differences)}")
    for request, decision, entry in wrong[:5]:
        print("  request ", json.dumps(request), "\n  decision", json.dumps(decision), "\n  proxy   ", json.dumps(entry))
    return not wrong and not missing and len(records) == len(entries)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--proxies", default="nginx,envoy")
    parser.add_argument("--weir", default=str(ROOT / ".build/release/weir"))
    parser.add_argument("--keep", help="a folder that takes captures and logs")
    options = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory(prefix="weir-proof-") as scratch:
        folder = pathlib.Path(options.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)  # nginx's workers are not root
        for name in options.proxies.split(","):
            entries, capture, port, places = record(name, {"nginx": nginx, "envoy": envoy}[name], options.requests, options.weir, folder)
            fine = compare(name, entries, capture, port, places, options.weir) and fine
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
