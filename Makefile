# Two commands do everything: `make demo` and `make test`. Both work in .venv inside this folder. `make serve` starts the service.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test serve check fuzz test-faults eval bench-audit bench-watchlist bench-names bench-ledger bench-marks bench-ocr \
  bench-characters bench-service bench-responses bench-uploads bench-cases migration samples lock clean
.DELETE_ON_ERROR:

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: $(STAMP)  ## set up, audit the samples, say where the reports are; findings are the result, not an error
	@$(BIN)/verifier doctor
	@$(BIN)/verifier audit samples/cases --out out/demo --format json,html,pdf --as-of 2026-11-22; \
	  status=$$?; if [ $$status -ge 64 ]; then exit $$status; fi; \
	  echo; echo "打开 Open out/demo/<case>/report.html, report.pdf, out/demo/summary.xlsx"

test: $(STAMP)  ## the whole suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

serve: $(STAMP)  ## the whole service on this machine: pages, API, a worker; data in ./data
	@$(BIN)/verifier-server serve

test-faults: $(STAMP)  ## workers killed at random, a full disk, a database that goes away: nothing lost, nothing doubled
	$(BIN)/python -m tests.api.faults.full

fuzz: $(STAMP)  ## every operation of the API asked what its OpenAPI document promises, many times
	FUZZ=$${FUZZ:-100} $(BIN)/python -m pytest tests/api/test_openapi.py

check: $(STAMP)  ## style, types, import rules, packs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/verifier packs lint

eval: $(STAMP)  ## audit an unseen seed of the generator against its truth
	@mkdir -p out
	$(BIN)/python -m samples.evaluate --markdown out/evaluation.md

bench-audit: $(STAMP)  ## how fast 1,000 cases are judged from stored documents and transcripts
	$(BIN)/python -m tests.bench_audit

bench-ocr: $(STAMP)  ## pages a minute of the whole read against the bare engines on the same pages
	$(BIN)/python -m tests.reading.bench_ocr

bench-marks: $(STAMP)  ## how well signatures, ticks, seals and strikes are found on degraded pages
	$(BIN)/python -m tests.reading.bench_marks

bench-characters: $(STAMP)  ## how many printed characters are read right on scans and photographs
	$(BIN)/python -m tests.reading.bench_characters

bench-watchlist: $(STAMP)  ## how fast a list of 100,000 entries is loaded and asked
	$(BIN)/python -m tests.bench_watchlist

bench-names: $(STAMP)  ## F1 of the comparison of names by kind of variation, beside plain rapidfuzz
	$(BIN)/python -m tests.bench_names

bench-ledger: $(STAMP)  ## what 100,000 payments of history add to the audit of one case
	$(BIN)/python -m tests.bench_ledger

bench-service: $(STAMP)  ## a batch through the service beside the command line; two workers on PostgreSQL beside one
	$(BIN)/python -m tests.api.bench_service

bench-responses: $(STAMP)  ## how long the API keeps people waiting while a batch is being read
	$(BIN)/python -m tests.api.bench_responses

bench-uploads: $(STAMP)  ## 10,000 files into one batch: time and memory
	$(BIN)/python -m tests.api.bench_uploads

bench-cases: $(STAMP)  ## list, filter and open cases with 100,000 stored
	$(BIN)/python -m tests.api.bench_cases

bench-pages: $(STAMP)  ## a case of 200 findings and 60 pages: time in the server and bytes of each page
	$(BIN)/python -m tests.pages.bench_pages

migration: $(STAMP)  ## a new migration from what the tables are now: make migration WHAT="columns for holds"
	$(BIN)/verifier-server draft-migration "$(WHAT)"

samples: $(STAMP)  ## draw the kept sample cases again
	$(BIN)/python -m samples.keep

lock:  ## pin every dependency with its hashes
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra service --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.service.lock

clean:
	rm -rf out build .pytest_cache .mypy_cache .ruff_cache
