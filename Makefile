# Every target does its own set-up; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
# pip compares the hashes of the lock with what it downloads
PIP_FLAGS := --disable-pip-version-check --require-hashes --no-deps
# a run starts 150 processes, and each would compile our sources anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo unit test coverage lint bench soak boards lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## create .venv from requirements.lock, with kairos and pytest in it

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Kairos needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install $(PIP_FLAGS) -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --no-deps --no-build-isolation --quiet -e .
	@touch $@

demo: setup ## the main job on embedded services, until Ctrl-C (ARGS=--once ends by itself)
	$(BIN)/kairos demo $(ARGS)

unit: setup ## the tests that need no services, on all cores
	$(BIN)/pytest -m "not slow and not wire" -n auto tests/unit tests/contract tests/property $(ARGS)

# in the order of the folders: the slow files begin, and the short ones fill what is left at the end
test: setup ## every test but the long ones, three files at a time
	$(BIN)/pytest -m "not slow" -n 3 --dist loadfile --no-loadscope-reorder $(COVERAGE) $(ARGS)

coverage: COVERAGE := --cov --cov-report=term
coverage: test ## the same, with the share of the lines that ran, those of workers in processes of their own too

lint: setup ## ruff, mypy, and which package may import which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup ## the measurements, as a table (ARGS=--quick is short, ARGS=profile says where the time goes)
	$(BIN)/python -m tests.bench $(ARGS)

soak: setup ## the long runs: 2,000 cases of each property, then kills, pauses, outages and odd records under load
	$(BIN)/pytest -m "hypothesis and not wire" --hypothesis-profile long -n auto --timeout 3600
	$(BIN)/pytest -m slow -s --timeout 3600 $(ARGS)

boards: setup ## write the JSON of Grafana's boards from deploy/grafana/*.toml
	$(BIN)/python -m deploy.grafana

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--python-version 3.11 --all-extras --upgrade pyproject.toml -o requirements.lock

clean: ## remove what the targets made
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find deploy schemas tests topics workers -name __pycache__ -prune -exec rm -rf {} +
