# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

MAKEFLAGS += --no-builtin-rules
VENV := .venv
RUN := $(VENV)/bin/python -m

# The first of these that runs is taken. To run is the test, not to exist: pyenv's shims exist for every version.
# `make test PYTHON=/path/to/python3.12` names another.
PYTHONS = $(or $(PYTHON),$(VENV)/bin/python python3.13 python3.12 python3.11 python3)
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

install = for python in $(PYTHONS); do \
	  if $$python -c '$(USABLE)' >/dev/null 2>&1; then exec $$python requirements/install.py $(1); fi; \
	done; \
	echo "None of $(PYTHONS) is a Python 3.11, 3.12 or 3.13 with the venv module:" \
	  "install one, or name it with PYTHON=/path/to/python." >&2; \
	exit 1

.PHONY: help
help:  ## This list
	@sed -n 's/^\([a-z0-9-]*\):.*  ## \(.*\)/  make \1~\2/p' $(MAKEFILE_LIST) | awk -F'~' '{ printf "%-20s %s\n", $$1, $$2 }'

.PHONY: demo
demo:  ## See it work on an emulated AWS, in two minutes
	@$(call install,demo)
	@$(RUN) tests.demo

.PHONY: test
test: venv  ## Everything that has to hold
	@$(RUN) tests.gates
	@$(RUN) pytest -n 3 --dist worksteal --cov

.PHONY: matrix
matrix: venv  ## Sanity, unit and module tests on every ansible-core and Python; ROWS="2.20 oldest" for some
	@$(RUN) tests.matrix $(ROWS)

.PHONY: venv
venv:  ## The tools, pinned, in .venv
	@$(call install,test)

.PHONY: format
format: venv  ## Format the Python code and mend what ruff can mend
	@$(VENV)/bin/ruff check --quiet --fix-only .
	@$(VENV)/bin/ruff format --quiet .

.PHONY: lint
lint: venv  ## The quick gates: format, lint, types, YAML, documentation, changelog
	@$(RUN) tests.gates --quick

.PHONY: hooks
hooks: venv  ## Have git run the quick gates that concern a commit before it is made
	@$(VENV)/bin/pre-commit install

.PHONY: sanity
sanity: venv  ## ansible-test sanity
	@$(RUN) tests.gates sanity

.PHONY: unit
unit: venv  ## Unit tests, with the coverage of the pure files
	@$(RUN) pytest tests/unit --cov

.PHONY: e2e
e2e: venv  ## The emulator's own tests and real playbooks against it
	@$(RUN) pytest -n 2 tests/emulator tests/end_to_end

.PHONY: model
model: venv  ## Thousands of random steps against models of granting, revoking and ending access
	@MODEL_STEPS=$(or $(STEPS),5000) MODEL_SEED=$(or $(SEED),random) $(RUN) pytest -q -s tests/model

.PHONY: bad-days
bad-days: venv  ## Ten thousand tasks on AWS's bad days, killed on the way, and many that race each other
	@MODEL_STEPS=$(or $(STEPS),13000) MODEL_SEED=$(or $(SEED),random) $(RUN) pytest -q -s tests/model/test_bad_days.py
	@RACE_ROUNDS=$(or $(ROUNDS),100) $(RUN) pytest -q -n 2 tests/model/test_races.py

.PHONY: fuzz
fuzz: venv  ## Hostile values for every option of every module, TIMES=20 as many as in make test
	@FUZZ=$(or $(TIMES),20) FUZZ_SEED=$(or $(SEED),random) $(RUN) pytest -q tests/fuzz

.PHONY: bench
bench: venv  ## Measure against the neighbours and the floor: half an hour; BENCH="--sizes 1 20" for less
	@$(RUN) benchmarks $(BENCH)

.PHONY: docs
docs: venv  ## The documentation as a site, in .cache/docs/html
	@$(RUN) docsite

.PHONY: molecule
molecule: venv  ## The molecule scenarios
	@$(RUN) tests.gates molecule

.PHONY: integration
integration: venv  ## The integration targets, on the emulator; REAL_AWS=yes in your account; TARGETS="one another"
	@$(RUN) tests.gates.integration $(if $(filter yes,$(REAL_AWS)),--real-aws) $(TARGETS)

.PHONY: integration-cleanup
integration-cleanup: venv  ## Remove from your AWS account what a killed run of PREFIX=eca-it-... has left there
	@$(RUN) tests.gates.integration --remove '$(PREFIX)'

.PHONY: prove-gates
prove-gates: venv  ## Seed a fault for each gate and see it caught
	@$(RUN) tests.gates.seed_faults

.PHONY: pins
pins:  ## Resolve every dependency anew, on all three Pythons
	@python3.13 requirements/lock.py

.PHONY: package
package: venv  ## Build the collection's tarball and its checksum
	@$(RUN) tests.package

.PHONY: changelog
changelog: venv  ## Make release notes of the fragments, for the version in galaxy.yml
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" antsibull-changelog release --update-existing

.PHONY: release
release: venv  ## Refuse what is not ready, see everything hold on this commit, build, say what to type next
	@$(RUN) tests.release

.PHONY: clean
clean:  ## Remove everything that is not in git's keeping here
	rm -rf .venv .cache .ansible .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output elasticache-access-*.tar.gz*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
