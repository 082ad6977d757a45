"""Differences that are known and have a reason; `docs/differential.md` tells each."""

import re

#: An absolute target that has a query and no path.
QUERY_WITHOUT_PATH = re.compile(r"https?://[^/?]*\?")


def explanation(proxy, dialect, mismatch):
    """Why the two differ here; nil where nothing is known to explain it."""
    if proxy == "envoy" and dialect == "specification" and QUERY_WITHOUT_PATH.match(mismatch.request["path"]):
        return "Envoy gives an absolute target with a query and no path no slash, so that no prefix matches it"
    return None
