"""The data plane of weir's simulator held against a real Envoy: docs/dataplane-differential.md."""
