"""The statuses that a controller wrote beside those that weir says a conformant one would write."""


def conditions(list_):
    """Conditions as `Type=Status/Reason`; messages and times are each controller's own."""
    return {one["type"]: f"{one['status']}/{one['reason']}" for one in list_ or []}


def parent_key(parent):
    reference = parent["parentRef"]
    return reference["name"], reference.get("sectionName"), reference.get("port")


def differences(weir, proxy):
    """(kind of difference, resource) for every condition and count in which two statuses of one resource differ."""
    kind, name = weir["kind"], f"{weir['metadata'].get('namespace', '')}/{weir['metadata']['name']}"
    ours, theirs = weir.get("status") or {}, proxy or {}
    found = []

    def compare(where, left, right):
        for key in sorted(set(left) | set(right)):
            if left.get(key) != right.get(key):
                found.append((f"{where} {key}: weir {left.get(key)}, proxy {right.get(key)}", name))

    compare(kind, conditions(ours.get("conditions")), conditions(theirs.get("conditions")))
    if kind == "Gateway":
        left = {one["name"]: one for one in ours.get("listeners", [])}
        right = {one["name"]: one for one in theirs.get("listeners", [])}
        for listener in sorted(set(left) | set(right)):
            one, two = left.get(listener, {}), right.get(listener, {})
            compare("listener", conditions(one.get("conditions")), conditions(two.get("conditions")))
            if one.get("attachedRoutes") != two.get("attachedRoutes"):
                found.append(("listener attachedRoutes", name))
    if kind == "HTTPRoute":
        left = {parent_key(one): one for one in ours.get("parents", [])}
        right = {parent_key(one): one for one in theirs.get("parents", [])}
        for parent in sorted(set(left) | set(right), key=str):
            compare(
                "HTTPRoute", conditions(left.get(parent, {}).get("conditions")),
                conditions(right.get(parent, {}).get("conditions")))
    return found
