# `make` lists what can be made; each target installs what it needs into .venv.

PYTHON ?= python3
BIN := .venv/bin
CODE := app.py pages ui exports charts analyses ledger metrics warehouse commands cli.py data bench docs start.py tests
SQL := warehouse metrics

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench faults fuzz alarms sample screenshots lock clean dev

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F '|' '{printf "make %-12s %s\n", $$1, $$2}'

run: ## Open the dashboard on the sample, or on your own data: make run EXPORTS=path [SOURCE=mapping]
	@$(PYTHON) start.py $(if $(EXPORTS),"$(EXPORTS)") $(if $(SOURCE),--source "$(SOURCE)")

test: dev ## Run every test, with coverage (installs a Chromium, a PostgreSQL and a LibreOffice when there is none)
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python tests/postgres.py
	@$(BIN)/python tests/libreoffice.py
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --cov -n auto --maxprocesses 4 --no-loadscope-reorder

check: dev ## Check style, types, SQL and layers; changes nothing
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pyright
	$(BIN)/sqlfluff lint --disable-progress-bar $(SQL)
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_layers.py

fix: dev ## Put right what can be put right by a program
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)
	$(BIN)/sqlfluff fix --disable-progress-bar $(SQL)

bench: dev ## Measure the build, the pages and the load against baselines: make bench CUSTOMERS=100000
	@$(BIN)/python -m bench $(if $(CUSTOMERS),--customers $(CUSTOMERS))

faults: dev ## Kill builds, fill disks, damage files and so on, and print what held
	@$(BIN)/python -m tests.faults

fuzz: dev ## Try 100,000 bad files and 1,000 bad exports and print a table; for a time only: make fuzz MINUTES=10
	@$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES))

alarms: dev ## Draw stable and shifted weeks, print how often and how soon each card rings, write docs/signals.md
	@$(BIN)/python docs/alarms.py

sample: dev ## Make data/sample/salesforce again from its seed
	$(BIN)/python data/generate_sample.py

screenshots: dev ## Make the pictures of docs/screenshots again from the real app
	@$(BIN)/python tests/chromium.py
	$(BIN)/python docs/screenshots.py

lock: dev ## Write the pinned requirements again from the .in files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove .venv, the warehouse and the caches
	rm -rf .venv warehouse_data .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

dev:
	@$(PYTHON) start.py --install-dev
