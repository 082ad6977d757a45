"""Differences that are known and have a reason; `docs/differential.md` tells each."""


def explanation(proxy, dialect, mismatch):
    """Why the two differ here; nil where nothing is known to explain it."""
    return None
