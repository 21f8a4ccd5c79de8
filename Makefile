# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
SCR := .build/release/scr
RELEASE := swift build -c release --static-swift-stdlib -Xlinker -s --product scr

.PHONY: help demo test build bench bench-durable format check soak chaos fuzz tsan
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, build, and let scr report on this very folder
	@scripts/install.sh build
	@scripts/demo.sh

test: ## install what is missing, run the Swift tests, then the tests against the built binary
	@scripts/install.sh test
	@scripts/test.sh

build: ## the release binary, .build/release/scr
	@scripts/install.sh build
	$(RELEASE)

bench: build ## measure the release binary against its baselines, as ratios of one run
	@scripts/install.sh test
	@scripts/bench.sh

bench-durable: build ## measure the durable engine: D1 to D5 and S1
	@scripts/install.sh test
	@scripts/bench-durable.sh

format: ## bring every Swift file into the house's format
	swift format --in-place --recursive --parallel Package.swift Sources Tests

check: ## what CI runs
	@.ci/run

soak: build ## the crash test, again and again, then chaos (ROUNDS=50)
	@scripts/soak.sh $(or $(ROUNDS),50)

fuzz: ## feed what reads bytes of others with bytes that nobody chose, five minutes each (SECONDS_EACH=300, TARGET=)
	@scripts/install.sh test
	@scripts/fuzz.sh $(or $(SECONDS_EACH),300) $(TARGET)

tsan: ## the tests of the protocol and the connection under the thread sanitizer
	@scripts/install.sh test
	@scripts/tsan.sh

chaos: build ## torment a runtime for 1,000 rounds, with a report in out/chaos.md (ROUNDS=1000, SEED=)
	@mkdir -p out
	.build/release/scr chaos --rounds $(or $(ROUNDS),1000) $(if $(SEED),--seed $(SEED)) --report out/chaos.md
