"""The issuer's public files: DID document, keys, status lists with their details, trust list. Static, signed, replaceable.

Published after the commit they tell of, never before. Publishing again is always safe: it writes what the database says.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from issuer.credentials.did import did_document, key_set
from issuer.credentials.tables import credential, withdrawal
from issuer.credentials.trusting import publish_trust
from issuer.credentials.vocabulary import CONTEXT_FILE, SCHEMA_FILE, context, schema
from issuer.instance import Instance
from ledger.files import replace_file
from verifier.status import Detail, make_bits, sign_details, sign_list

STATUS_LIFE = timedelta(days=14)
"""How long a status list may be relied on after its publishing, at most."""


def publish(connection: Connection, instance: Instance) -> None:
    """Write every public file but the log's, each replaced in one step."""
    now = instance.now().replace(microsecond=0)
    _write(
        instance, ".well-known/did.json", _json(did_document(instance.settings.did, instance.keys.infos()))
    )
    _write(instance, "keys/jwks.json", _json(key_set(instance.keys.infos())))
    base = instance.settings.base_url
    _write(instance, CONTEXT_FILE, _json(context(base)))
    _write(instance, SCHEMA_FILE, _json(schema(base)))
    by_list: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(withdrawal, credential.c.status_list, credential.c.status_index).join(
        credential, credential.c.serial == withdrawal.c.serial
    )
    for row in connection.execute(query.order_by(withdrawal.c.day, withdrawal.c.serial)):
        by_list[row.status_list].append(row)
    numbers = set(connection.execute(select(credential.c.status_list).distinct()).scalars()) | {1}
    for number in sorted(numbers):
        _publish_status(instance, number, by_list[number], now)
    publish_trust(instance, now)


def _publish_status(instance: Instance, number: int, rows: Sequence[Row[Any]], now: datetime) -> None:
    signer = instance.status_signer
    for letter, purpose in (("r", "revocation"), ("s", "refresh")):
        bits = make_bits([row.status_index for row in rows if row.purpose == purpose])
        url = f"{instance.settings.base_url}/status/{letter}{number}"
        token = sign_list(signer, url, bits, now, now + STATUS_LIFE)
        _write(instance, f"status/{letter}{number}", token.encode())
    details = [
        Detail(
            index=row.status_index,
            purpose=row.purpose,
            date=row.day,
            reason=row.reason,
            successor=row.successor,
        )
        for row in rows
    ]
    _write(instance, f"status/details{number}", sign_details(signer, number, details, now).encode())


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _write(instance: Instance, path: str, data: bytes) -> None:
    replace_file(instance.settings.public / path, data)
