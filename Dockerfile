# The image of latest-image: a Java runtime with only the modules that the service uses, an AOT cache trained with real
# requests, and nothing else (docs/decisions/0100-container-image-and-aot-cache.md).
#
#   build ──▶ trained ──▶ root ──▶ checked ──▶ (final)       build    the WAR, the runtime, the folders of the image
#                          │                      ▲          trained  an AOT cache, created by a run with real requests
#                          └──────────────────────┘          root     the future image, on an empty file system
#                                                            checked  tests that the service runs there and uses the cache
#
# `make build` passes the arguments.

FROM debian:trixie-slim AS build
# The versions are those of the Debian release: pinning them would exclude security updates.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-25-jdk-headless maven \
    && rm -rf /var/lib/apt/lists/*

# This step downloads everything: building an empty class resolves what building the sources will need, and the list of
# components follows from it. It runs again when pom.xml has changed; later steps are offline.
WORKDIR /source
COPY pom.xml ./
ARG MAVEN="mvn --batch-mode --no-transfer-progress --quiet -P !format -Dmaven.test.skip=true"
RUN mkdir -p src/main/java/io/latestimage src/main/webapp/WEB-INF src/main/resources \
    && echo 'package io.latestimage; class Main {}' >src/main/java/io/latestimage/Main.java \
    && $MAVEN package cyclonedx:makeBom \
    && mv target/latest-image.cdx.json /sbom.json \
    && rm -r src target

# The runtime has only the modules of the classes that are loaded (java.management: Jetty's logging; jdk.unsupported:
# O_DIRECT). Excluded from java.base: vector code for jdk.incubator.vector and for sorting with AVX-512, and programs
# other than java.
RUN jlink --output /runtime/opt/java \
      --add-modules java.base,java.management,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages --vm server \
      --exclude-files '**.debuginfo,/java.base/lib/libjsvml.so,/java.base/lib/libsimdsort.so,/java.base/lib/classlist,/java.base/lib/jrt-fs.jar,/java.base/bin/keytool,/java.base/lib/jexec,/java.management/bin/*' \
    && for library in libc.so.6 libm.so.6 libgcc_s.so.1 libstdc++.so.6 libz.so.1; do \
         install -D --mode=644 "/lib/$(uname -m)-linux-gnu/$library" "/runtime/lib/$(uname -m)-linux-gnu/$library"; \
       done \
    && loader=$(echo /lib*/ld-linux-*.so.*) && install -D "$loader" "/runtime$loader" \
    && mkdir -p /runtime/etc/ssl/certs \
    && cat /usr/share/ca-certificates/mozilla/*.crt >/runtime/etc/ssl/certs/ca-certificates.crt \
    && find /usr/share/doc -regex '.*/\(libc6\|libstdc\+\+6\|gcc-14-base\|zlib1g\|ca-certificates\)/copyright' -exec cp --parents {} /runtime \; \
    && echo 'latest-image:x:65532:65532::/:/sbin/nologin' >/runtime/etc/passwd \
    && echo 'latest-image:x:65532:' >/runtime/etc/group

COPY src ./src
ARG REVISION=unknown
ARG BRANCH=unknown
RUN $MAVEN --offline package "-Dcommit=$REVISION" "-Dbranch=$BRANCH"

# The jars of the WAR on the class path, always in the same order. An AOT cache is valid for the class path, sizes and
# timestamps of the jars of its training run. So the timestamps are set, to the same value in every build.
WORKDIR /libraries/app
RUN jar --extract --file=/source/target/latest-image.war WEB-INF/lib \
    && mv WEB-INF/lib lib && rmdir WEB-INF \
    && mkdir -p /application/app \
    && mv lib/latest-image-*.jar /application/app/latest-image.jar \
    && cp /sbom.json /application/app/latest-image.cdx.json \
    && { cat /source/src/main/docker/jvm.options; \
         echo "-classpath /app/latest-image.jar$(printf ':/app/%s' lib/*.jar)"; \
         echo io.latestimage.Main; } >/application/app/arguments \
    && mkdir /training && mv /source/target/training-classes /training/training \
    && mkdir -p /volumes && mkdir --mode=1777 /volumes/data /volumes/spool \
    && find /runtime /libraries /application /volumes -exec touch --no-dereference --date=2026-11-01T00:00:00Z {} +

FROM scratch AS bare
COPY --from=build /runtime /
COPY --from=build /libraries /
COPY --from=build /application /
ENV LANG=C.UTF-8 IMAGE_DIR=/data SPOOL_DIR=/spool

FROM bare AS trained
COPY --from=build /training /volumes /
RUN ["/opt/java/bin/java", "-cp", "/training", "io.latestimage.training.TrainingRun", "train", "/opt/java/bin/java", "-XX:AOTCacheOutput=/app/latest-image.aot", "@/app/arguments"]

FROM bare AS complete
COPY --from=trained /app/latest-image.aot /app/latest-image.aot

FROM complete AS checked
COPY --from=build /training /volumes /
COPY --from=build /volumes /volumes
RUN ["/opt/java/bin/java", "-cp", "/training", "io.latestimage.training.TrainingRun", "check", "/opt/java/bin/java", "-XX:AOTMode=on", "-XX:AOTCache=/app/latest-image.aot", "@/app/arguments"]

FROM complete
# Copying from `checked` makes the image depend on that stage. Any user may write to both folders, because the user id
# is chosen at run time.
COPY --from=checked /volumes /
USER 65532:65532
VOLUME ["/data", "/spool"]
EXPOSE 8080
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/app/latest-image.aot", "@/app/arguments"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG BRANCH=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="latest-image" \
      org.opencontainers.image.description="One image, always the latest one, always there." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.ref.name="$BRANCH" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.source="$SOURCE"
