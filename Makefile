# One-line aliases of dev.py, which also works where make does not. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
STATE ?= .dev
ARGS ?=
FRESH ?=

.PHONY: run test lint bench load docs help
.DEFAULT_GOAL := help

run:
	@exec $(PYTHON) dev.py run --host "$(HOST)" --port "$(PORT)" --state "$(STATE)" $(if $(FRESH),--fresh)
test:
	@exec $(PYTHON) dev.py test --state "$(STATE)" $(ARGS)
lint:
	@exec $(PYTHON) dev.py lint
bench:
	@exec $(PYTHON) dev.py bench --state "$(STATE)" $(ARGS)
load:
	@exec $(PYTHON) dev.py load --state "$(STATE)" $(ARGS)
docs:
	@exec $(PYTHON) dev.py docs --state "$(STATE)" $(ARGS)
help:
	@exec $(PYTHON) dev.py help
