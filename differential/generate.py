"""Random manifests and requests.

The alphabets are small, so that hostnames lie within one another, rules overlap and requests nearly match. Everything that is
generated is valid: an object that weir refuses is a fault of this file.
"""

import random

HOSTS = ["a.test", "b.a.test", "c.b.a.test", "x.test", "test", "ab.test", "other.example"]
HOSTNAMES = ["a.test", "*.a.test", "b.a.test", "*.test", "*.b.a.test", "x.test", "*.example", "other.example"]
SEGMENTS = ["a", "b", "ab", "c"]
EXPRESSIONS = ["/a.*", "/[ab]/.*", "/(a|ab)/b", ".*/c", "/.*", "/a/b?", "/a", "/ab/[a-c]+", "/a(/.*)?", "(?i)/A/b", ".*"]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]
HEADER_NAMES = ["X-A", "X-B", "x-c"]
QUERY_NAMES = ["p", "q", "P"]
VALUES = ["1", "2", "12", "a b"]
VALUE_EXPRESSIONS = ["1", "1.*", ".*2", "[12]+", ".*"]
AGES = ["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", None]
SERVICES = ["a", "b", "c", "d", "e"]
API = "gateway.networking.k8s.io/v1"
CLASS = "differential"


class Generator:
    """One stream of random sets. `ports` are the ports of a set's listeners, in the order in which they are taken."""

    def __init__(self, seed, ports=(80, 8080), filters=True, odd=True):
        self.random = random.Random(seed)
        self.ports = list(ports)
        self.filters = filters
        self.odd = odd

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def pick(self, options):
        return self.random.choice(options)

    def some(self, options, most):
        return self.random.sample(options, self.random.randint(1, min(most, len(options))))

    # Manifests

    def manifests(self, namespace):
        """The objects of one set: a Gateway, its routes and their Services, all in `namespace`."""
        routes = [self.route(namespace, number) for number in range(self.random.randint(1, 5))]
        return [self.gateway(namespace), *routes, *services(namespace)]

    def gateway(self, namespace):
        listeners, taken = [], set()
        for number in range(self.random.randint(1, 4)):
            port = self.ports[0] if number == 0 or self.chance(70) else self.pick(self.ports)
            hostname = self.pick(HOSTNAMES) if self.chance(55) else None
            if (port, hostname) in taken:
                continue
            taken.add((port, hostname))
            listener = {"name": f"l{number}", "port": port, "protocol": "HTTP"}
            if hostname:
                listener["hostname"] = hostname
            listeners.append(listener)
        return {
            "apiVersion": API, "kind": "Gateway", "metadata": {"name": "gw", "namespace": namespace},
            "spec": {"gatewayClassName": CLASS, "listeners": listeners}}

    def route(self, namespace, number):
        metadata = {"name": f"r{number}", "namespace": namespace}
        age = self.pick(AGES)
        if age:
            metadata["creationTimestamp"] = age
        spec = {"parentRefs": [{"name": "gw"}]}
        if self.chance(15):
            spec["parentRefs"][0]["sectionName"] = "l0"
        if self.chance(65):
            spec["hostnames"] = self.some(HOSTNAMES, 3)
        spec["rules"] = [self.rule() for _ in range(self.random.randint(1, 4))]
        return {"apiVersion": API, "kind": "HTTPRoute", "metadata": metadata, "spec": spec}

    def rule(self):
        rule = {}
        if self.chance(95):
            rule["matches"] = [self.match() for _ in range(self.pick([1, 1, 1, 2, 3]))]
        filters = self.rule_filters(rule.get("matches", [{}])) if self.filters and self.chance(45) else []
        if filters:
            rule["filters"] = filters
        if not any(one["type"] == "RequestRedirect" for one in filters):
            rewritten = any(one["type"] == "URLRewrite" for one in filters)
            backends = self.backends(rewritten)
            if backends:
                rule["backendRefs"] = backends
        return rule

    def path(self):
        path = "".join("/" + self.pick(SEGMENTS) for _ in range(self.random.randint(0, 3)))
        return path + "/" if not path or self.chance(20) else path

    def match(self):
        match = {}
        kind = self.pick(["PathPrefix"] * 5 + ["Exact"] * 3 + ["RegularExpression"] * 2)
        if self.chance(92):
            match["path"] = {"type": kind, "value": self.pick(EXPRESSIONS) if kind == "RegularExpression" else self.path()}
        if self.chance(30):
            match["headers"] = [self.field(name) for name in self.some(HEADER_NAMES, 2)]
        if self.chance(25):
            match["queryParams"] = [self.field(name) for name in self.some(QUERY_NAMES, 2)]
        if self.chance(20):
            match["method"] = self.pick(METHODS)
        return match

    def field(self, name):
        if self.chance(25):
            return {"type": "RegularExpression", "name": name, "value": self.pick(VALUE_EXPRESSIONS)}
        return {"name": name, "value": self.pick(VALUES)}

    def backends(self, rewritten):
        count = self.pick([0, 1, 1, 1, 1, 1, 1, 2, 3])
        backends = []
        for _ in range(count):
            name = self.pick(SERVICES) if self.chance(92) else self.pick(["missing", "empty"])
            backend = {"name": name, "port": 80 if self.chance(97) else 81}
            if self.chance(40):
                backend["weight"] = self.pick([0, 1, 1, 2, 9])
            if self.filters and self.chance(20):
                backend["filters"] = self.header_filters()
                if count == 1 and not rewritten and self.chance(30):
                    backend["filters"].append({"type": "URLRewrite", "urlRewrite": {"hostname": "backend.test"}})
            backends.append(backend)
        return backends

    # Filters

    def header_filters(self):
        filters = []
        if self.chance(70):
            filters.append({"type": "RequestHeaderModifier", "requestHeaderModifier": self.modifier("X-A", "X-New")})
        if not filters or self.chance(40):
            filters.append(
                {"type": "ResponseHeaderModifier", "responseHeaderModifier": self.modifier("X-Resp-A", "X-Resp-B")})
        return filters

    def modifier(self, *names):
        modifier = {}
        values = ["v1", "v2", "50%", "%REQ(:path)%", "two words"]
        for change in ["set", "add"]:
            if self.chance(55):
                modifier[change] = [{"name": name, "value": self.pick(values)} for name in self.some(list(names), 2)]
        if not modifier or self.chance(25):
            modifier["remove"] = self.some(list(names), 1)
        return modifier

    def rule_filters(self, matches):
        # A prefix can be replaced only where one prefix was matched.
        path = matches[0].get("path", {"type": "PathPrefix"}) if len(matches) == 1 else {}
        may_replace_prefix = path.get("type") == "PathPrefix"
        if self.chance(35):
            return [{"type": "RequestRedirect", "requestRedirect": self.redirect(may_replace_prefix)}]
        filters = self.header_filters() if self.chance(50) else []
        if not filters or self.chance(50):
            rewrite = {}
            if self.chance(40):
                rewrite["hostname"] = "rewritten.test"
            if not rewrite or self.chance(70):
                rewrite["path"] = self.modified_path(may_replace_prefix)
            filters.append({"type": "URLRewrite", "urlRewrite": rewrite})
        return filters

    def modified_path(self, may_replace_prefix):
        if may_replace_prefix and self.chance(75):
            return {"type": "ReplacePrefixMatch", "replacePrefixMatch": self.pick(["/", "/new", "/new/", "/n/e", ""])}
        return {"type": "ReplaceFullPath", "replaceFullPath": self.pick(["/", "/full", "/full/", "/f/\\1"])}

    def redirect(self, may_replace_prefix):
        redirect = {}
        if self.chance(45):
            redirect["scheme"] = self.pick(["http", "https"])
        if self.chance(45):
            redirect["hostname"] = "moved.test"
        if self.chance(40):
            redirect["port"] = self.pick([80, 443, 8080, 9999])
        if self.chance(45):
            redirect["path"] = self.modified_path(may_replace_prefix)
        if self.chance(50):
            redirect["statusCode"] = self.pick([301, 302])
        return redirect

    # Requests

    def request(self, manifests):
        """A request that some match of the set was made for, and that mostly misses it by little; or any request at all."""
        gateway = manifests[0]
        listener = self.pick(gateway["spec"]["listeners"])
        routes = [one for one in manifests if one["kind"] == "HTTPRoute"]
        route = self.pick(routes) if routes else {"spec": {"rules": [{}]}}
        rule = self.pick(route["spec"]["rules"] or [{}])
        match = self.pick(rule.get("matches") or [{}])
        request = {
            "port": listener["port"], "method": match.get("method", "GET"), "host": self.host(route, listener),
            "path": self.satisfying_path(match.get("path", {})), "headers": []}
        for header in match.get("headers", []):
            request["headers"].append([header["name"], self.satisfying(header)])
        query = [[one["name"], self.satisfying(one)] for one in match.get("queryParams", [])]
        for _ in range(self.pick([0, 0, 1, 1, 2])):
            self.miss(request, query)
        request["path"] += self.query(query)
        return request

    def host(self, route, listener):
        if self.chance(20):
            return self.pick(HOSTS)
        hostnames = route["spec"].get("hostnames") or [listener.get("hostname") or self.pick(HOSTS)]
        return self.pick(hostnames).replace("*", self.pick(["a", "b", "x", "c.b"]))

    def satisfying_path(self, path):
        value = path.get("value", "/")
        if path.get("type") == "RegularExpression":
            return self.path()
        if path.get("type", "PathPrefix") == "PathPrefix" and self.chance(40):
            return value.rstrip("/") + self.path()
        return value

    def satisfying(self, field):
        return self.pick(VALUES) if field.get("type") == "RegularExpression" else field["value"]

    def query(self, query):
        if not query:
            return "?" if self.chance(2) else ""
        return "?" + "&".join(name if value is None else f"{name}={value}" for name, value in query).replace(" ", "%20")

    def miss(self, request, query):
        misses = [
            self.miss_path, self.miss_path, self.miss_host, self.miss_header, self.miss_header, self.miss_query,
            self.miss_method]
        if self.odd:
            misses.append(self.make_odd)
        self.pick(misses)(request, query)

    def miss_path(self, request, _):
        path = request["path"]
        request["path"] = self.pick([
            path + "/", path.rstrip("/") or "/", path + "x", path + "/" + self.pick(SEGMENTS), path.upper(), path[:-1] or "/",
            "/" + self.pick(SEGMENTS) + path, self.path()])

    def miss_host(self, request, _):
        host = request["host"]
        if ":" in host or host.endswith("."):
            return
        request["host"] = self.pick([
            "x." + host, host.partition(".")[2] or host, "x" + host, self.pick(HOSTS), host + ":80", host + ":8080",
            host + ":443", host.upper(), host.title() + ":80"])

    def miss_header(self, request, _):
        headers = request["headers"]
        if headers and self.chance(50):
            place = self.random.randrange(len(headers))
            if self.chance(50):
                headers.pop(place)
            else:
                headers[place] = [headers[place][0].swapcase(), self.pick(VALUES + ["", "x", "1,2"])]
        else:
            headers.append([self.pick(HEADER_NAMES), self.pick(VALUES)])

    def miss_query(self, _, query):
        if query and self.chance(40):
            query.pop(self.random.randrange(len(query)))
        else:
            query.insert(self.random.randint(0, len(query)), [self.pick(QUERY_NAMES), self.pick(VALUES[:3] + ["", None])])

    def miss_method(self, request, _):
        request["method"] = self.pick(METHODS)

    def make_odd(self, request, query):
        """What the specification is silent about."""
        path, kind = request["path"], self.random.randrange(9)
        if not path.startswith("/"):
            return
        if kind == 0:
            request["path"] = path.replace("/", "//", 1)
        elif kind == 1:
            request["path"] = path + self.pick(["/.", "/..", "/./a", "/../a"])
        elif kind == 2:
            request["path"] = path.replace("a", "%61", 1)
        elif kind == 3:
            request["path"] = path + "%2Fa"
        elif kind == 4 and request["headers"]:
            request["headers"].append([request["headers"][0][0], self.pick(VALUES)])
        elif kind == 5 and query:
            query.append([query[0][0], self.pick(VALUES[:3])])
        elif kind == 7 and ":" not in request["host"]:
            request["host"] = self.pick([request["host"] + ".", request["host"] + ":"])
        elif kind == 8:
            request["path"] = f"http://{self.pick(HOSTS)}{self.pick(['', ':80'])}{path if self.chance(90) else ''}"
        else:
            request["path"] = path.replace("/", "/" + self.pick(["//", ";", "%20", "~", "a%zz"]), 1)


def services(namespace):
    """The Services that routes refer to; `empty` has no ready endpoint, and `missing` is in no set."""
    objects = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
         "spec": {"ports": [{"port": 80, "protocol": "TCP"}]}}
        for name in [*SERVICES, "empty"]]
    objects.append({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "empty-1", "namespace": namespace, "labels": {"kubernetes.io/service-name": "empty"}},
        "ports": [{"port": 80, "protocol": "TCP"}], "endpoints": []})
    return objects


def gateway_class(controller="weir.dev/gateway-controller"):
    return {
        "apiVersion": API, "kind": "GatewayClass", "metadata": {"name": CLASS}, "spec": {"controllerName": controller}}
