# Two commands do everything, set-up included: `make grade` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: help grade test unit nightly setup data lint types format clean

help:  ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

grade: $(READY)  ## Grade the reference solution and two bundled submissions, and say where the reports lie
	@sh tools/grade_samples.sh

test: $(READY) lint types  ## Run all tests: lint, types, validation of the grader, unit and integration tests
	@sh tools/validate.sh
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

unit: $(READY)  ## Run the unit tests alone: the first look at a change
	$(BIN)/python -m pytest -q -n 2 tests/unit

nightly: $(READY)  ## Run what takes too long for each change: the whole validation, five seeds, naming of unseen bugs, random files
	@sh tools/nightly.sh

setup: $(READY)  ## Make .venv with the `autograder` command

data: $(READY)  ## Fetch MNIST and CIFAR-10 into data_cache/ (or $AUTOGRADER_DATA)
	$(BIN)/autograder data fetch all

$(READY): requirements.txt pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh

lint: $(READY)  ## Check style with ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)  ## Check types with mypy
	$(BIN)/mypy

format: $(READY)  ## Mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove everything that was made, but not the data
	rm -rf .venv reports .pytest_cache .mypy_cache .ruff_cache *.egg-info
