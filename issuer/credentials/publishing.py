"""The issuer's public files: DID document, keys, status lists with their details, trust list. Static, signed, replaceable.

Published after the commit they tell of, never before. Publishing again is always safe: it writes what the database says.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from issuer.credentials.did import did_document, key_set
from issuer.credentials.published import in_database, only_published
from issuer.credentials.tables import credential
from issuer.credentials.trusting import trust_files
from issuer.credentials.vocabulary import CONTEXT_FILE, SCHEMA_FILE, context, schema
from issuer.instance import Instance
from verifier.status import Detail, make_bits, sign_details, sign_list

STATUS_LIFE = timedelta(days=14)
"""How long a status list may be relied on after its publishing, at most."""
PURPOSES = (("r", "revocation"), ("s", "refresh"))
"""The letter of a list's address, and what its bits mean."""


def public_files(connection: Connection, instance: Instance) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every public file but the log's, signed now."""
    now = instance.now().replace(microsecond=0)
    base = instance.settings.base_url
    yield ".well-known/did.json", _json(did_document(instance.settings.did, instance.keys.infos()))
    yield "keys/jwks.json", _json(key_set(instance.keys.infos()))
    yield CONTEXT_FILE, _json(context(base))
    yield SCHEMA_FILE, _json(schema(base))
    for number, details in status_details(connection, instance):
        yield from _status_files(instance, number, details, now)
    yield from trust_files(instance, now)


def status_details(connection: Connection, instance: Instance) -> Iterator[tuple[int, list[Detail]]]:
    """Yield every list's number and what it says: all that is no longer valid."""
    by_list, keys = in_database(connection), instance.keys.infos()
    newest = connection.execute(select(func.max(credential.c.status_list))).scalar_one() or 1
    # Every list up to the newest: also one of which the database has no credential any more.
    for number in range(1, max(newest, instance.settings.first_status_list) + 1):
        known = by_list[number]
        yield number, known + only_published(instance.settings, keys, number, known)


def bits_of(details: Sequence[Detail], purpose: str) -> bytes:
    """The bits of one list."""
    return make_bits([one.index for one in details if one.purpose == purpose])


def _status_files(
    instance: Instance, number: int, details: Sequence[Detail], now: datetime
) -> Iterator[tuple[str, bytes]]:
    signer = instance.status_signer
    for letter, purpose in PURPOSES:
        bits = bits_of(details, purpose)
        url = f"{instance.settings.base_url}/status/{letter}{number}"
        yield f"status/{letter}{number}", sign_list(signer, url, bits, now, now + STATUS_LIFE).encode()
    yield f"status/details{number}", sign_details(signer, number, details, now).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
