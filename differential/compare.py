"""What weir says a request gets, and what the proxy gave it, in one form that can be compared."""

import json

from .processes import SERVICE_AT

#: Headers that a proxy or the framing of the message brings along.
FRAMING = {
    "host", "content-length", "connection", "transfer-encoding", "accept-encoding", "user-agent", "via",
    "x-forwarded-proto", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-server", "x-real-ip",
    "x-request-id"}
#: What the echo backends answer with, as far as response filters may change it.
ANSWER_HEADERS = [["x-resp-a", "original"]]


def joined(headers):
    """Values by lower-case name, those of one name joined: RFC 9110, section 5.2."""
    values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    return {name: ", ".join(parts) for name, parts in sorted(values.items())}


def application_headers(headers):
    return joined([one for one in headers if one[0].lower() not in FRAMING and not one[0].lower().startswith("x-envoy-")])


def modified(headers, modifier):
    """RFC 9110 fields after set, add, remove."""
    fields = [[name.lower(), value] for name, value in headers]
    for name, value in modifier["set"]:
        fields = [one for one in fields if one[0] != name.lower()] + [[name.lower(), value]]
    fields += [[name.lower(), value] for name, value in modifier["add"]]
    removed = {name.lower() for name in modifier["remove"]}
    return [one for one in fields if one[0] not in removed]


def expected(decision):
    """One outcome of a decision record: what this draw gives."""
    if decision["action"] == "undetermined":
        return {"action": "undetermined"}
    if decision["action"] == "redirect":
        return {"action": "redirect", "status": decision["status"], "location": decision["location"]}
    if decision["action"] != "forward":
        return {"action": "answer", "status": decision["status"]}
    forwarded = decision["forwarded"]
    return {
        "action": "forward", "backend": decision["backend"]["name"], "method": forwarded["method"],
        "host": forwarded["host"], "path": forwarded["path"], "headers": application_headers(forwarded["headers"]),
        "response": joined(modified(ANSWER_HEADERS, decision["responseHeaders"]))}


def observed(answer):
    """What the proxy answered, or what the backend behind it was sent."""
    if answer is None:
        return {"action": "closed"}
    headers = dict(answer["headers"])
    if "x-echo" in headers:
        echo = json.loads(headers["x-echo"])
        own = {"x-echo", "date", "server", "content-length", "connection", "x-envoy-upstream-service-time"}
        return {
            "action": "forward", "backend": SERVICE_AT.get(echo["backend"]), "method": echo["method"],
            "host": dict((name.lower(), value) for name, value in echo["headers"]).get("host", ""), "path": echo["path"],
            "headers": application_headers(echo["headers"]),
            "response": joined([one for one in answer["headers"] if one[0] not in own])}
    if "location" in headers and 300 <= answer["status"] < 400:
        return {"action": "redirect", "status": answer["status"], "location": headers["location"]}
    return {"action": "answer", "status": answer["status"]}


def has_several_outcomes(decision):
    """Whether another draw may end otherwise."""
    return sum(1 for share in decision.get("backends", []) if share["share"] > 0) > 1


def difference(want, got):
    """The members in which two outcomes differ, in the order in which a request meets them."""
    if want["action"] != got["action"]:
        return ["action"]
    return [name for name in want if want[name] != got.get(name)]
