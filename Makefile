# make run · make test: all a newcomer needs. The rest: build, lint, sanitize, fuzz, oracle, bench, golden, docs-assets, packages.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: run build build-tests test lint format sanitize fuzz oracle bench golden openapi docs-assets packages

# Suites that touch C libraries: loops, HTTP, PostgreSQL, YAML, hashes.
SANITIZED ?= JSONTextTests EventLoopsTests HTTPServerTests PostgresTests SchemaCompilerTests DigestsTests
SWIFT_SOURCES := Package.swift $(wildcard Sources Tests openapi-gen)

# How many tests run at a time: all at once, as is the default, starves those that wait for an answer in time.
WIDTH ?= 4
# A trap's reason and place, without its registers: the last lines of a long log then say what happened.
BACKTRACE := SWIFT_BACKTRACE=enable=yes,threads=crashed,registers=none,images=none,color=no
TEST := $(BACKTRACE) swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width $(WIDTH)

# fuzz and bench: seconds per parser, respectively per measurement.
SECONDS ?=
ROUNDS ?= 3

# oracle: how many reads, and the seed it begins with.
CASES ?= 20000
SEED ?=

# golden: which groups, from which folder (own groups without it), which cases (globs on their ids).
GROUP ?=
GOLDEN ?=
ONLY ?=
# UPDATE=1 takes what passes out of the lists of expected failures, UPDATE=all writes them anew.
UPDATE ?=

run: build
	.build/release/kerege serve --schemas Schemas --seed Schemas/seed.jsonl --watch

build: packages
	swift build -c release --static-swift-stdlib --product kerege
	@.ci/docs-assets .build/docs || echo "==> /docs has no Swagger UI yet: \`make docs-assets\` fetches it, all else works without"

build-tests: packages
	swift build --build-tests

test: build-tests
	$(TEST)

lint:
	swift format lint --strict --recursive --parallel --configuration .swift-format $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive --parallel --configuration .swift-format $(SWIFT_SOURCES)

sanitize: packages
	.ci/sanitize $(SANITIZED)

# FUZZ_SEED=… repeats a run, FUZZ_AT=… one input of it.
fuzz: build-tests
	FUZZ_SECONDS=$(or $(SECONDS),30) $(TEST) --filter FuzzTests

# Models, rows, rights and reads at random, against a naive evaluator: CASES=200000 for a long run; SEED=… begins with the model of a failure.
oracle: build-tests
	ORACLE_CASES=$(CASES) $(if $(SEED),ORACLE_SEED=$(SEED)) $(TEST) --filter OracleTests

golden: build-tests
	@if [[ "$(GOLDEN)" && "$(GROUP)" == *crm* ]]; then .ci/packages golden; fi
	GOLDEN_FOLDER="$(GOLDEN)" GOLDEN_GROUP="$(GROUP)" GOLDEN_ONLY="$(ONLY)" GOLDEN_UPDATE="$(UPDATE)" \
	    $(TEST) --filter GoldenTests

# The document of Schemas/ as a file; CHECK=1 only compares.
openapi: packages
	swift run openapi-gen $(if $(CHECK),--check)

# Swagger UI for /docs; `make build` fetches it where it can.
docs-assets:
	.ci/docs-assets .build/docs

bench: build
	.ci/packages bench
	python3 Benchmarks/bench.py --seconds $(or $(SECONDS),8) --rounds $(ROUNDS)

packages:
	@.ci/packages
