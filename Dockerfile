# The image: OnePort, the part of Java that it uses, and a cache of what Java knows after a training run; nothing else,
# no shell either. Runs as a user without rights on a file system that may be read-only.
#
#   docker build -t oneport .
#   docker run --read-only --cap-drop=ALL -p 8080:8080 -e AUTH_AUDIENCE=... -e AUTH_SERVICE_ACCOUNTS=... oneport
#
# An application.yaml of your own goes to /etc/oneport; without one, the one in this checkout counts.
ARG BUILD=docker.io/library/maven:3.9-eclipse-temurin-25
ARG BASE=gcr.io/distroless/base-nossl-debian12:nonroot

FROM ${BUILD} AS build
WORKDIR /build
COPY pom.xml application.yaml ./
COPY proto proto
COPY src src
RUN mvn -B -q package -Pimage
COPY deploy/jvm.options deploy/
# The libraries of `oneport call`, which a server does not need; build with --build-arg CLIENT=yes to keep them.
ARG CLIENT=no
# The libraries of telemetry (docs/telemetry.md); build with --build-arg TELEMETRY=yes to have them.
ARG TELEMETRY=no
# The libraries of Redis (docs/fleet.md); build with --build-arg REDIS=yes to have them.
ARG REDIS=no
RUN mkdir -p /etc/oneport && CLIENT=$CLIENT TELEMETRY=$TELEMETRY REDIS=$REDIS sh src/build/bundle.sh /app

FROM ${BASE}
COPY --from=build /etc/oneport /etc/oneport
COPY --from=build /app /app
WORKDIR /etc/oneport
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/app/java/bin/java", "@/app/jvm.options", "-XX:AOTCache=/app/oneport.aot", "-jar", "/app/oneport.jar"]
CMD ["serve"]
