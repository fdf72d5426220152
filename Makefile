# Thin: each target is a command or two. `make figures` and `make test` set up everything they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# smoke | lecture | paper, or another file of workflow/presets; without it the preset of params.yaml
PRESET ?=
ASKED = $(if $(PRESET),--preset '$(PRESET)')
CONFIG = $(if $(PRESET),--config 'preset=$(PRESET)')
USE_PRESET = figures plan reproduce claims report times
ifneq ($(PRESET),)
ifneq ($(filter-out $(USE_PRESET),$(or $(MAKECMDGOALS),help)),)
$(error PRESET is for make $(USE_PRESET): other targets do the same for every preset)
endif
endif
# tests of one file stay in one process; a failure is shown at once
PROCESSES ?= 2
LAWS ?= tests/laws
TESTS = python -m pytest -q -n $(PROCESSES) --dist loadfile --no-loadscope-reorder --instafail --durations 20
# what says that the environment is there; `make ENV_READY= ...` uses the one that is active (conda)
ENV_READY ?= .venv/.ready
DEV_READY ?= $(if $(ENV_READY),.venv/.dev)
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# an environment whose Python is gone, or that was moved or copied here with the folder, is made again
ifneq ($(wildcard .venv/.ready),)
ifneq ($(shell $(BIN)/python -c 1 2>&1; test "$$(sed -n 's/^command = .* -m venv \(--clear \)\?//p' .venv/pyvenv.cfg)" -ef .venv || echo moved),)
AGAIN = --clear
.PHONY: .venv/.ready
endif
endif

.PHONY: help env dev pull figures plan diff test test-workflow test-laws reproduce bench check verify claims test-slurm report site rulegraph times lock

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

env: $(ENV_READY) ## create .venv with what runs: pinned, hashed packages and this package
dev: $(DEV_READY) ## the same with what tests and checks need

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 15) or sys.exit("Python 3.11 to 3.14 is needed (the pinned packages have no files for %d.%d): make PYTHON=python3.11 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv $(AGAIN) .venv
	$(PIP) -r requirements.txt
	$(PIP) $$(sed -n 's/^ *"\(torch==.*\)",$$/\1/p' pyproject.toml)
	$(PIP) --no-deps -e .
	touch $@

.venv/.dev: requirements-dev.txt .venv/.ready
	$(PIP) -r requirements-dev.txt
	touch $@

pull: env ## fetch stored results from the store inside the repository; keeps local ones that DVC has not recorded
	python scripts/pull.py

figures: pull ## stored results + whatever is missing -> every figure and claim (PRESET=smoke | lecture | paper)
	@python scripts/plan.py --brief $(ASKED)
	@started=$$(date +%s); CONDENSATION_PROGRESS=yes snakemake $(CONFIG) && python scripts/summary.py $(ASKED) --since $$started

plan: pull ## what would run, how many runs and jobs, and how long it would take (PRESET=smoke | lecture | paper)
	@python scripts/plan.py $(ASKED)

diff: env ## which claims and plotted values changed since REV (commit or DVC experiment), with images; TO=another
	@python scripts/compare.py $(or $(REV),HEAD) $(TO)

test: pull dev ## units, theory, bad input, small trainings, stored claims and figures (PROCESSES=2 at once)
	$(TESTS) tests/results tests/unit src

test-workflow: pull dev ## the smoke preset from nothing, twice; the commands of README and docs; a rebuild without training
	$(TESTS) tests/workflow

test-laws: pull dev ## kills, full disk, damages, remotes, mutants, odd places in full number, and a table of them
	$(TESTS) $(LAWS)

reproduce: env ## train the preset from nothing (PRESET=smoke | lecture | paper), ignoring stored results
	@started=$$(date +%s); CONDENSATION_FROM_NOTHING=yes CONDENSATION_PROGRESS=yes snakemake $(CONFIG) --forceall \
		&& python scripts/summary.py $(ASKED) --since $$started

bench: dev ## speed against a plain loop and the machine's limits
	python -m pytest -q tests/benchmarks --benchmark-only --benchmark-disable-gc -s

check: dev ## ruff, formats, types, layers of the package, snakefmt, snakemake --lint
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow/rules
	lint-imports
	snakemake --lint

verify: env ## compare every stored and every local result with its recorded hash
	python scripts/verify.py

claims: pull ## print every claim with its measured value
	snakemake --quiet all $(CONFIG) -- claims

test-slurm: dev ## the smoke preset of a figure of each family on a real Slurm (Debian: slurm-wlm munge)
	python -m pytest -q -rs -m slurm tests/laws/cluster

report: pull ## Snakemake's own report of every figure, by slide: report.html
	snakemake $(CONFIG) --report report.html

site: figures ## the gallery as a static site of its own, with commit and date: the folder site/
	python scripts/build_gallery.py --site site --commit "$$(git rev-parse --short HEAD)" --date "$$(git log -1 --format=%cs)"

rulegraph: dev ## write the graph of the pipeline into docs/how_it_works.md
	python scripts/draw_rule_graph.py --into docs/how_it_works.md

times: pull ## write recorded training times into workflow/report/training_times.tsv
	python scripts/record_times.py $(ASKED)

lock: dev ## resolve pyproject.toml into requirements.txt, requirements-dev.txt and environment.yml
	python scripts/lock.py
