# `make run` serves the demo clinic on this machine; `make test` checks all; `make prove` measures all.
# It needs python3, make and git; the rest is installed into .venv and, for the tests, by apt-get.
.DEFAULT_GOAL := help
.PHONY: help run environment environment-test test prove lock docs fresh-machine clean

FENESTRA_DATA ?= $(CURDIR)/var/demo
export FENESTRA_DATA
fenestra := .venv/bin/fenestra
python := .venv/bin/python

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' $(MAKEFILE_LIST)

run: environment ## serve the demo clinic on this machine, filled when it is empty (PORT=8123 for another port)
	@[ -s "$$FENESTRA_DATA/demo-logins.json" ] || $(fenestra) demo >/dev/null
	@exec $(fenestra) serve $(if $(PORT),--port $(PORT))

environment:
	@tools/environment.sh run

environment-test:
	@tools/environment.sh test

test: environment-test ## check everything, on SQLite and on PostgreSQL; installs what that needs
	@$(python) tools/check.py

prove: environment-test ## run every benchmark and fault rig in full and write docs/proof.json
	@$(python) tools/prove.py --full

docs: environment-test ## draw the pages of docs/ that are drawn from the code
	@$(fenestra) docs

lock: environment-test ## write both locks anew from pyproject.toml
	@tools/lock.sh

fresh-machine: ## prove `make run` in an empty Debian of its own (needs root)
	@tools/fresh_machine.sh

clean: ## remove what was made here, but no clinic's data
	rm -rf .venv node_modules src/fenestra/faces/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
