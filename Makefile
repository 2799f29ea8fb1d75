SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --warn-undefined-variables
.DEFAULT_GOAL := help

# Maven runs on JDK 25, wherever that is installed; the target jdk says what to install if it is missing.
JAVA_HOME := $(shell scripts/find-jdk 25 2>/dev/null)
export JAVA_HOME
# For Maven, such as --offline where there is no network but the cluster's.
MAVEN_FLAGS ?=
MVN = mvn --batch-mode --no-transfer-progress $(MAVEN_FLAGS)
MAVEN = $(MVN) -Dcommit=$(COMMIT) "-Dbranch=$$BRANCH"
# The end-to-end tests, a project of its own; the service does not depend on it.
MAVEN_E2E = $(MVN) --file e2e/pom.xml
WAR := target/latest-image.war
E2E := e2e/target/latest-image-e2e.jar

# The sources of this checkout, under the name of this branch.
COMMIT := $(or $(shell scripts/commit),$(error scripts/commit failed, see above))
# A branch name may contain $, ` and quotes, so it reaches the shell through the environment, never as text.
ifeq ($(origin BRANCH),undefined)
BRANCH := $(or $(shell git branch --show-current 2>/dev/null),unknown)
else
override BRANCH := $(value BRANCH)
endif
export BRANCH

# Where container images are; ENGINE is docker, podman or buildah, by default the first that works.
REGISTRY ?=
REPOSITORY = $(if $(REGISTRY),$(REGISTRY)/)latest-image
IMAGE = $(REPOSITORY):$$(scripts/release-name "$$BRANCH")
ENGINE ?=
export ENGINE
# For `make push`, such as --tls-verify=false for a registry without TLS (podman, buildah).
PUSH_FLAGS ?=
# The limit of `make image-size`, in bytes: the size reached so far, and a margin.
IMAGE_LIMIT := 36000000

.PHONY: help
help: ## Show this help.
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run and build the service

.PHONY: run
run: $(WAR) ## Start the service on port 8080 (APP_PORT) with ./data (IMAGE_DIR) as its storage.
	@DRAIN_TIME=$${DRAIN_TIME-0s} exec "$$JAVA_HOME/bin/java" -jar $(WAR)

.PHONY: war
war: $(WAR) ## Build the WAR without running the tests.

.PHONY: build build-app
build: ## Build the container image of BRANCH (default: the current one) with ENGINE (docker, podman, buildah).
	@scripts/build-image $(REPOSITORY) "$$BRANCH"
build-app: build ## The same as build.

.PHONY: push
push: ## Push the container image to REGISTRY, tagged with its branch and its commit.
	@test -n "$(REGISTRY)" || \
	{ echo "REGISTRY is not set. Set it, for example: make push REGISTRY=registry.example.com/team" >&2; exit 2; }
	@engine=$$(scripts/find-engine); \
	for tag in $(IMAGE) $(REPOSITORY):$(COMMIT); do "$$engine" push $(PUSH_FLAGS) $$tag; done

.PHONY: run-image
run-image: ## Run the container image on port 8080 with ./data as its storage, read-only and without capabilities.
	@scripts/run-image $(IMAGE)

.PHONY: sbom
sbom: jdk ## Write the list of components (CycloneDX), which the image contains too: target/latest-image.cdx.json.
	$(MAVEN) --quiet org.cyclonedx:cyclonedx-maven-plugin:makeBom
	@echo target/latest-image.cdx.json

.PHONY: clean
clean: ## Delete what was built.
	rm -rf target e2e/target

.PHONY: jdk
jdk: # Fails, and says what to install, if there is no JDK or no Maven.
	@scripts/find-jdk 25 >/dev/null
	@command -v mvn >/dev/null || \
	{ echo "Maven 3.8 or newer is needed: install the package maven (Debian, Fedora, Homebrew)." >&2; exit 1; }

# Changes if the WAR would change.
target/built-of: FORCE
	@mkdir -p target; echo "$(COMMIT) $$BRANCH" | cmp --silent - $@ || echo "$(COMMIT) $$BRANCH" >$@
.PHONY: FORCE
FORCE:

$(WAR): pom.xml target/built-of $(shell find src/main -type f)
	@$(MAKE) --no-print-directory jdk
	$(MAVEN) --quiet package -DskipTests
	@touch $@

##@ Check it, without a cluster

.PHONY: test
test: jdk ## Check style and run the tests that need only a JDK.
	$(MAVEN) verify
	$(MAVEN_E2E) verify
	@scripts/check-dependencies
	@scripts/check-version

.PHONY: check
check: test lint-image lint-chart lint-gitops test-reproducible test-system test-browser ## Run every check of this section.

.PHONY: lint-image
lint-image: ## Check the Dockerfile, scripts, documents, page (needs hadolint, shellcheck, python3, npm).
	hadolint Dockerfile
	shellcheck --external-sources $$(grep --files-with-matches --extended-regexp '^#!.*bash' scripts/* .ci/*)
	@scripts/lint-style
	@scripts/check-docs
	@scripts/test-check-docs
	@scripts/lint-page
	@scripts/test-release-names
	@scripts/test-build
	@scripts/test-deploy

.PHONY: lint-chart
lint-chart: ## Check the chart: Helm 3 and 4, unit tests, kube-score, its README; with a cluster, its API server.
	@HELM='$(HELM)' scripts/lint-chart

.PHONY: lint-gitops
lint-gitops: ## Check argocd/ (needs kubectl) and the CI workflow (needs actionlint).
	@scripts/argocd check
	@scripts/test-argocd
	@scripts/check-workflows
	@scripts/test-check-workflows
	@scripts/test-ci-image

.PHONY: test-reproducible
test-reproducible: jdk ## Build the WAR of this commit twice and compare.
	@scripts/test-reproducible-war

# The tests of e2e that start the service find it in target/; those of the group system need more than a JDK.
.PHONY: test-system
test-system: $(WAR) ## Run the tests that need Linux, root, FUSE, curl, wget and python3; about 8 minutes.
	@scripts/check-system-tests
	$(MAVEN) test -Dtest.groups=system -Dtest.excludedGroups=
	$(MAVEN_E2E) test -Psystem -Dtest.groups=system -Dtest.excludedGroups=

.PHONY: test-browser
test-browser: $(WAR) ## Drive the page in a real Chromium (needs Linux, root, FUSE, Chromium); about 3 minutes.
	@scripts/check-system-tests test-browser
	$(MAVEN_E2E) test -Dtest.groups=browser -Dtest.excludedGroups=

# A run is repeated with the FUZZ_SEED that it has printed. make test-system includes the fuzz for 30 seconds.
FUZZ_SECONDS ?=
FUZZ_SEED ?=
export FUZZ_SECONDS FUZZ_SEED

.PHONY: fuzz
fuzz: $(WAR) ## Send malformed requests for FUZZ_SECONDS (default: 600) to a service on this machine.
	$(MAVEN) --quiet test-compile
	FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(MAVEN_E2E) test -Dtest=FuzzTest -Dtest.groups=system -Dtest.excludedGroups=

.PHONY: format
format: jdk ## Format the sources.
	$(MAVEN) --quiet spotless:apply
	$(MAVEN_E2E) --quiet spotless:apply

##@ Measure it

.PHONY: bench
bench: $(WAR) ## Compare requests per second and CPU time per request with nginx and Caddy (needs wrk, nginx, caddy).
	$(MAVEN) --quiet test-compile
	@scripts/bench $(WAR) target/test-classes

.PHONY: bench-startup
bench-startup: ## Compare the CPU time until the container image is ready with that of the same jars on a plain JDK.
	@scripts/bench-startup $(IMAGE)

.PHONY: image-size
image-size: ## Print the compressed size of the container image, by layer.
	@scripts/image-size $(IMAGE) $(IMAGE_LIMIT)

##@ Deploy it: helm/README.md, docs/deploying.md, docs/gitops.md

NAMESPACE ?= test
# The commit that is checked out, unless it is given.
TAG ?=
# The cluster: the current context of kubectl, unless it is given. Like BRANCH, it may contain any character.
CONTEXT ?=
override CONTEXT := $(value CONTEXT)
export CONTEXT
VALUES ?= helm/values-test.yaml
DOMAIN ?=
TIMEOUT ?= 5m
HELM ?= helm
# Argo CD: a release for each branch, and production. ARGOCD_DIR may be a copy of argocd with its own settings.
PROVIDER ?= github
ARGOCD_DIR ?= argocd

.PHONY: deploy
deploy: ## Deploy BRANCH (from REGISTRY, or as make build built it) into NAMESPACE; wait; roll back on failure.
	@NAMESPACE='$(NAMESPACE)' REGISTRY='$(REGISTRY)' TAG='$(TAG)' VALUES='$(VALUES)' DOMAIN='$(DOMAIN)' \
	TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy

.PHONY: undeploy
undeploy: ## Uninstall the release of BRANCH from NAMESPACE, and delete its image unless persistence.keep is set.
	@NAMESPACE='$(NAMESPACE)' TIMEOUT='$(TIMEOUT)' HELM='$(HELM)' scripts/deploy --remove

.PHONY: argocd-apply
argocd-apply: ## Configure Argo CD: a release for each branch on PROVIDER (github, gitlab, gitea), and production.
	@PROVIDER='$(PROVIDER)' ARGOCD_DIR='$(ARGOCD_DIR)' scripts/argocd apply

.PHONY: argocd-diff
argocd-diff: ## Show what argocd-apply would change.
	@PROVIDER='$(PROVIDER)' ARGOCD_DIR='$(ARGOCD_DIR)' scripts/argocd diff

##@ Prove it on real systems: FORM=short or long, PHASE=NAME,... for some cases only, PHASE=help for their names

# How much the proofs do: short, at most 10 minutes each on a cluster, or long. All cases are in both.
FORM ?= short
PHASE ?=
# The machines of the proof on NFS: a command, see docs/e2e-nfs.md.
NFS_LAB ?=
export FORM PHASE NFS_LAB
PROVE = $(MAVEN_E2E) --quiet surefire:test -Dtest.excludedGroups=

# No test is in the group "none", but Maven gets what runs tests, so that the proofs run offline.
$(E2E): e2e/pom.xml $(shell find e2e/src -name '*.java')
	@$(MAKE) --no-print-directory jdk
	$(MAVEN_E2E) --quiet package -Dtest.groups=none
	@touch $@

.PHONY: e2e-load
e2e-load: $(E2E) ## Build the load and the proofs: java -jar e2e/target/latest-image-e2e.jar load --help.

.PHONY: e2e
e2e: $(E2E) ## Prove on a cluster that no request fails (docs/e2e.md).
	@$(PROVE) -Dtest.groups=cluster

# It runs where only the machines are reached, and not Maven's repository.
.PHONY: e2e-nfs
e2e-nfs: $(WAR) $(E2E) ## Prove on a real NFS (NFS_LAB) that no acknowledged image is lost or stale (docs/e2e-nfs.md).
	@WAR='$(WAR)' COMMIT='$(COMMIT)' scripts/e2e-nfs $(PROVE) --offline -Dtest.groups=nfs

.PHONY: e2e-gitops
e2e-gitops: $(E2E) ## Prove on Argo CD that each branch gets its release (docs/gitops.md).
	@$(PROVE) -Dtest.groups=gitops

# The same test is part of `make test`, with a hundredth of the clients. Each takes a port, and two files.
.PHONY: soak
soak: $(WAR) ## Let 10,000 clients wait for another image on one replica in 256 MiB (needs Linux and ulimit -Hn 15000).
	$(MAVEN) --quiet test-compile
	SOAK_CLIENTS=10000 $(MAVEN_E2E) test -Dtest=WaitingSoakTest

.PHONY: nightly
nightly: ## Run the long form of all three proofs, 10,000 clients that wait, and the fuzz for 10 minutes.
	@$(MAKE) --no-print-directory soak
	@$(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory e2e-nfs FORM=long
	@$(MAKE) --no-print-directory e2e FORM=long
	@$(MAKE) --no-print-directory e2e-gitops FORM=long
