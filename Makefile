SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --warn-undefined-variables
.DEFAULT_GOAL := help

# Maven runs on JDK 25, wherever that is installed; the target jdk says what to install where it is not.
JAVA_HOME := $(shell scripts/find-jdk 25 2>/dev/null)
export JAVA_HOME
MAVEN = mvn --batch-mode --no-transfer-progress -Dcommit=$(COMMIT) "-Dbranch=$$BRANCH"
# What proves the promises on real clusters and storage: a project of its own, on which the service does not depend.
MAVEN_E2E = mvn --batch-mode --no-transfer-progress --file e2e/pom.xml
WAR := target/latest-image.war

# What is built: the sources as they are here, under the name of this branch.
COMMIT := $(or $(shell scripts/commit),$(error the sources here have no name, see above))
# A name may have $ and ` and quotes in it, so it goes to the shell by the environment and never as text.
ifeq ($(origin BRANCH),undefined)
BRANCH := $(or $(shell git branch --show-current 2>/dev/null),unknown)
else
override BRANCH := $(value BRANCH)
endif
export BRANCH

# Where images go; ENGINE is docker, podman or buildah, whichever works unless it is set.
REGISTRY ?=
REPOSITORY = $(if $(REGISTRY),$(REGISTRY)/)latest-image
IMAGE = $(REPOSITORY):$$(scripts/release-name "$$BRANCH")
ENGINE ?=
export ENGINE
# For `make push`, such as --tls-verify=false for a registry without TLS (podman, buildah).
PUSH_FLAGS ?=
# In bytes, of `make image-size`: what has been reached, and a little.
IMAGE_LIMIT := 36000000

.PHONY: help
help: ## Show this help.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: jdk
jdk: # Stops with what to install if there is no JDK or no Maven.
	@scripts/find-jdk 25 >/dev/null
	@command -v mvn >/dev/null || { echo "Maven 3.8 or newer is needed: install the package maven (Debian, Fedora, Homebrew)." >&2; exit 1; }

# Changes when a WAR of it would be another.
target/built-of: FORCE
	@mkdir -p target; echo "$(COMMIT) $$BRANCH" | cmp --silent - $@ || echo "$(COMMIT) $$BRANCH" >$@
.PHONY: FORCE
FORCE:

$(WAR): pom.xml target/built-of $(shell find src/main -type f)
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
	$(MAVEN_E2E) verify
	@scripts/check-dependencies
	@scripts/check-version

.PHONY: build build-app
build: ## Build the image of BRANCH (the current one) with ENGINE (docker, podman, buildah: what works).
	@scripts/build-image $(REPOSITORY) "$$BRANCH"
build-app: build ## The same.

.PHONY: push
push: ## Push the image to REGISTRY, by the names of its branch and of its commit.
	@test -n "$(REGISTRY)" || { echo "REGISTRY is wanted, such as REGISTRY=registry.example/team" >&2; exit 2; }
	@engine=$$(scripts/find-engine); for tag in $(IMAGE) $(REPOSITORY):$(COMMIT); do "$$engine" push $(PUSH_FLAGS) $$tag; done

.PHONY: run-image
run-image: ## Run the image on port 8080 with ./data as its storage, as the cluster does: read-only, no capabilities.
	@scripts/run-image $(IMAGE)

.PHONY: image-size
image-size: ## Print the compressed size of the image, by layer.
	@scripts/image-size $(IMAGE) $(IMAGE_LIMIT)

.PHONY: bench-startup
bench-startup: ## Compare CPU time to ready of the image with that of the same jars on a plain JDK.
	@scripts/bench-startup $(IMAGE)

.PHONY: sbom
sbom: jdk ## List what the service consists of: target/latest-image.cdx.json (CycloneDX). The image carries the same.
	$(MAVEN) --quiet org.cyclonedx:cyclonedx-maven-plugin:makeBom
	@echo target/latest-image.cdx.json

.PHONY: lint-image
lint-image: ## Check the Dockerfile and the scripts (needs hadolint, shellcheck), the release names, and how make deploy fails.
	hadolint Dockerfile
	shellcheck --external-sources $$(grep --files-with-matches --extended-regexp '^#!.*bash' scripts/* .ci/*)
	@scripts/test-release-names
	@scripts/test-build
	@scripts/test-deploy

.PHONY: test-reproducible
test-reproducible: jdk ## Build the WAR of this commit twice and compare.
	@scripts/test-reproducible-war

.PHONY: bench
bench: $(WAR) ## Compare requests per second with nginx and Caddy (needs wrk, nginx, caddy).
	$(MAVEN) --quiet test-compile
	@scripts/bench $(WAR) target/test-classes

.PHONY: test-system
test-system: $(WAR) ## Run the tests that need more: Linux, root, FUSE, curl, and 8 minutes.
	@scripts/check-system-tests
	$(MAVEN) test -Psystem -Dtest.groups=system -Dtest.excludedGroups=
	$(MAVEN_E2E) test -Dtest.groups=system -Dtest.excludedGroups=

.PHONY: format
format: jdk ## Format the sources.
	$(MAVEN) --quiet spotless:apply
	$(MAVEN_E2E) --quiet spotless:apply

.PHONY: clean
clean: ## Remove what was built.
	rm -rf target e2e/target

# The chart: deploying it, and checking it. helm/README.md and docs/deploying.md say more.
NAMESPACE ?= test
# The commit that is checked out, unless it is given.
TAG ?=
# The cluster: the current context of kubectl, unless it is given. As with BRANCH, any name will do.
CONTEXT ?=
override CONTEXT := $(value CONTEXT)
export CONTEXT
VALUES ?= helm/values-test.yaml
DOMAIN ?=
TIMEOUT ?= 5m
HELM ?= helm

.PHONY: deploy
deploy: ## Deploy BRANCH (from REGISTRY, or as make build made it) into NAMESPACE with HELM (3 or 4); waits, rolls back on failure.
	@NAMESPACE='$(NAMESPACE)' REGISTRY='$(REGISTRY)' TAG='$(TAG)' VALUES='$(VALUES)' DOMAIN='$(DOMAIN)' \
	TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy

.PHONY: undeploy
undeploy: ## Uninstall the release of BRANCH from NAMESPACE, with its image unless that is to be kept.
	@NAMESPACE='$(NAMESPACE)' TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy --remove

.PHONY: lint lint-chart lint-gitops
lint: lint-image lint-chart lint-gitops
lint-chart: ## Check the chart: Helm 3 and 4, unit tests, kube-score, its README, and the API server where there is one.
	@HELM='$(HELM)' scripts/lint-chart

# The proofs on real systems, in the project e2e. What they need of Maven's repository is got before, where there is a
# network; MAVEN_FLAGS=--offline for where there is none but the cluster's.
MAVEN_FLAGS ?=
# How much the proofs do: short (10 minutes at most on a cluster), or long.
FORM ?= short
# Which phases of a proof; all, unless some are named: PHASE=drain,storage. PHASE=help lists the names.
PHASE ?=
LOAD := e2e/target/latest-image-e2e.jar

# No test is in the group "none", but what runs tests is got from Maven's repository.
$(LOAD): e2e/pom.xml $(shell find e2e/src -name '*.java')
	@$(MAKE) --no-print-directory jdk
	$(MAVEN_E2E) $(MAVEN_FLAGS) --quiet package -Dtest.groups=none
	@touch $@

.PHONY: e2e-load
e2e-load: $(LOAD) ## Build the load and the proofs: java -jar e2e/target/latest-image-e2e.jar load --help.

# Runs the tests of one group; those that drive a cluster say themselves what they do.
PROVE = FORM='$(FORM)' PHASE='$(PHASE)' $(MAVEN_E2E) $(MAVEN_FLAGS) --quiet surefire:test -Dtest.excludedGroups=

.PHONY: e2e
e2e: $(LOAD) ## Prove on a cluster that no request fails (FORM=long, PHASE=drain, PHASE=help; see docs/e2e.md).
	@$(PROVE) -Dtest.groups=cluster

# The proof on a real NFS; docs/e2e-nfs.md says what NFS_LAB is, a command that has the machines.
NFS_LAB ?=

# Only the machines can be reached from where it runs, and not Maven's repository.
.PHONY: e2e-nfs
e2e-nfs: $(WAR) $(LOAD) ## Prove on a real NFS (NFS_LAB) that no acknowledged image is lost and none is outdated (FORM=long, PHASE=kills).
	@PHASE='$(PHASE)' NFS_LAB='$(NFS_LAB)' WAR='$(WAR)' COMMIT='$(COMMIT)' scripts/e2e-nfs \
	env $(PROVE) --offline -Dtest.groups=nfs

.PHONY: nightly
nightly: ## Run the long form of all proofs, with what make e2e-nfs and make e2e are given.
	@$(MAKE) --no-print-directory e2e-nfs FORM=long
	@$(MAKE) --no-print-directory e2e FORM=long

# Argo CD: a release for each branch, and production; docs/gitops.md. ARGOCD_DIR may be a copy of argocd with its own settings.
PROVIDER ?= github
ARGOCD_DIR ?= argocd

.PHONY: argocd-apply
argocd-apply: ## Set up in Argo CD the releases of all branches of PROVIDER (github, gitlab, gitea), and production.
	@PROVIDER='$(PROVIDER)' ARGOCD_DIR='$(ARGOCD_DIR)' scripts/argocd apply

.PHONY: argocd-diff
argocd-diff: ## Show what argocd-apply would change.
	@PROVIDER='$(PROVIDER)' ARGOCD_DIR='$(ARGOCD_DIR)' scripts/argocd diff

lint-gitops: ## Check argocd/ (needs kubectl) and the workflows (needs actionlint).
	@scripts/argocd check
	@scripts/test-argocd
	@scripts/check-workflows
	@scripts/test-check-workflows
	@scripts/test-ci-image

.PHONY: e2e-gitops
e2e-gitops: $(LOAD) ## Prove with a Git server and Argo CD that branches get their releases; scripts/e2e-gitops lists what to give.
	@JAVA="$$JAVA_HOME/bin/java" scripts/e2e-gitops
