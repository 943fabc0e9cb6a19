"""S3-compatible storage as a target for publishing: PUT and GET of objects, signed as AWS Signature Version 4 says."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import httpx

from ledger.errors import StorageError
from ledger.publish import headers_of

_NOT_FOUND = 404


@dataclass(frozen=True)
class Credentials:
    """An access key; the secret has no default and is not shown."""

    key_id: str
    secret: str = field(repr=False)
    region: str


class Bucket:
    """One bucket, addressed by path: `<endpoint>/<bucket>/<prefix><path>`.

    An object is replaced in one step and is durable when a PUT has answered; the store promises both.
    `clock` gives aware moments: the store refuses signatures older than a quarter of an hour. `headers` says under which
    headers (media type, caching) a path is kept; the log's own files are known.
    """

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        client: httpx.Client,
        clock: Callable[[], datetime],
        headers: Callable[[str], Mapping[str, str]] = headers_of,
    ) -> None:
        self._base = httpx.URL(base.rstrip("/") + "/")
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._headers = headers

    def read(self, path: str) -> bytes | None:
        """Return an object, None if there is none.

        Raises:
            StorageError: the store refused or could not be reached.
        """
        response = self._send("GET", path, b"", {})
        return None if response is None else response.content

    def write(self, path: str, data: bytes) -> None:
        """Put an object, with the media type and the caching that its path has.

        Raises:
            StorageError: the store refused or could not be reached.
        """
        if self._send("PUT", path, data, self._headers(path)) is None:
            raise StorageError(f"PUT {path}: there is no such bucket")

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put objects, one after the other. Raises as `write`."""
        for path, data in files:
            self.write(path, data)

    def delete(self, path: str) -> None:
        """Delete an object; one that is not there is no error.

        Raises:
            StorageError: the store refused or could not be reached.
        """
        self._send("DELETE", path, b"", {})

    def objects(self, prefix: str, page: int = 1000) -> Iterator[tuple[str, datetime]]:
        """List objects by path and moment of writing, in the order of paths (ListObjectsV2, `page` at a time).

        Raises:
            StorageError: the store refused or could not be reached.
        """
        base = self._base.path.strip("/")
        bucket, _, before = base.partition("/")
        inside = f"{before}/" if before else ""
        after = ""
        while True:
            query = {"list-type": "2", "max-keys": str(page), "prefix": inside + prefix}
            if after:
                query["start-after"] = after
            url = self._base.copy_with(path=f"/{bucket}", query=urlencode(query, quote_via=quote).encode())
            response = self._send("GET", "", b"", {}, url)
            answer = ET.fromstring(b"<none/>" if response is None else response.content)  # noqa: S314 - our own store's answer
            for one in answer.findall("{*}Contents"):
                after = one.findtext("{*}Key", "")
                yield after.removeprefix(inside), datetime.fromisoformat(one.findtext("{*}LastModified", ""))
            if answer.findtext("{*}IsTruncated") != "true":
                return

    def _send(
        self, method: str, path: str, data: bytes, extra: Mapping[str, str], url: httpx.URL | None = None
    ) -> httpx.Response | None:
        url = url or self._base.join(quote(path))
        headers = sign_v4(self._credentials, self._clock(), Request(method, url, dict(extra), data))
        try:
            response = self._client.request(method, url, headers=headers, content=data or None)
        except httpx.HTTPError as error:
            raise StorageError(f"{method} {path}: {error}") from error
        if response.status_code == _NOT_FOUND:
            return None
        if not response.is_success:
            raise StorageError(f"{method} {path}: the store answered {response.status_code}")
        return response


@dataclass(frozen=True)
class Request:
    """What is signed: method, address, headers of the caller's, body."""

    method: str
    url: httpx.URL
    headers: dict[str, str]
    body: bytes


def sign_v4(credentials: Credentials, now: datetime, request: Request) -> dict[str, str]:
    """Return the request's headers with date, body hash and signature added (AWS Signature Version 4, service s3)."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{credentials.region}/s3/aws4_request"
    body_hash = hashlib.sha256(request.body).hexdigest()
    signed = {
        **{name.lower(): value for name, value in request.headers.items()},
        "host": request.url.netloc.decode("ascii"),
        "x-amz-content-sha256": body_hash,
        "x-amz-date": stamp,
    }
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    canonical = f"{request.method}\n{path}\n{query}\n{lines}\n{names}\n{body_hash}"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"Credential={credentials.key_id}/{scope}"
    return {
        **signed,
        "authorization": f"AWS4-HMAC-SHA256 {credential},SignedHeaders={names},Signature={signature}",
    }
