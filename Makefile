# `make` alone lists what can be made. Needed: make, Python 3.11 or newer, pip.
# Everything else (libraries, Node) goes into .venv; nothing outside this folder
# is touched, but for Chromium, which `make test`, `make bench` and `make soak` install if missing.

PYTHON ?= python3
LAB_ARGS ?=
PYTEST_ARGS ?=

BIN := .venv/bin
VENV := $(BIN)/python
INSTALLED := .venv/.installed
NODE_MODULES := js/node_modules/.package-lock.json
STATIC := $(addprefix gdwidget/static/,loader.js widget.js widget.css engine.js teaching.js presenting.js zh.js page.js page-zh.js page.css figures.js)
JS_SOURCES := $(shell find js/src -type f -not -name '.*' 2>/dev/null)
NOTEBOOK := notebooks/01-which-way-how-far.ipynb
SITE := docs/_build

# npm's scripts look for `node` on the PATH: the pinned one of .venv comes first.
NPM := cd js && PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent
# Node trusts the certificates that the system trusts, as pip does.
export NODE_USE_SYSTEM_CA := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The lesson's address, so that what Jupyter prints leads there too where no browser opens;
# and Jupyter asks root to say that it is meant.
OPEN := --LabApp.default_url=/lab/tree/$(NOTEBOOK) $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help lab test docs bench soak dev build format clean chromium lint types test-js test-python

help: ## list the targets
	@echo "gdwidget: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "PYTHON=python3.13 chooses the Python, PYTEST_ARGS='-k timeline' what is tested,"
	@echo "LAB_ARGS=--no-browser is handed to JupyterLab."

lab: $(INSTALLED) $(STATIC) ## open the first lesson in JupyterLab
	@echo "Opening $(NOTEBOOK) in JupyterLab. Ctrl+C here stops it."
	@$(BIN)/python -m jupyterlab $(OPEN) $(LAB_ARGS)

test: lint types test-js test-python ## run every check and test, in the browser too

docs: $(INSTALLED) $(STATIC) ## build the site: lessons with living widgets, and the API reference
	@echo "Running the lessons and building the site into $(SITE) (a few minutes)."
	@$(BIN)/python docs/build.py $(SITE)
	@echo "Open $(SITE)/index.html: it needs no server and no network."

bench: $(INSTALLED) $(STATIC) chromium ## measure speed and size against their baselines
	@echo "Measuring."
	@$(BIN)/python -m tests.bench

soak: $(INSTALLED) $(STATIC) chromium ## ten minutes of random use, fuzzed messages, damaged pages
	@echo "Using the widget as nobody does, for about ten minutes."
	@$(BIN)/python -m tests.soak

dev: $(INSTALLED) $(STATIC) ## JupyterLab with live reload: save a file in js/src, see it
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python .ci/dev.py $(OPEN) $(LAB_ARGS)

build: $(INSTALLED) $(STATIC) ## make the wheel and the source package, in dist/
	@echo "Building the wheel and the source package."
	@rm -rf dist
	@$(BIN)/python -m build --quiet
	@ls dist/*

format: $(INSTALLED) $(NODE_MODULES) ## lay out the code, and mend what can be mended safely
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix
	@$(NPM) run format

clean: ## remove everything that make made
	rm -rf .venv js/node_modules gdwidget/static dist $(SITE) tests/*/failures
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find gdwidget tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +

# The parts of `make test`.

lint: $(INSTALLED) $(NODE_MODULES)
	@echo "Linting: ruff, biome."
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(NPM) run lint
	@echo "Checking that imports go down only: import-linter, dependency-cruiser."
	@$(BIN)/lint-imports --no-logo
	@$(NPM) run layers
	@echo "Looking for exports and packages that nobody uses: knip."
	@$(NPM) run unused

types: $(INSTALLED) $(NODE_MODULES)
	@echo "Checking types: mypy, tsc."
	@$(BIN)/mypy
	@$(NPM) run typecheck

test-js: $(NODE_MODULES)
	@echo "Testing the page part: vitest."
	@$(NPM) test

test-python: $(INSTALLED) $(STATIC) chromium
	@echo "Testing the rest: pytest (units, docstrings, notebooks, wheel, browser)."
	@$(BIN)/python -m pytest --numprocesses=3 $(PYTEST_ARGS)

chromium: $(INSTALLED)
	@.ci/ensure-chromium

# What has to be there first.

$(VENV):
	@.ci/create-venv "$(PYTHON)" .venv

# js/package.json holds the version.
$(INSTALLED): pyproject.toml js/package.json | $(VENV)
	@echo "Installing gdwidget and its tools into .venv (a few minutes the first time)."
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install -qq --editable '.[dev]'
	@touch $@

$(NODE_MODULES): js/package.json js/package-lock.json js/.npmrc | $(INSTALLED)
	@echo "Installing what builds the page part into js/node_modules."
	@$(NPM) ci
	@touch $@

# One run makes all; only a pattern rule can say so to every make ("%" stands for "static").
gdwidget/%/loader.js gdwidget/%/widget.js gdwidget/%/widget.css gdwidget/%/engine.js gdwidget/%/teaching.js gdwidget/%/zh.js gdwidget/%/page.js gdwidget/%/page-zh.js gdwidget/%/page.css gdwidget/%/figures.js: $(JS_SOURCES) js/tsconfig.json js/minify.ts $(NODE_MODULES)
	@echo "Building the page part into gdwidget/static."
	@$(NPM) run build
	@touch $(STATIC)
