"""The experiments, by subject. Importing this registers them all."""

from . import balancing, limits, retries  # noqa: F401
