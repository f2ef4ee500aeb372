# Two commands are all a newcomer needs: `make run` and `make test`. CONTRIBUTING.md has the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint format constraints clean

## run: set up, take in the sample coverage if there is none, and open the bot (the local chat, or Telegram where a token is set)
run: $(VENV)/.run
	@$(BIN)/dateline ingest --if-empty --source "Sample coverage" --published 2017-02-10 data/sample/article.txt
	@$(BIN)/dateline run

## test: set up and pass every test
test: $(VENV)/.dev
	$(BIN)/pytest

## check: what CI asks of every change
check: lint test

## lint: format, lint, types, and the direction of imports
lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## format: put the code in order
format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

## constraints: renew the exact versions in constraints.txt (then run `make check`)
constraints:
	./constraints.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

# constraints.txt pins torch, among others. Where pip knows a place with CPU builds (its settings find-links or extra-index-url), the pin means the
# build of 200 MB; the registry's own build for Linux works as well, and brings several GB of CUDA that nothing here uses.
$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[telegram,postgres]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/.run
