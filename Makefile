# Every target works from a fresh clone with Python 3.11 or newer alone: .venv is made on the way.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed
EDITOR := .venv/editor/installed
CLIENTS := .venv/clients/installed

.PHONY: demo test check fuzz bench bench-matching docs pictures lock browser editor clients clean

demo: $(INSTALLED)  ## a ready desk: web chat and console; PORT=8001 picks another port
	@$(BIN)/firstline demo $(if $(PORT),--port $(PORT))

test: check browser editor clients  ## everything that must be true before a change goes in
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: $(INSTALLED)  ## style, types and the direction of imports, without running anything
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(INSTALLED)  ## looks for bytes that break loader, templates or renderers, FOR=60 seconds each; Python 3.11 to 3.13
	$(BIN)/pip install --quiet --disable-pip-version-check atheris==3.0.0
	for target in $$($(BIN)/python -m tests.fuzz); do \
		$(BIN)/python -m tests.fuzz $$target -max_total_time=$(or $(FOR),60) -timeout=20 || exit 1; done

bench: $(INSTALLED)  ## the figures in docs/figures.md; takes a while
	$(BIN)/python -m benchmarks

bench-matching: $(INSTALLED)  ## how well answers are found; DATA is a folder of labelled questions
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.matching $(DATA) --plot docs/matching.svg

docs: $(INSTALLED)  ## the reference pages, written from the code
	$(BIN)/python -m adapters.cli.reference docs/reference

pictures: browser  ## the pictures in the README, taken of the demo desk
	$(BIN)/python docs/pictures/take.py

lock: $(INSTALLED)  ## pins every dependency with its hashes for Python 3.11 and newer
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements.txt --upgrade

$(INSTALLED): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "firstline needs Python 3.11 or newer; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The browser tests drive the system's Chromium; root may install it, anybody else is told how.
browser: $(INSTALLED)
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium >/dev/null; } || { \
		echo "The browser tests need Chromium: apt-get install chromium" >&2; exit 1; }

# The schemas are tried in the language server that editors run, the fake platforms with bots in JavaScript; they and
# their Node are pinned with their hashes.
editor: $(EDITOR)

clients: $(CLIENTS)

$(EDITOR) $(CLIENTS): .venv/%/installed: tests/%/package.json tests/%/package-lock.json $(INSTALLED)
	mkdir -p $(@D)
	cp tests/$*/package.json tests/$*/package-lock.json $(@D)
	$(BIN)/npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
