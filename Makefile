# Causeway: `make rehearse` and `make test` are all that a fresh machine needs; both set up what is missing first.
SHELL := /bin/bash
SWIFT ?= swift
BUILD := .build/debug
# Suites that start labs and whole runs; after the quick ones, so that a slip shows early, and each in a process of its own.
LABS := LabFabricTests|LabTests
ENDS := EndToEndTests
# Every workflow from its fixture to its destruction, and each without each of its steps.
MATRIX := ShippedWorkflowTests|LeaveOneOutTests

.DEFAULT_GOAL := build
.PHONY: setup build release install uninstall rehearse test check format lint bench clean

setup:
	@scripts/setup

build: setup
	$(SWIFT) build --explicit-target-dependency-import-check error

release: setup
	$(SWIFT) build -c release --product causeway

PREFIX ?= /usr/local
ROOT = $(DESTDIR)$(PREFIX)
## The optimised tool, the workflows and providers that it finds beside itself, completions and the manual page, below PREFIX.
install: release
	install -D -m 755 .build/release/causeway $(ROOT)/bin/causeway
	install -d $(ROOT)/share/causeway $(ROOT)/share/man/man1 $(ROOT)/share/bash-completion/completions \
	  $(ROOT)/share/zsh/site-functions $(ROOT)/share/fish/vendor_completions.d
	cp -R workflows providers schemas $(ROOT)/share/causeway/
	chmod -R u=rwX,go=rX $(ROOT)/share/causeway
	.build/release/causeway --generate-completion-script bash >$(ROOT)/share/bash-completion/completions/causeway
	.build/release/causeway --generate-completion-script zsh >$(ROOT)/share/zsh/site-functions/_causeway
	.build/release/causeway --generate-completion-script fish >$(ROOT)/share/fish/vendor_completions.d/causeway.fish
	scripts/manual .build/release/causeway >$(ROOT)/share/man/man1/causeway.1

uninstall:
	rm -rf $(ROOT)/share/causeway
	rm -f $(ROOT)/bin/causeway $(ROOT)/share/bash-completion/completions/causeway $(ROOT)/share/zsh/site-functions/_causeway \
	  $(ROOT)/share/fish/vendor_completions.d/causeway.fish $(ROOT)/share/man/man1/causeway.1

## The main job on play money: Alibaba Cloud <-> AWS through SAG vCPE, from purchase to ping, in the embedded lab.
rehearse: setup
	$(SWIFT) build --product causeway
	$(BUILD)/causeway run sag-aws --lab

## Everything: format, unit, architecture, conformance, lab, end to end, the vendors' own SDKs against the lab, and the optimised build.
test: setup lint
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --skip '$(LABS)|$(ENDS)'
	$(SWIFT) test --skip-build --filter '$(LABS)'
	$(SWIFT) test --skip-build --filter '$(ENDS)' --skip '$(MATRIX)'
	$(SWIFT) test --skip-build --filter '$(MATRIX)'
	scripts/contract-tests
	$(SWIFT) build -c release --product causeway
	scripts/release-check

## Minutes instead of more: format, unit and architecture tests only.
check: setup lint
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip '$(LABS)|$(ENDS)'

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

bench: release
	benchmarks/run

clean:
	$(SWIFT) package clean
	rm -rf .venv
