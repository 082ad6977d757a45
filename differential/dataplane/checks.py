"""Whether Envoy and weir agree: exactly, or as far as chance lets them."""

import dataclasses
import math

#: Two-sided 99.99 % of the normal distribution.
Z = 3.891


@dataclasses.dataclass
class Check:
    """One comparison: what it is about, what both did, how near they have to be, and whether they are."""

    what: str
    envoy: object
    weir: object
    tolerance: str
    agrees: bool


def exact(what, envoy, weir):
    return Check(what, envoy, weir, "exact", envoy == weir)


def near(what, envoy, weir, tolerance, unit=""):
    agrees = envoy is not None and weir is not None and abs(envoy - weir) <= tolerance
    return Check(what, rounded(envoy), rounded(weir), f"± {tolerance:g}{unit}", agrees)


def within(what, envoy, weir, low, high):
    """Both in the same bounds."""
    agrees = all(one is not None and low <= one <= high for one in (envoy, weir))
    return Check(what, rounded(envoy), rounded(weir), f"{low:g} to {high:g}", agrees)


def shares(what, envoy, weir):
    """Numbers by key: two samples of one distribution, every key within 99.99 % of their difference by chance."""
    keys = sorted(set(envoy) | set(weir))
    count, others = sum(envoy.values()), sum(weir.values())
    agrees = count > 0 and others > 0
    for key in keys:
        one, other = envoy.get(key, 0), weir.get(key, 0)
        pooled = (one + other) / max(count + others, 1)
        error = math.sqrt(pooled * (1 - pooled) * (1 / max(count, 1) + 1 / max(others, 1)))
        agrees = agrees and abs(one / max(count, 1) - other / max(others, 1)) <= Z * error + 1e-12
    return Check(
        what, portions(envoy, keys), portions(weir, keys), f"99.99 % of {count} and {others}", agrees)


def means(what, envoy, weir, slack=0.0, unit=" s"):
    """The means of two samples: within 99.99 % of their difference by chance, and `slack` for a real clock."""
    first, second = mean(envoy), mean(weir)
    error = math.sqrt(variance(envoy) / len(envoy) + variance(weir) / len(weir))
    return Check(
        what, rounded(first), rounded(second), f"99.99 % and {slack:g}{unit}", abs(first - second) <= Z * error + slack)


def portions(counts, keys):
    total = max(sum(counts.values()), 1)
    return {key: round(counts.get(key, 0) / total, 4) for key in keys}


def mean(values):
    return sum(values) / max(len(values), 1)


def variance(values):
    center = mean(values)
    return sum((one - center) ** 2 for one in values) / max(len(values) - 1, 1)


def rounded(value):
    return round(value, 4) if isinstance(value, float) else value
