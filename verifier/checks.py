"""Checks 1 to 6: one credential, its format, algorithm, signature, issuer and dates (docs/checks.md)."""

from datetime import datetime, timedelta

from verifier import jws
from verifier.credential import Credential, parse_payload
from verifier.errors import CredentialError, TokenError, UnknownVersionError
from verifier.evidence import Evidence
from verifier.ground import Ground
from verifier.issuance import Place
from verifier.report import Check, Lack, Outcome, Says
from verifier.trust import LEEWAY, Issuer, TrustedKey
from verifier.zone import SHANGHAI, day_of, zh

HEADER_FIELDS = {"alg", "cty", "kid", "typ"}
PASSED, FAILED, NOT_DONE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_DONE


def check_one(evidence: Evidence) -> Check:
    """(1) All that carry a credential carry the same one."""
    places = [finding.where for finding in evidence.findings]
    against = ", ".join(places + [broken.where for broken in evidence.unreadable])
    if any(broken.newer for broken in evidence.unreadable):
        says = Says(
            "有一处是更新的格式，本程序不认识。请升级后再核验。",
            "One is of a newer format; update this verifier.",
        )
        return Check(1, NOT_DONE, says, against, Lack.NEWER)
    if evidence.unreadable:
        broken = evidence.unreadable[0]
        says = Says(
            f"{broken.where} 里的内容不是完整的凭证。",
            f"{broken.where} holds no whole credential: {broken.why}.",
        )
        return Check(1, FAILED, says, against)
    different = len({finding.jws for finding in evidence.findings})
    if different != 1:
        says = Says(
            f"有 {different} 份不同的凭证，可能是拼接的。",
            f"{different} different credentials; perhaps a composite.",
        )
        return Check(1, FAILED, says, against)
    zh = "只有一份凭证。" if len(places) == 1 else f"{len(places)} 处的凭证相同。"
    en = (
        "Exactly one credential."
        if len(places) == 1
        else f"The credentials in {len(places)} places are the same."
    )
    return Check(1, PASSED, Says(zh, en), against)


def check_format(evidence: Evidence) -> tuple[Check, jws.Token | None, Credential | None]:
    """(2) The first credential found is of a format and version that is known here."""
    against = "vc+jwt, xueshi/v1"
    token = None
    if not evidence.findings:
        return (
            Check(2, NOT_DONE, Says("没有可读的凭证。", "There is no readable credential."), against),
            None,
            None,
        )
    try:
        token = jws.split(evidence.findings[0].jws)
        credential = _parse(token)
    except UnknownVersionError as error:
        says = Says(
            "凭证的类型或版本，本程序不认识。请升级后再核验。",
            f"Of a type or version not known here: {error}.",
        )
        return Check(2, NOT_DONE, says, against, Lack.NEWER), token, None
    except (TokenError, CredentialError) as error:
        says = Says("凭证不合格式。", f"Not a credential of this format: {error}.")
        return Check(2, FAILED, says, against), token, None
    document = credential.document
    says = Says(f"{document.zh}，格式完整。", f"A whole {document.en}.")
    return Check(2, PASSED, says, against), token, credential


def _parse(token: jws.Token) -> Credential:
    if token.header.keys() != HEADER_FIELDS or (token.field("typ"), token.field("cty")) != ("vc+jwt", "vc"):
        raise CredentialError("header: alg, cty vc, kid, typ vc+jwt, and nothing else")
    return parse_payload(token.payload)


def check_algorithm(token: jws.Token | None, key: TrustedKey | None) -> Check:
    """(3) The algorithm is the one that the trust list binds to the key: never "none", never the sender's choice."""
    if token is None:
        return Check(3, NOT_DONE, Says("没有可读的凭证。", "There is no readable credential."))
    alg = token.header.get("alg")
    allowed = [key.public_key.alg] if key else list(jws.ALGORITHMS)
    against = f"{key.kid}: {allowed[0]}" if key else ", ".join(allowed)
    shown = str(alg)[:16]
    if alg not in allowed:
        says = Says(
            f"凭证写的签名算法是 {shown}，不允许。",
            f"The token's algorithm is {shown}, which is not allowed.",
        )
        return Check(3, FAILED, says, against)
    if key is None:
        return Check(3, NOT_DONE, Says("名单里没有这把密钥。", "The key is not on the trust list."), against)
    return Check(
        3, PASSED, Says(f"{shown}，与该密钥登记的算法相同。", f"{shown}, the one bound to the key."), against
    )


def check_signature(token: jws.Token | None, key: TrustedKey | None, algorithm: Check) -> Check:
    """(4) The issuer's key made this signature over these bytes."""
    if token is None or key is None or algorithm.outcome is not PASSED:
        return Check(
            4, NOT_DONE, Says("没有可用的密钥或算法，签名没有核对。", "No key or algorithm to check it with.")
        )
    try:
        jws.verify(token, key.public_key, "vc+jwt")
    except TokenError:
        says = Says(
            "签名与内容不符：内容改动过，或不是签发机关签的。",
            "The signature does not hold: altered, or not the issuer's.",
        )
        return Check(4, FAILED, says, key.kid)
    return Check(4, PASSED, Says("内容签发后没有改动。", "The content is as it was signed."), key.kid)


def check_issuer(
    issuer: Issuer | None,
    key: TrustedKey | None,
    credential: Credential | None,
    place: Place | None,
    ground: Ground,
) -> Check:
    """(5) The issuer is on the list, and its key counts at the entry's place in the ledger."""
    trust = ground.trust
    against = f"trust list {trust.number}"
    if not trust.current(ground.now):
        says = Says(
            f"信任名单已于 {day_of(trust.expires)} 过期，不能确定密钥现在是否可用。",
            f"The trust list expired on {day_of(trust.expires)}; whether the key still holds is not known.",
        )
        return Check(5, NOT_DONE, says, against, Lack.TRUST)
    if credential is None:
        return Check(5, NOT_DONE, Says("没有可读的凭证。", "There is no readable credential."), against)
    if issuer is None:
        says = Says("签发机关不在可信名单上。", "The issuer is not on the trust list.")
        return Check(5, FAILED, says, against)
    if key is None:
        says = Says(
            f"{issuer.name.zh}的名单里没有这把签发密钥。",
            f"{issuer.name.en} has no such key for credentials.",
        )
        return Check(5, FAILED, says, against)
    outcome, says = _key_place(issuer, key, credential, place)
    return Check(5, outcome, says, against)


def _key_place(
    issuer: Issuer, key: TrustedKey, credential: Credential, place: Place | None
) -> tuple[Outcome, Says]:
    begins = key.from_.astimezone(SHANGHAI).date()
    if credential.issued_at < key.from_ - LEEWAY or (place and place.day and place.day < begins):
        return FAILED, Says(
            f"这把密钥 {begins} 才启用，凭证却更早。", f"The key begins on {begins}; the credential is older."
        )
    if key.cut is None:
        return PASSED, Says(f"{issuer.name.zh}，密钥有效。", f"{issuer.name.en}; its key is valid.")
    zh = f"密钥已停用，只认台账 {key.cut.log} 第 {key.cut.index} 号之前的签名"
    en = f"The key has ended; it counts before entry {key.cut.index} of {key.cut.log}"
    if place is None:
        return NOT_DONE, Says(
            f"{zh}；没有证明这份在那之前。", f"{en}, and nothing proves that this is before it."
        )
    if not issuer.precedes(place.log, place.index, key.cut):
        return FAILED, Says(f"{zh}；这份是第 {place.index} 号。", f"{en}; this is entry {place.index}.")
    return PASSED, Says(
        f"{issuer.name.zh}；台账证明这份签名在密钥停用之前。",
        f"{issuer.name.en}; the ledger proves that the key still counted.",
    )


def check_dates(credential: Credential, place: Place | None, now: datetime) -> Check:
    """(6) Not from the future, not before the year it is about, and not later than its ledger entry."""
    day = credential.issued_at.astimezone(SHANGHAI).date()
    against = now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if credential.issued_at > now + LEEWAY:
        says = Says(f"签发日期 {day} 还没有到。", f"It is dated {day}, which has not come yet.")
        return Check(6, FAILED, says, against)
    if day.year < credential.credential_subject.latest_year:
        says = Says("签发日期早于所证明的年度。", "It is dated before the year that it is about.")
        return Check(6, FAILED, says, against)
    if place and place.day and place.day < day - timedelta(days=1):
        says = Says(
            f"签发日期 {day} 晚于台账收录日期 {place.day}。",
            f"Dated {day}, after its ledger entry of {place.day}.",
        )
        return Check(6, FAILED, says, against)
    return Check(6, PASSED, Says(f"{zh(day)}签发。", f"Issued on {day}."), against)


def not_done(number: int) -> Check:
    """Leave a check undone because there is no one credential that is the issuer's word."""
    says = Says(
        "没有确定的一份签名凭证，不再核对。", "Not looked at, for want of one credential that is signed."
    )
    return Check(number, NOT_DONE, says)
