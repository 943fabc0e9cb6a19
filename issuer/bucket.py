"""The storage that gets the public files beside the folder, if the settings name one: S3-compatible, of any maker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx

from issuer.config import Settings
from issuer.errors import SettingsError
from issuer.public_files import headers_of
from ledger.bucket import Bucket, Credentials

PATIENCE = 30.0
"""Seconds for one file."""


@contextmanager
def open_bucket(settings: Settings, now: Callable[[], datetime]) -> Iterator[Bucket | None]:
    """Open the bucket of an instance, None if it has none. Nothing is sent yet.

    Raises:
        SettingsError: it has no key, or no secret.
    """
    if settings.bucket is None:
        yield None
        return
    if settings.bucket_key_id is None:
        raise SettingsError("bucket_key_id：存储桶的访问密钥名 the name of the bucket's access key")
    credentials = Credentials(settings.bucket_key_id, settings.bucket_password(), settings.bucket_region)
    with httpx.Client(timeout=PATIENCE) as client:
        yield Bucket(settings.bucket, credentials, client, now, headers_of)
