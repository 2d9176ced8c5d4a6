# make demo   reads five known licenses aloud and tells fourteen apart
# make test   lint, types, layers and tests
# make man    writes the manual pages of docs/man; make samples the reports of docs/samples
# make docs   builds the documentation site into build/site
# make pictures  takes the pictures of README and site anew, with Chromium
# make bench  measures speed, start-up and memory beside a baseline
# make fuzz   looks for inputs that break something, for SECONDS; docs/fuzzing.md
# make oldest tests with the oldest versions that pyproject.toml allows, newest with the newest
# make audit  asks whether locked dependencies have known vulnerabilities
# make lock   writes requirements-dev.lock anew
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

.PHONY: demo test docs pictures man samples bench bench-peers clean texts fuzz oldest newest audit lock

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

SECONDS ?= 300

fuzz: $(VENV)/.dev
	$(PIP) install 'atheris>=2.3' || true
	$(BIN)/python fuzz/run.py .fuzz/corpus -max_total_time=$(SECONDS) -artifact_prefix=.fuzz/

# The tests that follow what a dependency does; warnings of old versions are theirs.
BOUNDS := -W default tests/test_analysis.py tests/test_classifier.py tests/test_cli.py \
	tests/test_cli_add.py tests/test_cli_check.py tests/test_cli_compare.py \
	tests/test_cli_scan.py tests/test_finding.py tests/test_finding_metadata.py \
	tests/test_formats.py tests/test_keeping.py tests/test_modelfile.py tests/test_odrl.py \
	tests/test_phrases.py tests/test_pipeline.py tests/test_readers_docx.py \
	tests/test_readers_html.py tests/test_readers_pdf.py tests/test_readers_plain.py \
	tests/test_sarif.py tests/test_scanning_sources.py tests/test_scanning_writers.py \
	tests/test_terminal.py

oldest newest: $(VENV)/.dev
	$(PIP) install uv
	$(PYTHON) -m venv --clear .venv-$@
	$(BIN)/uv pip compile --quiet --extra dev --no-header pyproject.toml -o .venv-$@/wanted \
		--resolution $(if $(filter oldest,$@),lowest-direct,highest)
	$(BIN)/uv pip install --quiet --python .venv-$@/bin/python -r .venv-$@/wanted
	$(BIN)/uv pip install --quiet --python .venv-$@/bin/python --no-deps --editable .
	.venv-$@/bin/python -m pytest $(BOUNDS)

audit: $(VENV)/.dev
	$(PIP) install pip-audit
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock

lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev \
		--generate-hashes --no-emit-index-url --no-header --no-annotate \
		pyproject.toml -o requirements-dev.lock

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

man: $(VENV)/.installed
	$(BIN)/python -m openclause.cli.manual en > docs/man/openclause.1
	$(BIN)/python -m openclause.cli.manual ko > docs/man/openclause.ko.1

samples: $(VENV)/.installed
	$(BIN)/openclause analyze tests/documents/example-model.txt --format markdown --lang ko \
		--output docs/samples/example-model.ko.md

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
	rm -rf $(VENV) $(PEERS) .venv-oldest .venv-newest .fuzz build dist .mypy_cache .ruff_cache \
		.pytest_cache .hypothesis \
		.import_linter_cache
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
