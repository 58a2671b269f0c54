# The server in a small image: built with the Swift toolchain, run on bare Debian with the C libraries it links.
FROM swift:6.3-bookworm AS build
# Versions are Debian stable's own, so that a rebuild takes its security updates; here and below.
# hadolint ignore=DL3008
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        pkg-config libuv1-dev libmicrohttpd-dev libpq-dev libyaml-dev libssl-dev libargon2-dev libcjose-dev libjansson-dev liboath-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY openapi-gen openapi-gen
RUN swift build -c release --static-swift-stdlib --product kerege && install -s -D .build/release/kerege /out/kerege

# Swagger UI for /docs.
FROM python:3-slim-bookworm AS docs
COPY .ci/docs-assets /src/
RUN /src/docs-assets /out

FROM debian:bookworm-slim
# The folders that are written belong to the server's user, and so do new volumes on them; all else can be read-only.
# hadolint ignore=DL3008
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates tzdata libuv1 libmicrohttpd12 libpq5 libyaml-0-2 libssl3 libargon2-1 libcjose0 libjansson4 liboath0 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 8055 --no-log-init --home-dir /srv/kerege --no-create-home --shell /usr/sbin/nologin kerege \
    && install -d -o kerege -g kerege /srv/kerege /srv/kerege/uploads /srv/kerege/migrations \
    && install -d -o kerege -g kerege -m 700 /srv/kerege/.kerege
COPY --from=build /out/kerege /usr/local/bin/kerege
COPY --from=docs /out /usr/local/share/kerege/docs
COPY --chown=8055:8055 Schemas /srv/kerege/Schemas
# By number, which tells an orchestrator that it isn't root.
USER 8055:8055
WORKDIR /srv/kerege
ENV HOST=0.0.0.0 PORT=8055
EXPOSE 8055
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /server/ping HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q pong <&3"]
# The database comes from DATABASE_URL: this image has no PostgreSQL of its own.
CMD ["kerege", "serve", "--schemas", "Schemas"]
