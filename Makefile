# What each target does is in scripts/; `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
PIPELINE ?= pipelines/daily.yaml
FILES ?=

.PHONY: run test test-long fuzz setup packages models build lint clean

run: setup build ## everything that is needed, then the daily pipeline on the sample corpus
	.build/release/toolkit run $(PIPELINE) $(FILES)

test: setup lint ## everything that is needed, then all tests
	scripts/test.sh

test-long: setup lint ## what takes long: kills at 100 and 200 moments; ThreadSanitizer; libFuzzer on pipelines and bundles
	TOOLKIT_LONG_TESTS=1 scripts/test.sh
	scripts/tsan.sh
	scripts/fuzz.sh
	scripts/fuzz.sh bundles 1000000

fuzz: packages ## 100,000 mutated pipeline files
	scripts/fuzz.sh

setup: packages models

packages: ## the Debian packages
	@scripts/install-packages.sh

models: ## the sentence encoder and the language model: once, 96 MB
	@scripts/fetch-models.sh

build: packages ## the program, as .build/release/toolkit
	scripts/build.sh

lint: ## the formatter's rules and the project's own
	scripts/lint.sh

clean: ## what building leaves behind; models stay
	rm -rf .build .build-* out
