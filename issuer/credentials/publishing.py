"""The issuer's public files: DID document, keys, status lists with their details, trust list. Static, signed, replaceable.

Published after the commit they tell of, never before. Publishing again is always safe: it writes what the database says.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from issuer.credentials.did import did_document, key_set, public_jwk
from issuer.credentials.keys import Use
from issuer.credentials.tables import credential, withdrawal
from issuer.instance import Instance
from ledger.files import replace_file
from verifier.status import Detail, make_bits, sign_details, sign_list
from verifier.trust import (
    Issuer,
    TrustedKey,
    TrustedLog,
    TrustedWitness,
    TrustList,
    TwoNames,
    encode_trust,
)

STATUS_LIFE = timedelta(days=14)
"""How long a status list may be relied on after its publishing, at most."""
STATUS_MAX_AGE = timedelta(days=7)
TRUST_LIFE = timedelta(days=90)


def publish(connection: Connection, instance: Instance) -> None:
    """Write every public file but the log's, each replaced in one step."""
    now = instance.now().replace(microsecond=0)
    _write(
        instance, ".well-known/did.json", _json(did_document(instance.settings.did, instance.keys.infos()))
    )
    _write(instance, "keys/jwks.json", _json(key_set(instance.keys.infos())))
    by_list: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(withdrawal, credential.c.status_list, credential.c.status_index).join(
        credential, credential.c.serial == withdrawal.c.serial
    )
    for row in connection.execute(query.order_by(withdrawal.c.day, withdrawal.c.serial)):
        by_list[row.status_list].append(row)
    numbers = set(connection.execute(select(credential.c.status_list).distinct()).scalars()) | {1}
    for number in sorted(numbers):
        _publish_status(instance, number, by_list[number], now)
    _write(instance, "trust-list.jwt", _trust_list(instance, now).encode())
    _write(instance, "trust-root.jwk", _json(public_jwk(instance.keys.info(Use.TRUST_ROOT))))


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


def _trust_list(instance: Instance, now: datetime) -> str:
    """The list of the one issuer that an instance knows: itself. A province's root authority signs a larger one."""
    settings = instance.settings
    keys = [
        TrustedKey.model_validate(
            {
                "kid": info.kid,
                "use": info.use.value,
                "jwk": info.jwk,
                "from": datetime.fromisoformat(info.since),
                "until": None,
                "cut": None,
            }
        )
        for info in instance.keys.infos()
        if info.use in {Use.CREDENTIAL, Use.STATUS}
    ]
    issuer = Issuer(
        did=settings.did,
        name=TwoNames(zh=settings.name_zh, en=settings.name_en),
        hosts=(settings.host,),
        base=f"{settings.base_url}/",
        keys=tuple(keys),
        logs=(
            TrustedLog(
                origin=settings.log_origin,
                vkey=instance.log_signer.verifier().vkey(),
                path="",
                closed=None,
            ),
        ),
    )
    trust = TrustList(
        version=0,
        number=int(now.timestamp()),
        issued=now,
        expires=now + TRUST_LIFE,
        home=issuer.base,
        status_max_age=int(STATUS_MAX_AGE.total_seconds()),
        issuers=(issuer,),
        witnesses=_witnesses(instance),
        minimum_witnesses=0 if instance.policy is None else instance.policy.least,
    )
    return encode_trust(trust, instance.keys.signer(Use.TRUST_ROOT))


def _witnesses(instance: Instance) -> tuple[TrustedWitness, ...]:
    """Those of the policy, under the policy's own names for them."""
    policy = instance.policy
    named = () if policy is None else policy.witnesses.values()
    return tuple(
        TrustedWitness(name=TwoNames(zh=witness.name, en=witness.name), vkey=witness.verifier.vkey())
        for witness in named
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _write(instance: Instance, path: str, data: bytes) -> None:
    replace_file(instance.settings.public / path, data)
