"""Makes a mismatch small: takes away what can go while it stays."""

import copy
import time


#: Candidates that one proxy serves at once.
AT_ONCE = 40


def shrink(harness, mismatch, seconds):
    """The smallest mismatch of the same members that was found within so many seconds."""
    best, end = mismatch, time.monotonic() + seconds
    while True:
        candidates = list(smaller(best.manifests, best.request))
        for first in range(0, len(candidates), AT_ONCE):
            if time.monotonic() > end:
                return best
            found = harness.still_differ(candidates[first:first + AT_ONCE])
            same = [one for one in found if one and one.members == best.members and one.want["action"] == best.want["action"]]
            if same:
                best = same[0]
                break
        else:
            return best


def smaller(manifests, request):
    """Copies with one thing less, the largest things first."""
    for path in removable(manifests):
        copied = copy.deepcopy(manifests)
        owner = copied
        for step in path[:-1]:
            owner = owner[step]
        del owner[path[-1]]
        yield copied, request
    for name in ("headers",):
        for place in range(len(request[name])):
            yield manifests, {**request, name: request[name][:place] + request[name][place + 1:]}
    path, mark, query = request["path"].partition("?")
    parameters = query.split("&") if mark else []
    for place in range(len(parameters)):
        rest = parameters[:place] + parameters[place + 1:]
        yield manifests, {**request, "path": path + ("?" + "&".join(rest) if rest else "")}


def removable(manifests):
    """The places of what may be taken away, so that what is left is still valid."""
    routes = [place for place, one in enumerate(manifests) if one["kind"] == "HTTPRoute"]
    for place in reversed(routes):
        yield [place]
    listeners = manifests[0]["spec"]["listeners"]
    if len(listeners) > 1:
        for place in reversed(range(len(listeners))):
            yield [0, "spec", "listeners", place]
    for place in routes:
        spec = manifests[place]["spec"]
        if len(spec["rules"]) > 1:
            for rule in reversed(range(len(spec["rules"]))):
                yield [place, "spec", "rules", rule]
        yield from inside_rules(place, spec)
        for number in reversed(range(len(spec.get("hostnames", [])))):
            yield [place, "spec", "hostnames", number]
        if "creationTimestamp" in manifests[place]["metadata"]:
            yield [place, "metadata", "creationTimestamp"]
    for place, listener in enumerate(listeners):
        if "hostname" in listener:
            yield [0, "spec", "listeners", place, "hostname"]
    for place in reversed(range(1, len(manifests))):
        if manifests[place]["kind"] in ("Service", "EndpointSlice"):
            yield [place]


def inside_rules(place, spec):
    for number, rule in enumerate(spec["rules"]):
        base = [place, "spec", "rules", number]
        matches = rule.get("matches", [])
        for match in reversed(range(len(matches))):
            if len(matches) > 1:
                yield [*base, "matches", match]
            for field in ("headers", "queryParams"):
                for entry in range(len(matches[match].get(field, []))):
                    yield [*base, "matches", match, field, entry]
            if "method" in matches[match]:
                yield [*base, "matches", match, "method"]
        for kind in ("filters", "backendRefs"):
            for entry in range(len(rule.get(kind, []))):
                yield [*base, kind, entry]
        for backend, reference in enumerate(rule.get("backendRefs", [])):
            for key in ("filters", "weight"):
                if key in reference:
                    yield [*base, "backendRefs", backend, key]
        for filter_place, one in enumerate(rule.get("filters", [])):
            inner = next(key for key in one if key != "type")
            if len(one[inner]) > 1:
                for key in one[inner]:
                    yield [*base, "filters", filter_place, inner, key]
