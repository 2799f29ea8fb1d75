SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --warn-undefined-variables
.DEFAULT_GOAL := help

# Maven runs on JDK 25, wherever that is installed; its own errors say what is missing.
JAVA_HOME := $(shell scripts/find-jdk 25)
export JAVA_HOME
MAVEN := mvn --batch-mode --no-transfer-progress
WAR := target/latest-image.war

.PHONY: help
help: ## Show this help.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: jdk
jdk: # Stops with what to install if there is no JDK or no Maven.
	@scripts/find-jdk 25 >/dev/null
	@command -v mvn >/dev/null || { echo "Maven 3.8 or newer is needed: install the package maven (Debian, Fedora, Homebrew)." >&2; exit 1; }

$(WAR): pom.xml $(shell find src/main -type f)
	@$(MAKE) --no-print-directory jdk
	$(MAVEN) --quiet package -DskipTests
	@touch $@

.PHONY: war
war: $(WAR) ## Build the WAR, without running the tests.

.PHONY: run
run: $(WAR) ## Start the service on port 8080 (APP_PORT) with ./data (IMAGE_DIR) as its storage.
	@DRAIN_TIME=$${DRAIN_TIME-0s} exec "$$JAVA_HOME/bin/java" -jar $(WAR)

.PHONY: test
test: jdk ## Check style and run the tests that need nothing but a JDK.
	$(MAVEN) verify
	@scripts/check-dependencies

.PHONY: bench
bench: $(WAR) ## Compare requests per second with nginx and Caddy (needs wrk, nginx, caddy).
	$(MAVEN) --quiet test-compile
	@scripts/bench $(WAR) target/test-classes

.PHONY: test-system
test-system: $(WAR) ## Run the tests that need more: Linux, root, FUSE, curl, and 8 minutes.
	@scripts/check-system-tests
	$(MAVEN) test -Psystem -Dtest.groups=system -Dtest.excludedGroups=

.PHONY: format
format: jdk ## Format the sources.
	$(MAVEN) --quiet spotless:apply

.PHONY: clean
clean: ## Remove what was built.
	rm -rf target

# The chart: deploying it, and checking it. helm/README.md and docs/deploying.md say more.
BRANCH ?= $(shell git rev-parse --abbrev-ref HEAD)
NAMESPACE ?= test
REGISTRY ?=
TAG ?= $(shell git rev-parse HEAD)
VALUES ?= helm/values-test.yaml
DOMAIN ?=
TIMEOUT ?= 5m
HELM ?= helm

.PHONY: deploy
deploy: ## Deploy BRANCH from REGISTRY into NAMESPACE with HELM (3 or 4) and VALUES; waits, and rolls back on failure.
	@BRANCH='$(BRANCH)' NAMESPACE='$(NAMESPACE)' REGISTRY='$(REGISTRY)' TAG='$(TAG)' VALUES='$(VALUES)' DOMAIN='$(DOMAIN)' \
	TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy

.PHONY: undeploy
undeploy: ## Uninstall the release of BRANCH from NAMESPACE, with its image unless that is to be kept.
	@BRANCH='$(BRANCH)' NAMESPACE='$(NAMESPACE)' TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy --remove

.PHONY: lint
lint: ## Check the chart: Helm 3 and 4, unit tests, kube-score, its README, and the API server where there is one.
	@HELM='$(HELM)' scripts/lint-chart

# The proof that no request fails, on a cluster; docs/e2e.md says how. Its load is built before, where there is a network.
LOAD := target/test-classes/io/latestimage/e2e/Load.class

$(LOAD): pom.xml $(shell find src -name '*.java')
	@$(MAKE) --no-print-directory jdk
	$(MAVEN) --quiet test-compile
	@touch $@

.PHONY: e2e-load
e2e-load: $(LOAD) ## Build what make e2e sends requests with.

.PHONY: e2e
e2e: $(LOAD) ## Prove on a cluster that no request fails, with IMAGE and IMAGE_NEXT; docs/e2e.md lists what else to give.
	@JAVA="$$JAVA_HOME/bin/java" scripts/e2e
