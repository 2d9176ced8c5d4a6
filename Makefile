# make demo   reads five known licenses aloud and tells fourteen apart
# make test   lint, types, layers and tests
# make docs   builds the documentation site into build/site
# make pictures  takes the pictures of README and site anew, with Chromium
# make bench  measures speed, start-up and memory beside a baseline
# make bench-peers  names changed copies of licenses beside other tools, in one run

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PEERS := .peers
PEER_NAMES := scancode-toolkit-mini pyaskalono licenseclassifier licenseid
TEXTS := corpora/licenses/texts

SHOWN := gemma-tou-2024-04-01 gemma-tou-2025-03-24 llama-2-license-2023 apache-2.0 mit
SUMMED := gemma-tou-2024-04-01 gemma-tou-2025-03-24 llama-2-license-2023 \
	llama-3.1-license-2024 llama-4-cla-2025 qwen-2024 deepseek-la-1.0 \
	exaone-ai-model-1.1-nc hyperclova-x-seed-2025 bigscience-rail-1.0 openai-tou-20241211 \
	gemini-api-additional-tos-2025 apache-2.0 mit

.PHONY: demo test docs pictures bench bench-peers clean texts

demo: $(VENV)/.installed texts
	@for key in $(SHOWN); do \
		printf '\n$$ openclause analyze %s\n\n' $(TEXTS)/$$key.txt; \
		$(BIN)/openclause analyze $(TEXTS)/$$key.txt || exit $$?; \
	done
	@printf '\n'
	@$(BIN)/python examples/table.py $(SUMMED:%=$(TEXTS)/%.txt)

test: $(VENV)/.dev
	@$(BIN)/openclause corpus fetch --quiet || echo "tests of whole texts are skipped" >&2
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

docs: $(VENV)/.docs
	$(BIN)/mkdocs build

pictures: $(VENV)/.browser texts
	$(BIN)/python docs/pictures.py

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/bench.py

# Each peer by itself: one that does not install is listed, and hinders no other. ScanCode does not
# start with pluggy 1.7. licenseid keeps the licenses in a file that it makes of its packaged data.
bench-peers: $(VENV)/.dev texts
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@missing=""; for peer in $(PEER_NAMES); do \
		$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install \
			$$peer 'pluggy<1.7' || missing="$$missing $$peer"; \
	done; \
	test -f $(PEERS)/licenses.db || $(PEERS)/bin/licenseid --db $(PEERS)/licenses.db \
		update --no-cache --source packaged >/dev/null 2>&1; \
	$(BIN)/python benchmarks/peers.py --python $(PEERS)/bin/python \
		--database $(PEERS)/licenses.db --missing "$$missing" --write

texts: $(VENV)/.installed
	@$(BIN)/openclause corpus fetch

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.docs: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable '.[docs]'
	@touch $@ $(VENV)/.installed

$(VENV)/.browser: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable '.[browser]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) $(PEERS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
