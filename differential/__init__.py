"""Runs weir against real proxies: random manifests, random requests with near-misses, and no difference left unexplained."""
