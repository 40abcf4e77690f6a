# The one runner. `make` alone explains itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
NPM := $(BIN)/python hatch_build.py
PORT ?= 8080
UV ?= uv

.PHONY: help setup demo check check-python check-web fmt test test-all browser bench soak web wheel lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## Environment, locked packages and web bundle; quick when nothing changed
	@.ci/setup

demo: setup ## Run the gateway with demo accounts: http://localhost:8080 (or PORT=)
	@exec $(BIN)/sotto demo --data ./demo-data --port $(PORT)

check: setup ## Linters, types, import contracts, unit tests; under a minute
	@$(MAKE) --jobs=2 --output-sync=line check-python check-web

check-python:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/pytest -q tests/unit tests/architecture

check-web:
	$(NPM) run --silent typecheck
	$(NPM) run --silent lint
	$(NPM) run --silent test

fmt: setup ## Format, and fix what the linters can fix
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(NPM) run --silent lint -- --fix

test: setup ## Every test that gates, browsers included
	@.ci/browsers
	$(NPM) test
	$(BIN)/pytest

test-all: setup ## Every test, with branch coverage of the privacy core
	@.ci/browsers
	$(NPM) test
	$(BIN)/pytest --cov --cov-report=
	$(BIN)/coverage report --fail-under=100 --include='gateway/core/*,gateway/crypto/*,gateway/policy/*,gateway/audit/*,gateway/guard.py'

browser: setup ## The tests in Chromium and Firefox
	@.ci/browsers
	$(BIN)/pytest tests/browser

bench: setup ## The benchmarks: prints a table, gates nothing
	$(BIN)/python -m tests.bench

soak: setup ## The long runs: five hundred times the random examples, five hundred kills; hours
	$(BIN)/pytest --hypothesis-profile=soak --timeout=0 -m hypothesis
	$(BIN)/pytest --timeout=0 tests/soak

web: setup ## The web bundle, into signaling/static
	@echo "web: signaling/static is up to date"

wheel: setup ## Wheel and source distribution, into dist/
	rm -rf dist
	$(BIN)/hatchling build

lock: ## Make both locks anew, a week behind: a bad release is usually found before it reaches us
	for lock in '-o requirements.lock' '--group dev -c requirements.lock -o requirements-dev.lock'; do \
	    $(UV) pip compile pyproject.toml $$lock --quiet --upgrade --universal --python-version 3.11 \
	        --exclude-newer "$$(date -u -d '7 days ago' +%FT00:00:00Z)" --generate-hashes \
	        --no-header --no-annotate --no-emit-index-url --no-emit-find-links; \
	done

clean: ## Remove everything that was built or installed here; keeps demo-data
	rm -rf .venv web/node_modules signaling/static dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -prune -exec rm -rf {} +
