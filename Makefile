# What one does with weir's sources. It needs Swift 6.3 on PATH; `make deps` brings the rest from Debian.

SWIFT ?= swift
SCENARIO ?= scenarios/storefront-canary
weir := .build/release/weir
DIFFERENTIAL ?=
DATAPLANE ?=
ACCURACY ?=

.DEFAULT_GOAL := help
.PHONY: help deps build demo test lint ci clean differential differential-dataplane accuracy fuzz

help:
	@echo "make demo     build weir and run $(SCENARIO)"
	@echo "make build    the release build, $(weir)"
	@echo "make test     all tests"
	@echo "make lint     the format of the sources"
	@echo "make ci       lint and tests, with warnings as errors"
	@echo "make deps     install what is missing from Debian (the others do this first)"
	@echo "make differential  run weir against real Envoy and Traefik (installs them into .differential/)"
	@echo "make differential-dataplane  hold the simulated data plane against real Envoy: docs/dataplane-differential.md"
	@echo "make accuracy hold weir against queueing theory: docs/accuracy.md"
	@echo "make fuzz     the fuzzers of the capture reader for long (ROUNDS=50, SEED=0)"
	@echo "make clean    remove what was built"

deps:
	@SWIFT="$(SWIFT)" scripts/deps.sh

build: deps
	$(SWIFT) build -c release --product weir

demo: build
	$(weir) run $(SCENARIO)

test: deps
	$(SWIFT) test --disable-xctest

lint: deps
	$(SWIFT) format lint --strict --recursive Sources Tests Examples/Sources Benchmarks/Sources Package.swift
	scripts/check-imports.sh

# Package.swift makes warnings errors where CI is set.
ci: export CI = true
ci: lint test

clean:
	rm -rf .build

# Random manifests and requests through real proxies and through weir: docs/differential.md. DIFFERENTIAL takes its flags.
differential: build
	@differential/install.sh
	.differential/venv/bin/python -m differential $(DIFFERENTIAL)

# Limits, retries, ejections, probes and balancing of a real Envoy beside weir's: docs/dataplane-differential.md. DATAPLANE
# takes its flags.
differential-dataplane: build
	@differential/install.sh
	python3 -m differential.dataplane $(DATAPLANE)

# Models whose behaviour is known exactly, as scenarios, and how often intervals hold the truth. ACCURACY takes its flags.
accuracy: build
	python3 -m accuracy $(ACCURACY)

# The suite runs each fuzzer for a moment. Other seeds are other inputs: SEED=1000 goes on where ROUNDS=50 ended, roughly.
ROUNDS ?= 50
SEED ?= 0
fuzz: deps
	WEIR_FUZZ_ROUNDS=$(ROUNDS) WEIR_FUZZ_SEED=$(SEED) $(SWIFT) test --disable-xctest --filter CaptureTests
