# The project's chores, one target each. `make` alone lists them.
#
# Every target that runs Python uses .venv, which is made on first use from the lock files: nothing is
# needed beforehand but python3 (3.11 or newer, with venv), make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
UV ?= uv
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	--no-annotate --custom-compile-command 'make lock'
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q

.DEFAULT_GOAL := help
.PHONY: help dev demo check test test-fast bench bench-search bench-duplicates bench-merging bench-reports bench-import bench-comparison soak audit docs man picture golden packages release lock \
	clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.runs: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock names into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.develops: requirements-dev.lock $(VENV)/.runs
	@echo "installing what requirements-dev.lock names into $(VENV)"
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

dev: $(VENV)/.develops ## make .venv with tk and the tools of development
	@echo "ready: . $(BIN)/activate"

demo: $(VENV)/.runs ## build the two examples in .demo and show tk at work on them
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo $(DEMO)

check: $(VENV)/.develops ## lint, format, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: $(VENV)/.develops ## run every test
	$(BIN)/python -m pytest -n auto

test-fast: $(VENV)/.develops ## run the tests that take under a second each
	$(BIN)/python -m pytest -n auto -m 'not slow'

bench: $(VENV)/.develops ## measure commands as ratios; BENCH="--sizes 10,10000 --peer PATH"
	$(BIN)/python bench/commands.py $(BENCH)

bench-search: $(VENV)/.develops ## measure search; BENCH="--tickets 10000 --data FILE"
	$(BIN)/python bench/search.py $(BENCH)

bench-duplicates: $(VENV)/.develops ## measure how duplicates are found; BENCH="DATA.jsonl.gz PAIRS.tsv"
	$(BIN)/python bench/duplicates.py $(BENCH)

bench-reports: $(VENV)/.develops ## measure reports, the board, the site and the pages; BENCH="--tickets 10000"
	$(BIN)/python bench/reports.py $(BENCH)
	$(BIN)/python bench/pages.py $(BENCH)

bench-import: $(VENV)/.develops ## measure imports; BENCH="DATA.jsonl.gz --changes 174000"
	$(BIN)/python bench/imports.py $(BENCH)

bench-comparison: $(VENV)/.develops ## measure everyday tasks beside git and Backlog.md; BENCH="--rounds 5 --backlog PATH --write"
	$(BIN)/python bench/comparison.py $(BENCH)

bench-merging: $(VENV)/.develops ## measure merging; BENCH="--pairs 1000 --tickets 500"
	$(BIN)/python bench/merging.py $(BENCH)

soak: $(VENV)/.develops ## run the reliability scorecard; SOAK="--seed 2 --share 0.05 S1 S4"
	$(BIN)/python tests/soak/run.py $(SOAK)

audit: ## ask pip-audit, where it is there and can look, about the pinned dependencies
	@$(PYTHON) tests/security/audit.py

docs: $(VENV)/.develops ## write the generated pages of docs/reference
	$(BIN)/python tests/golden/generate.py

man: docs ## write the manual pages and look for errors in them; `man -l docs/man/tk.1` shows one
	@if command -v mandoc >/dev/null; then mandoc -T lint -W warning docs/man/*.1; \
	elif command -v groff >/dev/null; then groff -ww -man -T utf8 -z docs/man/*.1; \
	else echo "neither mandoc nor groff is here to check them"; fi

picture: $(VENV)/.develops ## draw the pictures of the README and of the guide, from runs of tk
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/guide_pictures.py

golden: $(VENV)/.develops docs ## write the golden files anew; read the diff before you commit it
	TK_WRITE_GOLDEN=1 $(BIN)/python -m pytest tests/golden

packages: $(VENV)/.develops ## build dist/: the wheel, the source distribution, the filled packaging/templates
	$(BIN)/python packaging/fill_templates.py

release: $(VENV)/.develops ## set the version, build, commit and tag; VERSION=X.Y.Z, DRY=1 only prints the steps
	$(BIN)/python packaging/release.py "$(VERSION)" $(if $(DRY),--dry-run)

lock: ## pin the newest versions that pyproject.toml allows (needs uv; UV=path of it)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what the other targets made
	rm -rf $(VENV) $(DEMO) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench src/*.egg-info
