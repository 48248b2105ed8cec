# Every verb has its help behind `##`; `make` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run worker test test-fast lint fmt lock messages bench deep test-fsm demo walk ci

HOST ?= 127.0.0.1
PORT ?= 8000
PERSONS ?= 1521
TOWNSHIP ?= 430412100
SEED ?= 1
PY := .venv/bin/python
MANAGE := $(PY) manage.py

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## system packages, .venv and the locked Python packages
	@.ci/setup run

setup-tests: ## the same, and what the tests need: PostgreSQL, Redis, the development lock
	@.ci/setup test

run: setup ## prepare the database and start web and worker: http://127.0.0.1:8000 (PORT=, HOST=)
	@$(MANAGE) prepare
	@exec $(MANAGE) serve --host $(HOST) --port $(PORT)

worker: setup ## the Celery worker alone, with its timetable
	@exec $(PY) -m celery -A exitcase.celery worker --beat --loglevel WARNING

test: setup-tests ## the whole suite on SQLite, its database part again on PostgreSQL and Redis
	@$(PY) -m tests.suite

test-fast: setup-tests ## the suite on SQLite without the slow tests
	@$(PY) -m pytest -n 2 --dist worksteal -m "not slow and not deep"

test-fsm: setup-tests ## the machine tests against django-fsm 3.0.1, in an environment of their own
	@.ci/test-fsm

lint: setup-tests ## ruff, mypy --strict, import contracts, migrations, locks
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@EXITCASE_DATA=$$(mktemp -d) $(MANAGE) makemigrations --check --dry-run

fmt: setup-tests ## let ruff put the code in order
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock: setup-tests ## work out both lock files again from pyproject.toml (UPGRADE=--upgrade for newer ones)
	@$(PY) -m uv pip compile pyproject.toml -q --universal --generate-hashes --no-header --no-annotate \
	    --python-version 3.11 $(UPGRADE) -o requirements.lock
	@$(PY) -m uv pip compile pyproject.toml -q --extra dev -c requirements.lock --universal \
	    --generate-hashes --no-header --no-annotate --python-version 3.11 $(UPGRADE) -o requirements-dev.lock

messages: setup-tests ## collect the texts of code and templates into locale/, and compile them (needs gettext)
	@$(MANAGE) makemessages -l zh_Hans -l en --no-location --no-obsolete --no-wrap -i .venv -i var -i tests
	@msgen --no-wrap --no-location locale/zh_Hans/LC_MESSAGES/django.po -o locale/zh_Hans/LC_MESSAGES/django.po
	@$(MANAGE) compilemessages -i .venv -i var

bench: setup-tests ## moves against hand-written statements, as ratios (CASES=)
	@EXITCASE_DATA=$$(mktemp -d) $(PY) -m tests.bench.moves $(CASES)

deep: setup-tests ## the long runs: hypothesis at length, django-fsm 3.0.1, mutation of gates, terms and machines
	@$(PY) -m pytest -n 2 -m deep
	@.ci/test-fsm
	@$(PY) -m tests.mutants run --max-children 2
	@$(PY) -m tests.mutants results

demo: setup ## load regions, programmes and the demo into an empty database
	@$(MANAGE) prepare

walk: export EXITCASE_DATA = $(CURDIR)/var/walk/data
walk: setup ## play a whole township through the plan into var/walk (PERSONS=, TOWNSHIP=, SEED=)
	@rm -rf var/walk && mkdir -p var/walk
	@$(MANAGE) prepare --without-demo
	@$(MANAGE) make_register --township $(TOWNSHIP) --persons $(PERSONS) --seed $(SEED) var/walk/register.xlsx
	@$(MANAGE) walk --programme nanyue-2020 --township $(TOWNSHIP) --register var/walk/register.xlsx \
	    --out var/walk --seed $(SEED)

ci: ## what continuous integration runs
	@bash .ci/run
