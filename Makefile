# Everything a fresh machine needs is done here; beforehand: git, make, Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types style imports bench lock clean programs

demo: $(READY)
	$(BIN)/carbonpeak demo $(ARGS)

# The tests start the program hundreds of times: without compiled files, which some machines forbid,
# each start compiles it anew.
test: export PYTHONDONTWRITEBYTECODE =
test:
	@$(MAKE) --no-print-directory --jobs 2 $(READY) programs
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest $(WORKERS) $(ARGS)

# Side by side, for mypy takes one core for as long as the others together.
lint: $(READY)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types style imports

types:
	$(BIN)/mypy

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports:
	$(BIN)/lint-imports

bench: $(READY)
	for name in ingest usage latency scale faults; do \
	  $(BIN)/python benchmarks/$$name.py --quick || exit 1; \
	done

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# Many tests wait for servers that they started, so three at a time suit two cores. A file's tests
# stay together, for they share what they started; files are begun in the order of collection
# (tests/conftest.py: the long ones first).
WORKERS := -n 3 --dist loadfile --no-loadscope-reorder

# The servers and the browser that the tests use; elsewhere those tests skip with their reason. The
# tests start the servers themselves, so the packages' own services are not started here.
programs:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  missing=""; \
	  { command -v mosquitto || [ -x /usr/sbin/mosquitto ]; } >/dev/null 2>&1 || missing="$$missing mosquitto"; \
	  command -v mosquitto_pub >/dev/null 2>&1 || missing="$$missing mosquitto-clients"; \
	  command -v influxd >/dev/null 2>&1 || missing="$$missing influxdb"; \
	  { command -v nginx || [ -x /usr/sbin/nginx ]; } >/dev/null 2>&1 || missing="$$missing nginx-light"; \
	  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	  command -v openssl >/dev/null 2>&1 || missing="$$missing openssl"; \
	  command -v chromium >/dev/null 2>&1 || missing="$$missing chromium"; \
	  command -v soffice >/dev/null 2>&1 || missing="$$missing libreoffice-calc-nogui"; \
	  fc-list 2>/dev/null | grep -q "Noto Sans CJK" || missing="$$missing fonts-noto-cjk"; \
	  if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    policy=/usr/sbin/policy-rc.d; \
	    if [ ! -e $$policy ]; then \
	      printf '#!/bin/sh\nexit 101\n' >$$policy; chmod +x $$policy; trap "rm -f $$policy" EXIT; \
	    fi; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  fi; \
	fi

# Renew the lock: one file for every platform and Python from 3.11 on, hashes, no index address.
lock:
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --extra dev --output-file requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info
