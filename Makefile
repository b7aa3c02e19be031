# `make demo` shows what dsr does, `make test` runs every check. Both set everything up first, ask nothing, may be repeated.

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
# Just below what is measured (91; what runs in a process of its own is not counted): a module without tests fails it.
COVERAGE = 90

# What a person's shell sets for other purposes must not change where things are installed or found, or what is tested.
unexport DSR_DEBUG DSR_HOME PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT

.PHONY: demo test bench matrix faults fuzz holidays format clean setup

demo: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/demo.sh

test: $(READY)
	@echo "== ruff check: faults and style"
	@$(BIN)/ruff check --quiet .
	@echo "== ruff format: layout"
	@$(BIN)/ruff format --check --quiet .
	@echo "== mypy: types"
	@$(BIN)/mypy
	@echo "== import-linter: who may import whom"
	@$(BIN)/lint-imports
	@echo "== pytest: behaviour, at least $(COVERAGE) % of the lines and branches of dsr"
	@$(BIN)/python -m pytest -n 3 --dist worksteal --durations 12 --cov --cov-report term --cov-fail-under $(COVERAGE)
	@echo "== every check passed"

# CPU beside tools that one knows; fails where a bound is exceeded.
bench: $(READY)
	@$(BIN)/python bench/bench.py

# Every flow under every mutation of its page, beside scripts written by hand; the server's counters judge. Takes an hour.
matrix: $(READY)
	@$(BIN)/python tools/matrix.py

# The main job struck by every fault; prints fault, runs, lost, doubled. Takes a quarter of an hour.
faults: $(READY)
	@$(BIN)/python tools/faults.py

# Hostile input for every place where bytes come in, a minute each; SECONDS=3600 for longer.
fuzz: $(READY)
	@$(BIN)/python tools/fuzz.py --seconds $(or $(SECONDS),60)

# Whether the holiday tables are what their library and our corrections say today.
holidays: $(READY)
	@$(BIN)/python tools/holidays_tables.py --check

format: $(READY)
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

clean:
	rm -rf $(VENV) demo build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "dsr needs Python 3.11 or newer; $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
	  echo "name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "== setting up $(VENV) (once; again when pyproject.toml or constraints.txt change)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  rm -rf $(VENV); echo "no virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --root-user-action ignore \
	  --editable '.[dev]' --constraint constraints.txt
	@$(BIN)/dsr browser install
	@touch $(READY)
