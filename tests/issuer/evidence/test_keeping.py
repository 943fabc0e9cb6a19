"""Proofs kept in a folder and in a bucket, attached on both databases, and swept when nobody names them."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from issuer.errors import NotFound, SettingsError
from issuer.evidence.errors import EvidenceMissing, EvidenceRefused
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload, attached, bytes_of, keep, preview_of, read_ticket, sweep, ticket
from issuer.evidence.store import FolderStore, path_of
from issuer.evidence.tables import evidence
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import Place
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.errors import Overtaken, StepRefused
from issuer.registration.procedure import Step
from issuer.registration.proving import Change, change_proofs, proof_for
from ledger.bucket import Bucket, Credentials
from ledger.tables import private
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.evidence.samples import jpeg, pdf
from tests.issuer.town import Town, declarant, reviewer, training
from tests.issuer.worlds import instance_at
from tests.moto import running_store

NAME = "local unit"
SECRET = "an invented secret"


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    instance_at(tmp_path / "instance", replace(NEW, database=url))
    return tmp_path / "instance"


@pytest.fixture
def province(instance: Instance) -> Town:
    return town.build(instance)


def age(instance: Instance, hours: int) -> None:
    """Make all files of proofs look that old."""
    then = time.time() - hours * 3600
    for path in (instance.settings.home / "evidence").glob("??/*"):
        os.utime(path, (then, then))


def test_from_upload_to_the_ledger(instance: Instance, province: Town) -> None:
    person = province.people[NAME]
    picture, paper = (
        keep(instance, Upload(name, data)) for name, data in (("a.jpg", jpeg()), ("b.pdf", pdf()))
    )
    one = conduct.draft(instance, person, Draft("示例", training()), [picture, paper, picture])
    with instance.engine.connect() as connection:
        assert attached(connection, [one]) == {one: (picture, paper)}
    assert bytes_of(instance, picture) == jpeg(), "kept as it came"
    assert preview_of(instance, paper).startswith(b"\xff\xd8")
    with writing(instance) as work:
        change_proofs(work, declarant(person), one, 0, Change(drop=[picture.digest]))
        take(work, declarant(person), one, Taken(Step.SUBMIT, 1))
    told = payload(instance, one)
    assert told["evidence"] == [hashlib.sha256(pdf()).hexdigest()]
    with pytest.raises(StepRefused), writing(instance) as work:
        change_proofs(work, declarant(person), one, 2, Change([picture]))


def payload(instance: Instance, one: UUID) -> dict[str, object]:
    with instance.engine.connect() as connection:
        told = [json.loads(text) for text in connection.scalars(sa.select(private.c.payload)) if text]
    return next(each for each in told if each.get("declaration_id") == str(one))


def test_who_may_see_a_proof(instance: Instance, province: Town) -> None:
    person = province.people[NAME]
    proof = keep(instance, Upload("a.jpg", jpeg()))
    one = conduct.draft(instance, person, Draft("示例", training()), [proof])
    own = reviewer(instance, Place(unit_id=province.units["local"]))
    above = town.verifier(instance, Place(authority_id=province.authorities["gs-city"]), "above")
    with instance.engine.connect() as connection:
        assert proof_for(connection, declarant(person), one, proof.digest) == proof
        with pytest.raises(NotFound):
            proof_for(connection, own, one, proof.digest)
    with writing(instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    strangers = [
        reviewer(instance, Place(unit_id=province.units["central"]), "elsewhere"),
        declarant(province.people["central unit"]),
    ]
    with instance.engine.connect() as connection:
        assert proof_for(connection, own, one, proof.digest) == proof
        assert proof_for(connection, above, one, proof.digest) == proof
        for stranger in strangers:
            with pytest.raises(NotFound):
                proof_for(connection, stranger, one, proof.digest)
        with pytest.raises(NotFound):
            proof_for(connection, own, one, "0" * 64)


def test_limits_and_turns(instance: Instance, province: Town) -> None:
    for data in (b"", b"%PDF-" + b"0" * 10_000_000):
        with pytest.raises(EvidenceRefused):
            keep(instance, Upload("a.pdf", data))
    person = province.people[NAME]
    many = [Proof(f"{n:064x}", "image/jpeg", 1, 1) for n in range(7)]
    with pytest.raises(EvidenceRefused, match="最多 6 个"):
        conduct.draft(instance, person, Draft("示例", training()), many)
    one = conduct.draft(instance, person, Draft("示例", training()), many[:6])
    with pytest.raises(Overtaken), writing(instance) as work:
        change_proofs(work, declarant(person), one, 9, Change(drop=[many[0].digest]))
    with instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(evidence)) == 6
        assert len(attached(connection, [one])[one]) == 6, "all of it or nothing"


def test_a_ticket_is_one_persons_and_ends(instance: Instance, province: Town) -> None:
    mine, other = province.people[NAME].key, province.people["central unit"].key
    proof = Proof("ab" * 32, "image/png", 5, 1)
    text = ticket(instance, mine, proof)
    assert read_ticket(instance, mine, text) == proof
    assert read_ticket(instance, other, text) is None
    assert read_ticket(instance, mine, text.replace("ab" * 32, "cd" * 32)) is None
    assert read_ticket(instance, mine, "nonsense") is None
    later = replace(instance, now=lambda: datetime.now(UTC) + timedelta(hours=13))
    assert read_ticket(later, mine, text) is None


def test_a_crash_leaves_files_that_a_sweep_takes(instance: Instance, province: Town) -> None:
    """Each step is cut off after itself, as a crash would; then everything is a day old."""
    kept = keep(instance, Upload("a.jpg", jpeg()))
    orphan = keep(instance, Upload("b.pdf", pdf()))
    conduct.draft(instance, province.people[NAME], Draft("示例", training()), [kept])
    too_many = [orphan, *(replace(kept, digest=f"{n:064x}") for n in range(6))]
    with pytest.raises(
        EvidenceRefused
    ):  # the transaction that should have named the orphan ends before its commit
        conduct.draft(instance, province.people[NAME], Draft("示例二", training()), too_many)
    picture_only = FolderStore(instance.settings.home / "evidence")
    picture_only.write(path_of("ef" * 32, 1), b"as far as the first write")
    age(instance, 23)
    assert sweep(instance) == 0, "a day has not passed"
    age(instance, 25)
    assert sweep(instance) == 3
    assert bytes_of(instance, kept) == jpeg()
    with pytest.raises(EvidenceMissing):
        bytes_of(instance, orphan)
    assert sweep(instance) == 0


def test_what_is_lost_or_altered_is_never_shown(instance: Instance) -> None:
    proof = keep(instance, Upload("a.jpg", jpeg()))
    place = instance.settings.home / "evidence"
    assert (place.stat().st_mode & 0o077) == 0
    (place / path_of(proof.digest, 1)).unlink()
    assert preview_of(instance, proof).startswith(b"\xff\xd8"), "made anew"
    with pytest.raises(NotFound, match="1 pages"):
        preview_of(instance, proof, 2)
    paper = keep(instance, Upload("a.pdf", pdf()))
    second = preview_of(instance, paper, 2)
    assert second.startswith(b"\xff\xd8"), "never the PDF itself"
    assert second != preview_of(instance, paper)
    assert (place / path_of(paper.digest, 2)).read_bytes() == second, "drawn once"
    assert sweep(instance, timedelta()) == 5, "the pages' pictures go with the file"
    (place / path_of(proof.digest)).write_bytes(jpeg() + b" ")
    with pytest.raises(EvidenceMissing):
        bytes_of(instance, proof)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with running_store() as address:
        yield address


def test_the_same_in_a_bucket(s3: str, tmp_path: Path) -> None:
    instance_at(tmp_path / "instance", NEW)
    with httpx.Client(timeout=60) as client, open_instance(tmp_path / "instance") as opened:
        made = Bucket(f"{s3}/proofs", Credentials("AKIAEXAMPLE", SECRET, "us-east-1"), client, opened.now)
        made.write("", b"")  # makes the bucket
        named = {"evidence_bucket": f"{s3}/proofs/of here", "evidence_key_id": "AKIAEXAMPLE"}
        without = replace(opened, settings=opened.settings.model_copy(update=named))
        with pytest.raises(SettingsError, match="XUESHI_EVIDENCE_SECRET"):
            keep(without, Upload("a.pdf", pdf()))
        named |= {"evidence_secret": SecretStr(SECRET)}
        instance = replace(opened, settings=opened.settings.model_copy(update=named))
        proof, orphan = keep(instance, Upload("a.pdf", pdf())), keep(instance, Upload("b.jpg", jpeg()))
        person = town.build(instance).people[NAME]
        conduct.draft(instance, person, Draft("示例", training()), [proof])
        assert bytes_of(instance, proof) == pdf()
        assert preview_of(instance, proof).startswith(b"\xff\xd8")
        assert sweep(instance) == 0, "none is a day old"
        assert sweep(instance, timedelta(0)) == 2
        assert bytes_of(instance, proof) == pdf()
        with pytest.raises(EvidenceMissing):
            bytes_of(instance, orphan)
        away = {"evidence_bucket": "http://127.0.0.1:1/proofs"}
        gone = replace(opened, settings=instance.settings.model_copy(update=away))
        with pytest.raises(EvidenceMissing, match="没有保存"):
            keep(gone, Upload("a.pdf", pdf()))
