# The issuing service and the whole command line. Keys, passphrase and database password come from outside.
# Build from the root of the checkout:   docker build -f docker/issuer.Dockerfile -t xueshi-issuer .
# It runs read-only but for the instance's folder /srv/xueshi (a volume) and a small writable /tmp.
FROM debian:bookworm-slim

COPY docker/apt-verifier.txt docker/apt-issuer.txt /build/
RUN apt-get update \
    && cat /build/apt-verifier.txt /build/apt-issuer.txt | sed 's/#.*//' \
        | DEBIAN_FRONTEND=noninteractive xargs apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/issuer.txt /build/
RUN python3 -m venv /opt/xueshi \
    && /opt/xueshi/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement /build/issuer.txt

COPY rules /srv/app/rules
COPY ledger /srv/app/ledger
COPY verifier /srv/app/verifier
COPY issuer /srv/app/issuer
COPY templates /srv/app/templates
COPY docker/xueshi /usr/local/bin/
RUN python3 -m compileall -q /srv/app \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin xueshi \
    && install --directory --owner 10001 --mode 0700 /srv/xueshi

ENV PATH=/opt/xueshi/bin:$PATH PYTHONPATH=/srv/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /srv/app
VOLUME /srv/xueshi
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["xueshi", "serve", "issuer", "--home", "/srv/xueshi", "--host", "0.0.0.0", "--port", "8000"]
