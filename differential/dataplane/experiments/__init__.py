"""The experiments, by subject. Importing this registers them all."""

from . import balancing, health, limits, localities, mirrors, outliers, pools, retries, sessions  # noqa: F401
