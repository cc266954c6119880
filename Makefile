# Everything a contributor needs. `make` lists it. Nothing here needs Docker.
SHELL := /usr/bin/env bash
.DEFAULT_GOAL := help
.PHONY: help test demo e2e bench image crds format ui

E2E_CLUSTER ?= $(wildcard ../shared/cluster/cluster)

help: ## list these targets
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{ printf "  make %-8s", $$2; $$1 = $$2 = ""; print $$0 }'

test: ## build, check and test everything that needs no cluster
	@.ci/test

demo: ## watch a recovery from `kubectl apply` to proven data; KEEP=1 leaves it running
	@.ci/demo

e2e: ## all scenarios on a real cluster; KEEP=1 leaves the cluster, ONLY=ShopIT runs one class
	@E2E_CLUSTER='$(abspath $(E2E_CLUSTER))' .ci/e2e '$(or $(ONLY),*IT)'

bench: ## a start with and without the cache, the oracle on 100,000 and 1,000,000 keys, and Salvor beside plain scripts, on a real cluster
	@E2E_CLUSTER='$(abspath $(E2E_CLUSTER))' .ci/bench

image: ## the container image as a file, without a container engine; TWICE=1 builds it again and compares, AOT=1 adds the flavour with a cache of classes
	@.ci/image

crds: ## write the CRD YAML anew from the Java records
	@.ci/crds

format: ## format the Java code
	@.ci/mvn -q spotless:apply

ui: ## the plugin for Headlamp as a file; TEST=1 plays its tests, SHOTS=docs/img keeps their screenshots
	@.ci/plugin
