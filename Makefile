# `make` alone lists what there is. Everything that a target prints about its own progress goes to
# standard error, so `make demo DEMO_ARGS=--json` can be piped.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CONFIG ?= debug
# What nobody looks at costs time and disk; make BUILD_FLAGS= has it all, for a debugger.
BUILD_FLAGS ?= -debug-info-format none
DEMO_ARGS ?=
LOAD_ARGS ?=
TEST_ARGS ?=
MUTATION_ARGS ?=
PREFIX ?= /usr/local
DESTDIR ?=

# Tests kill processes on purpose: a backtrace of each would bury what matters, and slow the rest.
SWIFT_BACKTRACE ?= enable=no
export SWIFT_BACKTRACE

# Swift Testing would begin every test at once: hundreds of servers and time-outs on few processors.
SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH

PROGRAMS := toll toll-merchant toll-wallet
RELEASE := .build/release

# What is installed must outlive the toolchain that built it. (macOS has the libraries itself.)
ifeq ($(shell uname -s),Linux)
# Symbols are half of each file, and nobody debugs what is installed.
INSTALL_BUILD_FLAGS ?= --static-swift-stdlib -Xlinker -s
endif

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## "; print "usage: make TARGET [NAME=VALUE ...]\n" } \
	    /^[a-z][a-z-]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\n%s\n' 'variables:'
	@printf '  %-24s %s\n' \
	    'DEMO_ARGS="--json"' 'options for toll demo' \
	    'TEST_ARGS="--filter X"' 'options for swift test' \
	    'MUTATION_ARGS="--list"' 'options for scripts/mutation' \
	    'CONFIG=debug' 'the configuration of build, demo, test and fixtures' \
	    'BUILD_FLAGS=' 'options for swift build; with none, debuggers are served' \
	    'SEED=1 SECONDS=600 FAULTS=kill' 'which chaos, and for how long' \
	    'STORE=postgres INSTANCES=2' 'what chaos breaks' \
	    'CHAOS_ARGS="--json"' 'options for toll-chaos run' \
	    'TARGET=cbor SECONDS=600' 'what fuzz feeds, and for how long' \
	    'QUICK=1 ONLY="walk.*"' 'bench in three minutes; the rows that it measures' \
    'CHANNELS=10000 RATE=2000' 'how many load opens, and pays a second; STORE and SECONDS too' \
    'LOAD_ARGS="--find-rate"' 'more options for toll-load' \
	    'PREFIX=/usr/local' 'where install puts bin/ and share/' \
	    'DESTDIR=' 'a folder to stage the installation in, for packagers'

.PHONY: demo
demo: packages ## Build, then settle thousands of payments between three processes
	@scripts/build -c $(CONFIG) $(BUILD_FLAGS) --product toll
	@.build/$(CONFIG)/toll demo $(DEMO_ARGS)

# The end-to-end tests run the programs themselves, which --build-tests builds too.
.PHONY: test
test: packages ## Build and run every test
	@scripts/system-packages test
	@scripts/build -c $(CONFIG) $(BUILD_FLAGS) --build-tests
	@swift test -c $(CONFIG) --skip-build $(TEST_ARGS)
	@CONFIG=$(CONFIG) scripts/interop test

.PHONY: lint
lint: ## Check everything that a machine can check without building
	@scripts/system-packages lint
	@scripts/lint

.PHONY: build
build: packages ## Build everything
	@scripts/build -c $(CONFIG) $(BUILD_FLAGS)

.PHONY: install
install: packages ## Build for release; install the programs and their shell completions
	@for program in $(PROGRAMS); do \
	    scripts/build -c release --product $$program $(INSTALL_BUILD_FLAGS) || exit; \
	done
	@install -d "$(DESTDIR)$(PREFIX)/bin" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	@for program in $(PROGRAMS); do \
	    install -m 755 "$(RELEASE)/$$program" "$(DESTDIR)$(PREFIX)/bin/$$program" || exit; \
	done
	@for completion in bash:bash-completion/completions/toll zsh:zsh/site-functions/_toll \
	    fish:fish/vendor_completions.d/toll.fish; do \
	    "$(RELEASE)/toll" --generate-completion-script "$${completion%%:*}" \
	        > "$(RELEASE)/toll.completion" || exit; \
	    install -m 644 "$(RELEASE)/toll.completion" \
	        "$(DESTDIR)$(PREFIX)/share/$${completion#*:}" || exit; \
	done
	@echo "installed $(PROGRAMS) in $(DESTDIR)$(PREFIX)/bin" >&2

.PHONY: deb
deb: packages ## Make a Debian package of what install installs
	@scripts/system-packages deb
	@scripts/deb build

.PHONY: deb-check
deb-check: deb ## Install that package in a clean Debian root, and run it there (as root)
	@scripts/system-packages deb-check
	@scripts/deb check

.PHONY: fixtures
fixtures: packages ## Write the test vectors and the worked example anew
	@scripts/build -c $(CONFIG) $(BUILD_FLAGS) --product toll-fixtures
	@swift run -c $(CONFIG) --skip-build toll-fixtures write fixtures spec/worked-example.md

.PHONY: kernels
kernels: ## Check the chain kernels under sanitizers, and that of ARM on an emulated processor
	@scripts/kernels

# QUICK and TOLLCHAIN_CHAIN_KERNEL are read from the environment.
.PHONY: bench
bench: packages ## Measure what payments cost, against limits and rivals
	@scripts/system-packages bench
	@QUICK=$(QUICK) scripts/bench $(if $(ONLY),'$(ONLY)')

# SECONDS is a variable of bash as well, so it goes in as an option.
.PHONY: load
load: packages ## Pay a merchant over 10,000 channels, and show how long payers wait
	@$(if $(filter postgres,$(STORE)),scripts/system-packages load)
	@scripts/build -c release $(BUILD_FLAGS) --product toll
	@scripts/build -c release $(BUILD_FLAGS) --product toll-load
	@$(RELEASE)/toll-load --store '$(or $(STORE),sqlite)' \
	    --output .build/load/$(firstword $(subst :, ,$(STORE)) sqlite) \
	    $(if $(CHANNELS),--channels $(CHANNELS)) $(if $(RATE),--rate $(RATE)) \
	    $(if $(SECONDS),--seconds $(SECONDS)) $(LOAD_ARGS)

.PHONY: instructions
instructions: packages ## Count the instructions of the hot paths, and show what changed
	@scripts/system-packages bench instructions
	@scripts/instructions

.PHONY: mutation
mutation: packages ## Break the code in many ways, and show that the tests notice
	@scripts/mutation $(MUTATION_ARGS)

# SECONDS is a variable of bash as well, so it goes in as an argument.
.PHONY: chaos
chaos: packages ## Break real processes and disks for SECONDS, and check that no money is lost
	@for product in toll toll-chaos PowerLoss; do \
	    scripts/build -c $(CONFIG) $(BUILD_FLAGS) --product $$product || exit; \
	done
	@.build/$(CONFIG)/toll-chaos --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED)) \
	    $(if $(FAULTS),--faults $(FAULTS)) $(if $(STORE),--store $(STORE)) \
	    $(if $(INSTANCES),--instances $(INSTANCES)) $(CHAOS_ARGS)

.PHONY: fuzz
fuzz: ## Feed bytes that nobody chose to TARGET for SECONDS, or list the targets
	@scripts/fuzz $(TARGET) $(if $(TARGET),$(or $(SECONDS),600))

.PHONY: clean
clean: ## Remove everything that was built
	@rm -rf .build dist

.PHONY: packages
packages:
	@scripts/system-packages
