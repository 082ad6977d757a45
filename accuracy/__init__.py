"""weir held against queueing theory: docs/accuracy.md."""
