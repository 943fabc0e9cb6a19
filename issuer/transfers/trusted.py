"""Whom this instance takes certificates from: the issuers of the pinned list, with what is needed of each beside its keys."""

from dataclasses import dataclass
from datetime import timedelta

from issuer.instance import Instance
from issuer.transfers.bringing import origins_of
from issuer.transfers.checking import open_origins
from issuer.transfers.errors import ProfileRefused, TransferRefused
from verifier.errors import VerifierError
from verifier.ground import Ground
from verifier.standing import open_published
from verifier.trust import Issuer, TrustList

SOON = timedelta(days=14)
"""How long before its end a list is told of."""


@dataclass(frozen=True)
class Origin:
    """An issuer of the list. `profile`: how its hours map; None where nothing says. `silent`: why its status list could not be
    relied on just now, None where it could.
    """

    issuer: Issuer
    profile: str | None
    confirmed: bool
    silent: str | None

    @property
    def whole(self) -> bool:
        """Whether what it issues can be taken in without people looking for what is missing."""
        return self.confirmed and self.silent is None


def trusted_origins(instance: Instance) -> tuple[TrustList, tuple[Origin, ...]]:
    """The pinned list, and each of its issuers but ourselves; asks each for a status list.

    Raises:
        TransferRefused: no list is set.
        ChecksMissing: it cannot be used; the log says why.
        ProfileRefused: a mapping profile cannot be used.
    """
    ground = open_origins(instance).ground
    profiles = origins_of(instance)
    found = []
    for issuer in ground.trust.issuers:
        if issuer.did == instance.settings.did:
            continue
        profile = profiles.of_issuer(issuer.did)
        confirmed = profile is not None and profile.status == "in_force"
        found.append(
            Origin(issuer, None if profile is None else profile.key, confirmed, _silent(ground, issuer))
        )
    return ground.trust, tuple(found)


def _silent(ground: Ground, issuer: Issuer) -> str | None:
    if ground.source is None:
        return "offline"
    try:
        first = open_published(f"{issuer.base}status/r1", issuer, ground.source)
        first.check_age(ground.now, ground.trust.status_limit)
    except VerifierError as error:
        return str(error)
    return None


def list_trouble(instance: Instance) -> str | None:
    """What somebody must see to of the list and the mapping profiles, in words; None where all is well or none is set."""
    if instance.settings.origins_trust is None:
        return None
    try:
        origins_of(instance)
    except ProfileRefused:
        return "a mapping profile of other provinces cannot be used: xueshi transfer origins"
    try:
        trust = open_origins(instance).ground.trust
    except TransferRefused:
        return "the trust list for other provinces cannot be used"
    if instance.now() > trust.expires - SOON:
        return f"the trust list for other provinces expires on {trust.expires:%Y-%m-%d}"
    return None
