"""The rules that an issuer's authority has put in force, as they are published: documents, and a signed index of them (docs/format.md, section 9).

The index binds name to text by the issuer's status key, so that neither the host nor a mirror chooses the rules that a
certificate is checked by.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from rules.errors import RulesError
from rules.library import Library
from rules.packs import ENDINGS, KINDS, LAW, kind_of, load_library
from verifier import jws, strict_json
from verifier.credential import Credential, encode_header
from verifier.errors import AbsentError, RulingsError, SourceError, TokenError
from verifier.fields import Did, Part, Seconds, Short
from verifier.figures import Missing, shipped, unknown_rules
from verifier.ground import Ground
from verifier.report import Lack, Says
from verifier.sources import Situation, Source
from verifier.trust import LEEWAY, Issuer, TrustList

TYP = "xueshi-rules+jwt"
FOLDER = "rules/"
INDEX = f"{FOLDER}index.jwt"
NAME = r"[a-z0-9][a-z0-9-]{0,79}-[0-9]{1,9}(\.[0-9]{1,9}){2}\.(pack|overlay|note|activation|ending|law)\.yaml"
"""Id, version and kind: the name of a document's file."""
NEEDED = ("pack", "overlay", "note")
"""The kinds that check 9 needs: an activation, an ending or a law's text changes nothing of what a certificate names."""
Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_DAY = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Listed(Part):
    """One document: its file, the SHA-256 of its text, the first day for which it speaks, and the authority's document (文号)."""

    name: Name
    sha256: Digest
    from_: _DAY = Field(alias="from")
    document: Short | None

    @property
    def path(self) -> str:
        """Where it is published, below the issuer's base, and where it lies below a folder of rules."""
        return FOLDER + place_of(self.name)


class Index(Part):
    """Every document that an issuer's authority has put in force; none is ever taken off."""

    version: Literal[1]
    iss: Did
    iat: Seconds
    documents: tuple[Listed, ...]


def place_of(name: str) -> str:
    """Return where a document lies in a folder of rules: endings and laws in folders of their own, which readers that know of none pass by."""
    below = {"ending": f"{ENDINGS}/", "law": f"{LAW}/"}
    return below.get(kind_of(name), "") + name


def sign_index(signer: jws.Signer, documents: Sequence[Listed], issued: datetime) -> str:
    """Make the signed index."""
    index = Index(version=1, iss=signer.did, iat=int(issued.timestamp()), documents=tuple(documents))
    payload = strict_json.dump(index.model_dump(mode="json", by_alias=True))
    return jws.assemble(encode_header(signer.kid, signer.alg, typ=TYP, cty=None), payload, signer.sign)


def open_index(token: str, issuer: Issuer) -> Index:
    """Read an index that one of the issuer's status keys signed.

    Raises:
        RulingsError: another signer or issuer, a key that was not valid then, or not what the format says.
    """
    try:
        key = issuer.key(jws.split(token.strip()).field("kid") or "", "status")
        if key is None:
            raise RulingsError(f"{INDEX}: signed by a status key of {issuer.did}")
        payload = jws.verify(token.strip(), key.public_key, TYP)
        strict_json.load(payload)
        index = Index.model_validate_json(payload, by_alias=True, by_name=False)
    except TokenError as error:
        raise RulingsError(f"{INDEX}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RulingsError(f"{INDEX} /{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise RulingsError(f"{INDEX}: {error}") from None
    names = [one.name for one in index.documents]
    if index.iss != issuer.did or len(set(names)) != len(names):
        raise RulingsError(f"{INDEX}: of {issuer.did}, each name once")
    moment = datetime.fromtimestamp(index.iat, UTC)
    if moment < key.from_ - LEEWAY or (key.until and moment >= key.until):
        raise RulingsError(f"{INDEX}: signed by a status key that was not valid then")
    return index


def read_published(issuer: Issuer, source: Source, kinds: Collection[str] = KINDS) -> dict[str, bytes]:
    """Read every document of an issuer, by its place in a folder of rules; none where it has published no index.

    Args:
        issuer: as the trust list has it.
        source: of its public files.
        kinds: the kinds of documents that are wanted.

    Raises:
        RulingsError: the index is not the issuer's, or a document is not what it says.
        SourceError: a file cannot be had.
    """
    try:
        token = source.read(issuer.base, INDEX)
    except AbsentError:
        return {}
    try:
        index = open_index(token.decode("ascii"), issuer)
    except UnicodeDecodeError:
        raise RulingsError(f"{INDEX}: a JWS") from None
    found = {}
    for one in index.documents:
        if kind_of(one.name) not in kinds:
            continue
        data = source.read(issuer.base, one.path)
        if hashlib.sha256(data).hexdigest() != one.sha256:
            raise RulingsError(
                f"{one.path}: 与签名目录的 SHA-256 不符 / not the text whose SHA-256 is signed"
            )
        found[place_of(one.name)] = data
    return found


def known_rules(credential: Credential, issuer: Issuer, ground: Ground) -> tuple[Library, Missing | None]:
    """Return the rules that check 9 goes by, and why there are no more where one that is named is not among them.

    What is known here counts. Where that is not enough, the issuer's public files are read, as they are for its status.
    """
    here = ground.rules or shipped()
    if not unknown_rules(credential, here):
        return here, None
    if ground.source is None:
        return here, Missing(
            Says("也没有联网或资料包可取", "and there is no network or bundle to read them from"), Lack.SOURCE
        )
    try:
        found = _published_library(issuer, ground, ground.source)
    except SourceError as error:
        return here, Missing(
            Says("签发机关公布的规则取不到", f"and what is published cannot be had: {error}"), Lack.FILES
        )
    except RulingsError as error:
        says = Says("签发机关公布的规则不能采信", f"and what is published cannot be relied on: {error}")
        return here, Missing(says, Lack.SOUND)
    if ground.source.situation is Situation.BUNDLE:
        return found, Missing(Says("资料包里也没有", "and the bundle does not have them"), Lack.RULES)
    return found, Missing(Says("签发机关也没有公布", "and their issuer has not published them"), Lack.RULES)


def _published_library(issuer: Issuer, ground: Ground, source: Source) -> Library:
    if issuer.did not in ground.published:
        documents = read_published(issuer, source, NEEDED).items()
        try:
            ground.published[issuer.did] = load_library(None, documents)
        except RulesError as error:
            raise RulingsError(str(error)) from None
    return ground.published[issuer.did]


def fetch_rules(trust: TrustList, source: Source, folder: Path, did: str | None = None) -> list[Path]:
    """Bring a folder of rules up to what the issuers on the list have published; answers the files that are new.

    A name keeps its text: a file that is there already, with another, stops it before anything is written. A crash leaves
    some of them, and the next time the rest comes.

    Raises:
        RulingsError: something is not what was signed, contradicts what is there, or does not load together.
        SourceError: a file cannot be had.
    """
    wanted: dict[str, bytes] = {}
    for issuer in trust.issuers:
        if did not in {None, issuer.did}:
            continue
        for place, data in read_published(issuer, source).items():
            if wanted.setdefault(place, data) != data:
                raise RulingsError(
                    f"{place}: 两个签发机关有同名而内容不同的文件，请用 --issuer 分开取 / "
                    "two issuers have another text under one name; fetch one at a time with --issuer"
                )
    for place, data in wanted.items():
        here = folder / place
        if here.exists() and here.read_bytes() != data:
            raise RulingsError(f"{here}: 已有同名而内容不同的文件 / another text lies there under this name")
    try:
        load_library(None, [(Path(place).name, data) for place, data in wanted.items()])
    except RulesError as error:
        raise RulingsError(str(error)) from None
    return [_written(folder / place, data) for place, data in wanted.items() if not (folder / place).exists()]


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    return path
