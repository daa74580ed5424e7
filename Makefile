# `make run` and `make test` are all a newcomer needs; each does its own set-up. `make help` lists the rest.

PYTHON ?= python3
ARGS ?=

# The starter model: where its training is kept, when it ends, which file is scored, and what the evaluation is told.
STARTER_RUN ?= build/starter
STARTER_TRAIN ?= --minutes 120 --compile
STARTER_FILE ?= src/minerva/models/starter.gguf
STARTER_EVAL ?=

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# Locks hold no addresses: neither an index nor a folder of wheels.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# mkdocs-material's notice about its successor, on every build: docs/adr/0006-dependencies.md has it.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-clients fuzz check setup setup-dev setup-starter web-dev starter starter-eval docs docs-generate format lock clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up, start the server, open the browser; ARGS="--port 8080" is passed on
	$(BIN)/minerva serve --open $(ARGS)

test: check ## Set up, check, then run every other test (after make setup-starter, those of the training too)
	@$(PYTHON) -m tools.setup --browser
	$(BIN)/mkdocs build --quiet --strict
	$(BIN)/pytest --ignore=tests/unit --ignore=tests/project

# In a folder of their own: what they depend on has other versions than ours. That they leave connections open when all is
# over, where no test can say that it does not mind, is theirs to mend.
test-clients: setup-dev ## Try LiteLLM and LangChain against a server; installs them into build/clients (400 MB)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade \
		--target build/clients --requirement requirements/clients.lock
	PYTHONPATH=build/clients $(BIN)/pytest -W default tests/integration/clients

fuzz: setup-dev ## Send 10,000 bodies that no client should send, over all routes; ARGS="--seed 2"
	$(BIN)/python -m tests.fuzz $(ARGS)

check: setup-dev ## Format, lint, types, import contract, generated docs, unit tests, here and in web/
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.generate_docs --check
	$(BIN)/python -m tools.web_types
	$(BIN)/python -m tools.npm run --silent check
	$(BIN)/python -m tools.npm run --silent test
	$(BIN)/pytest tests/unit tests/project

web-dev: setup-dev ## Serve the web chat from web/ as it is edited; `make run` beside it answers (or MINERVA_URL does)
	$(BIN)/python -m tools.npm run --silent dev

setup: ## Make .venv, with llama.cpp compiled for this machine (CMAKE_ARGS: see README), and build the web chat
	@$(PYTHON) -m tools.setup

setup-dev: ## The same, with what tests and checks need
	@$(PYTHON) -m tools.setup --dev

setup-starter: ## The same, with PyTorch and what else trains the starter model
	@$(PYTHON) -m tools.setup --dev --starter

# Memory that is given back to the system at the end of every step has to be zeroed again at the next.
starter: export MALLOC_TRIM_THRESHOLD_ = 4000000000
starter: export MALLOC_MMAP_THRESHOLD_ = 33000000
starter: setup-starter ## Train the starter model (goes on where it was), export it, print its scores; docs/starter-model.md has a short one
	$(BIN)/python -m starter.train $(STARTER_RUN) $(STARTER_TRAIN)
	$(BIN)/python -m starter.export $(STARTER_RUN) $(STARTER_RUN)/starter.gguf
	$(BIN)/python -m starter.evaluate $(STARTER_RUN)/starter.gguf $(STARTER_EVAL)

starter-eval: setup-starter ## Print the scores of the starter model that ships; STARTER_FILE names another file
	$(BIN)/python -m starter.evaluate $(STARTER_FILE) $(STARTER_EVAL)

format: setup-dev ## Let ruff lay out the code and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup-dev ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

docs-generate: setup-dev ## Write docs/reference from the code
	$(BIN)/python -m tools.generate_docs

lock: setup-dev ## Write requirements/*.lock anew, within the ranges of pyproject.toml; UPGRADE=1 takes newer versions
	$(LOCK) requirements/build.in -o requirements/build.lock
	$(LOCK) --no-deps requirements/llama.in -o requirements/llama.lock
	$(LOCK) requirements/node.in -o requirements/node.lock
	$(LOCK) pyproject.toml --group install --no-emit-package llama-cpp-python -o requirements/runtime.lock
	$(LOCK) pyproject.toml --group install --group dev --constraint requirements/runtime.lock \
		--no-emit-package llama-cpp-python -o requirements/dev.lock
	$(LOCK) --group clients -o requirements/clients.lock
	$(LOCK) --group starter --constraint requirements/dev.lock -o requirements/starter.lock

clean: ## Remove what set-up and checks made here; the compiled llama.cpp stays in the user's cache
	rm -rf .venv .setup web/node_modules web/.svelte-kit src/minerva/web build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
