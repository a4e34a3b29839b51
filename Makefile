# Two commands do everything on a machine with Python 3.11+ and make:
#   make demo    a simulated runner with a known truth, to a verdict and a report
#   make test    all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := .ci/constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install -c $(CONSTRAINTS)

.PHONY: demo test lint format docs bench calibrate faults glossary coverage bare clean help

help:
	@grep -E '^#  ' Makefile | cut -c3-

$(VENV)/.pip: $(CONSTRAINTS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade pip
	@touch $@

# What a runner needs.
$(VENV)/.runtime: $(VENV)/.pip pyproject.toml
	@$(PIP) -e .
	@touch $@

# What a developer needs beside it.
$(VENV)/.dev: $(VENV)/.runtime
	@$(PIP) --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) --group bench
	@touch $@

#   make demo    a simulated runner with a known truth, to a verdict and a report
demo: $(VENV)/.runtime
	@$(BIN)/hipstride demo --out demo-out

#   make test    all tests
test: $(VENV)/.dev
	@$(BIN)/python -m pytest -q

#   make lint    style, types, layers, spelling, unused dependencies
lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/codespell src tests docs README.md CHANGELOG.md CONTRIBUTING.md
	@$(BIN)/deptry src
	@$(BIN)/nbstripout --verify notebooks/*.ipynb

#   make format  rewrite the code in the house style
format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/nbstripout notebooks/*.ipynb

#   make docs    the pages as a site in build/docs, notebooks run, warnings as errors
docs: $(VENV)/.dev
	@HIPSTRIDE_RUN_NOTEBOOKS=1 $(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	@echo "open build/docs/index.html"

#   make bench   speed and memory beside the other libraries, as ratios
bench: $(VENV)/.bench
	@$(BIN)/python -m tests.studies.bench

#   make calibrate   error rates and coverage on simulated runners: half an hour or
#                    more, goes on where it was stopped
calibrate: $(VENV)/.dev
	@$(BIN)/python -m tests.studies.calibrate_gait
	@$(BIN)/python -m tests.studies.calibrate

#   make faults  killed imports, damaged zips, runs that are and are not the same
faults: $(VENV)/.dev
	@$(BIN)/python -m tests.studies.faults
	@$(BIN)/python -m tests.studies.zip_fuzz
	@$(BIN)/python -m tests.studies.same_runs

#   make glossary    write docs/glossary.md from the table descriptions
glossary: $(VENV)/.runtime
	@$(BIN)/python -c "from pathlib import Path; from hipstride.tables import glossary; Path('docs/glossary.md').write_text(glossary(), encoding='utf-8')"

#   make coverage    the tests, with branch coverage
coverage: $(VENV)/.dev
	@$(BIN)/python -m pytest -q --cov --cov-report=term-missing:skip-covered

#   make bare    install the wheel with no developer's tools and try it
bare:
	@rm -rf build/bare && $(PYTHON) -m venv build/bare
	@build/bare/bin/python -m pip --disable-pip-version-check -q install -c $(CONSTRAINTS) .
	@cd build && bare/bin/hipstride --help >/dev/null && bare/bin/python -c "import hipstride; hipstride.sample.folder()"
	@echo "bare install works"

clean:
	@rm -rf $(VENV) build dist demo-out .pytest_cache .mypy_cache .ruff_cache
