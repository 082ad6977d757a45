"""A stand-in for the Kubernetes API: lists, watches that never say anything new, and statuses that are kept.

It is as much as a controller needs that reads a fixed set of objects once. Objects come with their defaults filled in, and
nothing is validated.
"""

import contextlib
import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PLURALS = {
    "GatewayClass": "gatewayclasses", "Gateway": "gateways", "HTTPRoute": "httproutes", "GRPCRoute": "grpcroutes",
    "ReferenceGrant": "referencegrants", "Service": "services", "EndpointSlice": "endpointslices", "Secret": "secrets",
    "Namespace": "namespaces", "ConfigMap": "configmaps", "BackendTLSPolicy": "backendtlspolicies",
    "TLSRoute": "tlsroutes", "TCPRoute": "tcproutes"}
KINDS = {plural: kind for kind, plural in PLURALS.items()}
SUBRESOURCES = {"status"}


class Store:
    """The objects by (plural, namespace, name)."""

    def __init__(self, objects):
        self.objects, self.lock, self.version = {}, threading.Lock(), 1
        for one in objects:
            one = copy.deepcopy(one)
            one.pop("status", None)
            metadata = one["metadata"]
            namespace = metadata.get("namespace", "")
            metadata.setdefault("uid", f"{one['kind']}-{namespace}-{metadata['name']}")
            metadata.setdefault("generation", 1)
            metadata.setdefault("resourceVersion", "1")
            # An API server always has an age; what has none is younger than everything that has.
            metadata.setdefault("creationTimestamp", "2025-01-01T00:00:00Z")
            self.objects[PLURALS[one["kind"]], namespace, metadata["name"]] = one

    def select(self, plural, namespace):
        return [one for (kind, where, _), one in self.objects.items() if kind == plural and namespace in (None, where)]

    def put_status(self, key, status):
        with self.lock:
            self.version += 1
            self.objects[key]["status"] = status
            self.objects[key]["metadata"]["resourceVersion"] = str(self.version)
            return self.objects[key]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def place(self):
        """API version, namespace, plural, name and subresource of the path."""
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        version, rest = ("v1", parts[2:]) if parts[0] == "api" else ("/".join(parts[1:3]), parts[3:])
        namespace = None
        if len(rest) > 2 and rest[0] == "namespaces" and rest[2] not in SUBRESOURCES:
            namespace, rest = rest[1], rest[2:]
        rest += [None] * (3 - len(rest))
        return version, namespace, rest[0], rest[1], rest[2], parse_qs(url.query)

    def do_GET(self):
        version, namespace, plural, name, _, query = self.place()
        store = self.server.store
        if plural not in KINDS:
            return self.refuse(404)
        if name:
            one = store.objects.get((plural, namespace or "", name))
            return self.answer(one) if one else self.refuse(404)
        found = store.select(plural, namespace)
        if query.get("watch", ["false"])[0] in ("true", "1"):
            return self.watch(version, plural, found, "sendInitialEvents" in query)
        self.answer({
            "kind": KINDS[plural] + "List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": found})

    def watch(self, version, plural, found, initial):
        """The objects where they are asked for, and then silence until the server stops."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if initial:
            bookmark = {
                "kind": KINDS[plural], "apiVersion": version,
                "metadata": {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}}}
            for kind, one in [*(("ADDED", one) for one in found), ("BOOKMARK", bookmark)]:
                line = json.dumps({"type": kind, "object": one}).encode() + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()
        self.server.stopping.wait()

    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        _, namespace, plural, name, subresource, _ = self.place()
        key = (plural, namespace or "", name)
        if subresource != "status" or key not in self.server.store.objects:
            return self.refuse(404)
        self.answer(self.server.store.put_status(key, body.get("status", {})))

    do_PATCH = do_PUT

    def refuse(self, status):
        self.answer({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": status}, status)

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, *_):
        """A controller that ends breaks its watches off; that is no error."""


@contextlib.contextmanager
def serving(objects):
    """The store of a stand-in that runs, and its URL."""
    server = Server(("127.0.0.1", 0), Handler)
    server.store, server.stopping = Store(objects), threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.store, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
