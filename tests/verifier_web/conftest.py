"""A verifying service on a loopback port, with an issuer's real files in a folder."""

import gc
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from issuer.certificates.look import SPECIMEN
from issuer.certificates.pdf import render
from tests.verifier.authority import NOW, Authority, altered, credential, jwk, payload, text
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.config import Settings, read_settings
from verifier.credential import Credential, parse_payload
from verifier.status import Detail
from verifier.strict_json import dump
from verifier.transport import QrText

OLD_INDEX = 94568
NEW_SERIAL = "GS2025-0094569-3"


@dataclass(frozen=True)
class Issued:
    """One issuer's files on the disk, and what it issued."""

    folder: Path
    token: str
    qr: str
    pdf: bytes
    edited_pdf: bytes
    """The same credential behind a page that says two hours more."""
    superseded: str
    forged: str
    statement: str
    foreign_qr: str

    def settings(self, **given: object) -> Settings:
        """Settings of a service that trusts this issuer."""
        given = {
            "trust": self.folder / "trust.jwt",
            "root": self.folder / "root.jwk",
            "public": str(self.folder / "public"),
            "state": self.folder / "seen",
            **given,
        }
        return read_settings(**given)

    def copy(self, folder: Path) -> "Issued":
        """The same files elsewhere, for a test that spoils them."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Issued(folder, *(getattr(self, name) for name in list(self.__annotations__)[1:]))


def printed(shown: Credential, token: str, qr: QrText, proof: str) -> bytes:
    """A PDF that shows `shown` and carries `token`."""
    with warnings.catch_warnings():
        # WeasyPrint leaves its colour profile for the collector to close, which so happens in here.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf = render(shown, token, qr, proof, None, SPECIMEN)
        gc.collect()
    return pdf


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    authority = Authority()
    good = credential()
    token = authority.issue(good)
    old = authority.issue(parse_payload(text(payload(OLD_INDEX, name="马承岳"))))
    authority.superseded.add(OLD_INDEX)
    authority.details.append(
        Detail(
            index=OLD_INDEX,
            purpose="refresh",
            date="2026-04-20",
            reason="hours-corrected",
            successor=NEW_SERIAL,
        )
    )
    folder = tmp_path_factory.mktemp("issuer")
    for path, data in (authority.public().files | authority.issuances()).items():
        target = folder / "public" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "trust.jwt").write_text(authority.trust_token())
    (folder / "root.jwk").write_bytes(dump(jwk(authority.root_key)))
    proof, qr = authority.proof(token).decode(), authority.qr(token)
    unfinished = payload(lines={"count": 1, "digest": "A" * 43}, conclusion="incomplete")
    unfinished["type"][1] = "HoursStatement"
    more = {"hours": {"professional": "64", "public": "30", "total": "94"}}
    return Issued(
        folder,
        token=token,
        qr=qr.text,
        pdf=printed(good, token, qr, proof),
        edited_pdf=printed(credential(**more), token, qr, proof),
        superseded=old,
        forged=altered(token, b'"professional":"62"', b'"professional":"72"'),
        statement=authority.sign(text(unfinished)),
        foreign_qr=authority.qr(token, "jxjy-query.example.net").text,
    )


@pytest.fixture(scope="session")
def service(issued: Issued) -> Iterator[httpx.Client]:
    """The service as it is usually set up; its clock stands at NOW."""
    with serving(create_app(issued.settings(demo=True), lambda: NOW)) as client:
        yield client


@pytest.fixture(scope="session")
def late_service(issued: Issued) -> Iterator[httpx.Client]:
    """The same service a month later, when its trust list has expired."""
    with serving(create_app(issued.settings(), lambda: NOW + timedelta(days=30))) as client:
        yield client
