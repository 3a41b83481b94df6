# Every target works on a fresh machine that has Python >= 3.11 and reaches a package
# index through pip. `make` alone lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
# Of the tool that writes the lock files; its own dependencies: none.
UV_VERSION := 0.13.9

# Paths stay relative: make cannot handle a space in a target, and the folder of the
# project may have one in its name.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

# Build options. They reach the recipes through the environment, where no quote or
# space in a folder name can break the shell line; dbt reads RETAIL_UPLIFT_* itself
# (macro setting), so that another folder or margin costs no full parse.
EDITION ?=
RAW_DIR ?=
DBT_ARGS ?=
AUDIT_ARGS ?=
TUNE_ARGS ?=
PYTEST_ARGS ?=
# Of the campaign list: where it goes, and which assigned campaign (none = the proposal).
LIST_DIR ?= exports
CAMPAIGN ?=
export LIST_DIR CAMPAIGN
# Of the public tables: where they go, and their names (none = all).
EXPORT_DIR ?= exports/tables
TABLES ?=
export EXPORT_DIR
# Of the dashboard: another published file, --port, --address. Of the report: its file.
DASHBOARD_ARGS ?=
REPORT ?= exports/report.html
export REPORT
ifneq ($(EDITION),)
export RETAIL_UPLIFT_EDITION := $(value EDITION)
endif
ifneq ($(RAW_DIR),)
export RETAIL_UPLIFT_RAW_DIR := $(value RAW_DIR)
endif

export DBT_PROFILES_DIR := $(CURDIR)
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
# The order of sets must not change a fit.
export PYTHONHASHSEED := 0

.PHONY: help build check audit tune list export dashboard report test proofs test-fast lint docs figures readme bench soak marginals \
	audit-table simulated-build large-build primary-pipeline unstated-lots scalings large-segmentation \
	large-effects large-impact effect-settings forest-settings lock clean

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "make build EDITION=dunnhumby RAW_DIR=/folder/of/the/csv/files DBT_ARGS='--select ...'"

# --- environment --------------------------------------------------------------------
# A stamp per step, so that an edit of pyproject.toml (a lint rule, say) costs a second,
# no new environment. Wheels only: a source package would fetch unpinned build tools.

$(VENV)/core.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("retail_uplift needs Python >= 3.11; name one with PYTHON=...")'
	@echo "==> new environment in $(VENV), packages of requirements.lock (a minute or two)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/project.stamp: $(VENV)/core.stamp pyproject.toml
	@echo "==> package retail_uplift, editable"
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp requirements-dev.lock
	@echo "==> lint tools of requirements-dev.lock"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

$(VENV)/oracles.stamp: $(VENV)/core.stamp requirements-oracles.lock
	@echo "==> oracles of requirements-oracles.lock, for tests and benchmarks"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-oracles.lock
	@touch $@

$(VENV)/dashboard.stamp: $(VENV)/core.stamp requirements-dashboard.lock
	@echo "==> dashboard of requirements-dashboard.lock"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dashboard.lock
	@touch $@

# --- warehouse ----------------------------------------------------------------------
# Unit tests say the same of every build: `make test` runs them. A good build is
# published; people's commands read what is published, never the build file.

PUBLISHED := published/retail_uplift.duckdb

build: $(VENV)/project.stamp  ## build, test and publish the warehouse (EDITION, RAW_DIR, DBT_ARGS)
	@$(BIN)/dbt build --exclude-resource-type unit_test $(DBT_ARGS)

check: $(VENV)/project.stamp  ## say what comes out of the raw tables, without a build (EDITION, RAW_DIR, DBT_ARGS)
	@$(BIN)/python -m retail_uplift.check $(DBT_ARGS)

audit: $(VENV)/project.stamp  ## grade the estimators on twins of the last build (AUDIT_ARGS)
	@$(BIN)/python -m retail_uplift.auditing.audit $(AUDIT_ARGS)

tune: $(VENV)/project.stamp  ## search settings of the learners by held-out loss (TUNE_ARGS)
	@$(BIN)/python -m retail_uplift.auditing.tuning $(TUNE_ARGS)

list: $(VENV)/project.stamp  ## export the campaign list as CSV and parquet (LIST_DIR, CAMPAIGN)
	@set --; if [ -n "$$CAMPAIGN" ]; then set -- --campaign "$$CAMPAIGN"; fi; \
	$(BIN)/python -m retail_uplift.decisions.export_list $(PUBLISHED) "$$LIST_DIR" "$$@"

export: $(VENV)/project.stamp  ## write the public tables as CSV and parquet, with their columns explained (EXPORT_DIR, TABLES)
	@$(BIN)/python -m retail_uplift.exports $(PUBLISHED) "$$EXPORT_DIR" $(TABLES)

docs: $(VENV)/project.stamp  ## write the dbt documentation site to target/
	@$(BIN)/dbt docs generate --static $(DBT_ARGS)
	@echo "==> open target/static_index.html"

figures: $(VENV)/project.stamp  ## draw the marts as PNG and SVG in analyses/figures
	@$(BIN)/python -m retail_uplift.figures $(PUBLISHED) analyses/figures

dashboard: $(VENV)/project.stamp $(VENV)/dashboard.stamp  ## show the published build in a browser (DASHBOARD_ARGS)
	@$(BIN)/python -m retail_uplift.serving.dashboard $(DASHBOARD_ARGS)

report: $(VENV)/project.stamp  ## write the published build's report, one HTML file (REPORT)
	@$(BIN)/python -m retail_uplift.serving.report $(PUBLISHED) "$$REPORT"

DOCUMENTS := README.md models/marts/TABLES.md models/marts/PUBLISHED.md \
	models/marts/behaviour/DATA.md \
	models/marts/behaviour/SHOPPING.md models/marts/customers/QUESTIONS.md \
	models/marts/effects/LEARNERS.md models/marts/impact/CAMPAIGNS.md \
	models/marts/decisions/NEXT_CAMPAIGN.md \
	benchmarks/KNOWN_TRUTH.md benchmarks/SEGMENTATION.md analyses/source_study.md

readme: $(VENV)/project.stamp  ## renew the queries and results in README.md and its pages
	@$(BIN)/python -m retail_uplift.render_docs $(PUBLISHED) $(DOCUMENTS)

# --- checks -------------------------------------------------------------------------

# A module stays in one process, so that what it builds is built once; long ones first.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder \
	--durations 30

test: $(VENV)/project.stamp $(VENV)/oracles.stamp $(VENV)/dashboard.stamp  ## run all Python tests, in two processes (PYTEST_ARGS)
	@$(PYTEST) $(PYTEST_ARGS)

proofs: export RETAIL_UPLIFT_PROOF_SCALE := 5
proofs: $(VENV)/project.stamp $(VENV)/oracles.stamp  ## prove the worlds of known truth on five times the replicates, and the primary pipeline
	@$(PYTEST) tests/python/effects/test_known_truth.py \
		tests/python/effects/test_primary_pipeline.py $(PYTEST_ARGS)

test-fast: $(VENV)/project.stamp  ## run the Python tests that need no full-size build
	@$(PYTEST) -m "not slow" $(PYTEST_ARGS)

# An in-memory warehouse: linting must not wait for, or lock, the real one. A partial parse
# would hide warnings.
lint: export RETAIL_UPLIFT_WAREHOUSE := :memory:
lint: export COLUMNS := 160
lint: $(VENV)/project.stamp $(VENV)/dev.stamp  ## check style, layer rules and documentation
	@echo "==> ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "==> dbt parse, sqlfluff, dbt-bouncer, rooms"
	@$(BIN)/dbt --quiet --warn-error parse --no-partial-parse
	@$(BIN)/sqlfluff lint --disable-progress-bar $(wildcard models tests analyses macros)
	@$(BIN)/dbt-bouncer --show-all-failures run
	@$(BIN)/python -m retail_uplift.rooms target/manifest.json

bench: $(VENV)/project.stamp $(VENV)/oracles.stamp  ## measure time and memory of the build
	@$(BIN)/python benchmarks/bench.py

soak: $(VENV)/project.stamp  ## read, kill and fill disks while small builds publish (ten minutes)
	@$(BIN)/python benchmarks/soak.py

# Figures of benchmarks/KNOWN_TRUTH.md that no warehouse holds; `make readme` then
# puts them on the page.
marginals: $(VENV)/project.stamp  ## compare a simulated year's features with the real ones
	@$(BIN)/python benchmarks/known_truth.py marginals

audit-table: $(VENV)/project.stamp  ## copy the last audit to benchmarks/estimator_audit.csv
	@$(BIN)/python benchmarks/known_truth.py audit-table

simulated-build: $(VENV)/project.stamp  ## build 20,000 simulated households, with the truth
	@$(BIN)/python benchmarks/known_truth.py simulated-build

large-build: $(VENV)/project.stamp $(VENV)/oracles.stamp  ## time staging, checks and features of 15 and 147 million lines
	@$(BIN)/python benchmarks/large.py

primary-pipeline: $(VENV)/project.stamp $(VENV)/oracles.stamp  ## grade builds of several campaigns by their truth
	@$(BIN)/python benchmarks/primary_pipeline.py

unstated-lots: $(VENV)/project.stamp  ## estimate lots within a segment that nobody stated
	@$(BIN)/python benchmarks/unstated_lots.py

# Figures of benchmarks/SEGMENTATION.md.
scalings: $(VENV)/project.stamp  ## compare factors and segments under several scalings
	@$(BIN)/python benchmarks/segmentation.py scalings

large-segmentation: $(VENV)/project.stamp  ## time the fits of customers at 250,000 households
	@$(BIN)/python benchmarks/segmentation.py large

# Figures of models/marts/effects/LEARNERS.md.
large-effects: $(VENV)/project.stamp  ## time the effects of 200,000 units, with their grades
	@$(BIN)/python benchmarks/effects.py large

effect-settings: $(VENV)/project.stamp  ## time the effects with more splits or refutations
	@$(BIN)/python benchmarks/effects.py settings

forest-settings: $(VENV)/project.stamp  ## grade forests of several sizes on planted effects
	@$(BIN)/python benchmarks/effects.py forests

# Figures of models/marts/impact/CAMPAIGNS.md.
large-impact: $(VENV)/project.stamp  ## time the impact wing at 200,000 households, with its effects
	@$(BIN)/python benchmarks/impact.py

# --- upkeep -------------------------------------------------------------------------
# One resolution, four views: the set with lint tools is solved first and the core set is
# held to it, because the lint tools have upper bounds (click) that the core alone would
# pass. The sets with oracles and dashboard are held to the core and change no version.

UV_COMPILE = uv pip compile --quiet --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-strip-extras \
	--custom-compile-command "make lock" --group build pyproject.toml

lock:  ## renew the requirements*.lock files
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; \
	"$$tools/bin/python" -m pip --quiet --disable-pip-version-check install uv==$(UV_VERSION); \
	PATH="$$tools/bin:$$PATH"; \
	$(UV_COMPILE) --extra dev --output-file requirements-dev.lock > /dev/null; \
	$(UV_COMPILE) --constraint requirements-dev.lock --output-file requirements.lock > /dev/null; \
	$(UV_COMPILE) --extra oracles --constraint requirements.lock \
		--output-file requirements-oracles.lock > /dev/null; \
	$(UV_COMPILE) --extra dashboard --constraint requirements.lock \
		--output-file requirements-dashboard.lock > /dev/null
	@echo "==> the requirements*.lock files are new; run make build test lint"

clean:  ## remove build file, environment and leftovers; what is published stays, with its lists
	@rm -rf target logs warehouse dbt_packages $(VENV) .pytest_cache .ruff_cache .user.yml
	@find . -path ./.git -prune -o \( -name __pycache__ -o -name '*.egg-info' \) \
		-type d -prune -exec rm -rf {} +
