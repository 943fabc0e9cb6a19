"""The trust list of the one issuer that an instance knows: itself. One of several issuers is joined from such (`issuer.joining`).

Where the root key is in the instance, each publishing signs a new list. Where it is kept apart, the instance writes a
proposal; whoever holds the root signs it elsewhere (`xueshi keys sign-trust`), and `accept` takes the signed list in.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from issuer.config import Settings
from issuer.credentials.did import public_jwk
from issuer.errors import NotFound, SettingsError
from issuer.instance import Instance
from issuer.keys.files import FilePlace
from issuer.keys.ring import CUT, KeyInfo, Use
from ledger.files import replace_file
from verifier import base64url, jws
from verifier.fields import FIRST, Part
from verifier.trust import (
    Closed,
    Cut,
    Issuer,
    TrustedKey,
    TrustedLog,
    TrustedWitness,
    TrustList,
    TwoNames,
    encode_trust,
    open_trust,
)

STATUS_MAX_AGE = timedelta(days=7)
TRUST_LIFE = timedelta(days=90)
PROPOSAL = "trust-proposal.json"
LIST, ROOT = "trust-list.jwt", "trust-root.jwk"


class Proposal(Part):
    """A trust list to be signed, and the root that is to sign it."""

    root: str
    trust: TrustList


def trust_files(instance: Instance, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of the list, signed now, and of the root; or write down what is to be signed elsewhere."""
    root, trust = _root(instance), make_trust(instance, now)
    accepted = instance.settings.public / LIST
    if root.place != "apart":
        signer = jws.Signer(root.kid, instance.keys.open(root).sign, root.alg)
        yield LIST, encode_trust(trust, signer).encode()
    else:
        text = Proposal(root=root.kid, trust=trust).model_dump_json(by_alias=True, indent=1)
        replace_file(instance.settings.home / PROPOSAL, text.encode())
        if accepted.exists():  # it stands in the folder already, but not yet everywhere
            yield LIST, accepted.read_bytes()
    yield ROOT, json.dumps(public_jwk(root), indent=1).encode()


def make_trust(instance: Instance, now: datetime) -> TrustList:
    """The list as it should be now."""
    settings = instance.settings
    issuer = Issuer(
        did=settings.did,
        name=TwoNames(zh=settings.name_zh, en=settings.name_en),
        hosts=(settings.host,),
        base=f"{settings.base_url}/",
        keys=tuple(trusted_key(info, settings.host) for info in instance.keys.infos() if _listed(info)),
        logs=tuple(_logs(instance)),
        pdf_signed=_promise(settings),
    )
    return TrustList(
        version=FIRST,
        number=int(now.timestamp()),
        issued=now,
        expires=now + TRUST_LIFE,
        home=issuer.base,
        status_max_age=int(STATUS_MAX_AGE.total_seconds()),
        issuers=(issuer,),
        witnesses=_witnesses(instance),
        minimum_witnesses=0 if instance.policy is None else instance.policy.least,
    )


def _logs(instance: Instance) -> Iterator[TrustedLog]:
    """Oldest first: those that were closed, each with its last size and root, then the one that grows."""
    settings, closed = instance.settings, instance.closed
    names = [*(log.origin for log in closed), settings.log_origin]
    for number, log in enumerate(closed, 1):
        head = log.head
        end = Closed(size=head.size, root=base64url.encode(head.root), successor=names[number])
        yield TrustedLog(origin=log.origin, vkey=log.vkey, path=log.path, closed=end)
    vkey = instance.log_signer.verifier().vkey()
    yield TrustedLog(origin=settings.log_origin, vkey=vkey, path=settings.log_path, closed=None)


def _witnesses(instance: Instance) -> tuple[TrustedWitness, ...]:
    """Those of the policy, under the policy's own names for them."""
    policy = instance.policy
    named = () if policy is None else policy.witnesses.values()
    return tuple(
        TrustedWitness(name=TwoNames(zh=witness.name, en=witness.name), vkey=witness.verifier.vkey())
        for witness in named
    )


def sign_proposal(data: bytes, folder: Path, name: str, passphrase: bytes) -> tuple[str, TrustList]:
    """Sign a proposal with the root's key file, away from any instance. Answers the signed trust list, and what it says.

    Raises:
        SettingsError: not a proposal, or the key file cannot be used.
    """
    try:
        proposal = Proposal.model_validate_json(data, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise SettingsError(
            f"不是待签的信任名单 no trust list to be signed: /{place}: {first['msg']}"
        ) from None
    opened = FilePlace(folder, passphrase).open(name, Use.TRUST_ROOT.alg)
    signer = jws.Signer(proposal.root, opened.sign, opened.public.alg)
    return encode_trust(proposal.trust, signer), proposal.trust


def accept(instance: Instance, token: str) -> TrustList:
    """Publish a trust list that the root signed elsewhere.

    Raises:
        TrustError: not signed by the instance's root, malformed, or from the future.
        NotFound: it does not name this issuer.
    """
    root = jws.PublicKey.from_jwk(_root(instance).jwk)
    trust = open_trust(token, root, instance.now())
    if trust.issuer(instance.settings.did) is None:
        raise NotFound(f"名单里没有 the list does not name {instance.settings.did}")
    replace_file(instance.settings.public / LIST, token.strip().encode())
    return trust


def _root(instance: Instance) -> KeyInfo:
    return next(info for info in reversed(instance.keys.infos()) if info.use is Use.TRUST_ROOT)


def _listed(info: KeyInfo) -> bool:
    """A stolen status key is taken off at once, since it could date its lists back; the others have their cut."""
    return info.use in CUT or (info.use is Use.STATUS and info.ending != "compromised")


def _promise(settings: Settings) -> Cut | None:
    """From which entry on every PDF is signed."""
    index = settings.pdfs_signed_from
    return None if index is None else Cut(log=settings.pdfs_signed_log or settings.host, index=index)


def trusted_key(info: KeyInfo, first_log: str) -> TrustedKey:
    """What the list says of a key."""
    values = {
        "kid": info.kid,
        "use": info.use.value,
        "jwk": info.jwk,
        "from": info.begins,
        "until": info.ended,
    }
    cut = None if info.cut is None else Cut(log=info.log or first_log, index=info.cut)
    return TrustedKey.model_validate({**values, "cut": cut})
