# The academy's commands. `make help` lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8000
WORKERS ?= auto
# What runs side by side, each file in one process. Real Celery workers run alone, after it.
TESTS ?= not worker
# COVERAGE= (empty) leaves the figures out, which slow the suite by a third.
COVERAGE ?= yes
MEASURE := $(if $(COVERAGE),--cov --cov-append --cov-report= --cov-fail-under=0)

IS_311 := import sys; sys.exit(sys.version_info[:2] != (3, 11))
PYTHON ?= $(shell for p in python3.11 python3; do $$p -c '$(IS_311)' 2>/dev/null && echo $$p && break; done)

PY := .venv/bin/python
MANAGE := $(PY) manage.py
# Python compiles what it imports when it does; pip would compile everything first.
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile
RUN_DEPS := .venv/.installed-run
DEV_DEPS := .venv/.installed-dev

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- Virtual environment ------------------------------------------------------------------------
$(PY):
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 is needed, and neither python3.11 nor python3 is it."; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) can't make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv

$(RUN_DEPS): requirements.txt constraints.txt | $(PY)
	@echo "Installing requirements.txt ..."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(DEV_DEPS): requirements-dev.txt requirements.txt constraints.txt | $(PY)
	@echo "Installing requirements-dev.txt ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(RUN_DEPS) $@

# -- Run ----------------------------------------------------------------------------------------
define PORT_IS_FREE
import socket, sys
try:
    port = int(sys.argv[1])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
except (OSError, OverflowError, ValueError) as error:
    sys.exit(f"Port {sys.argv[1]} can't be used ({error}). Choose another: make run PORT=8001")
endef
export PORT_IS_FREE

.PHONY: free-port
free-port:
	@$(or $(PYTHON),python3) -c "$$PORT_IS_FREE" "$(PORT)"

WORKER = DJANGO_SETTINGS_MODULE=site_config.settings.dev PORT=$(PORT) $(PY) -m celery -A site_config worker --beat

.PHONY: run
run: export PORT := $(PORT)
run: free-port $(RUN_DEPS) ## Start the demo academy on http://127.0.0.1:8000 (PORT=... changes it)
	@echo "Preparing the database ..."
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo
	@echo "The academy: http://127.0.0.1:$(PORT)/  (Ctrl-C ends it)"
	@trap 'trap "" INT TERM; kill $$pids 2>/dev/null; wait; exit 0' INT TERM; \
	$(MANAGE) runserver 127.0.0.1:$(PORT) & server=$$!; pids=$$server; \
	if [ -z "$$REDIS_URL" ]; then $(MANAGE) periodic & pids="$$server $$!"; \
	else echo "REDIS_URL is set: start a worker with $(WORKER)"; fi; \
	wait $$server; status=$$?; kill $$pids 2>/dev/null; wait; exit $$status

# -- Test ---------------------------------------------------------------------------------------
.PHONY: test
test: $(DEV_DEPS) ## Run the whole suite (on DATABASE_URL and REDIS_URL, where they are set)
	@$(if $(COVERAGE),$(PY) -m coverage erase)
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile -m "$(TESTS)" $(MEASURE)
	@$(PY) -m pytest -m worker $(MEASURE)
	@$(if $(COVERAGE),$(PY) -m coverage report)

# -- Check --------------------------------------------------------------------------------------
# `check --deploy` looks at production's settings, which refuse to start without these.
PRODUCTION := DJANGO_SETTINGS_MODULE=site_config.settings.production \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
	ALLOWED_HOSTS=academy.example \
	DATABASE_URL=postgres://127.0.0.1/check REDIS_URL=redis://127.0.0.1:6379/0 EMAIL_URL=smtp://127.0.0.1:25

.PHONY: check
check: $(DEV_DEPS) ## Format, lint, types, import layers, templates, migrations, deployment
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	.venv/bin/lint-imports --no-cache
	$(PY) -m djlint templates --check --quiet
	$(PY) -m djlint templates --lint --quiet
	@DATABASE_URL=sqlite://:memory: DJANGO_SETTINGS_MODULE=site_config.settings.test \
		$(MANAGE) makemigrations --check --dry-run
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(PY) -m mypy .

.PHONY: format
format: $(DEV_DEPS) ## Bring Python files and templates into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --reformat --quiet || true

.PHONY: clean
clean: ## Remove the virtual environment and caches (the academy's data in var/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
