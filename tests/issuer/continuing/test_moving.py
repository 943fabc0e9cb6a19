"""An instance that closes its log and goes on as a new one: what was issued before and after, as a verifier sees both."""

import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from issuer.certificates.service import draw_all, prove
from issuer.cli import app
from issuer.continuing.service import Move, Plan, carry_out, plan
from issuer.creation import NewInstance, create
from issuer.credentials.sealing import Issued
from issuer.credentials.service import Withdrawal
from issuer.credentials.tables import credential
from issuer.errors import SettingsError
from issuer.instance import Instance, open_instance
from issuer.keys.ring import Use
from issuer.keys.service import compromise, rotate
from issuer.reconciliation import reconcile_all
from issuer.service import reissue_one, revoke
from issuer.witnesses import demo_witnesses
from ledger import auditor, tables
from ledger.auditor import Key, Trust, fetch_from
from ledger.continuing import check_link
from ledger.errors import LedgerHaltedError
from ledger.fsck import fsck
from ledger.note import Verifier
from ledger.store import open_engine, reading
from ledger.views import tiles_of
from tests.issuer.conftest import quiet
from tests.issuer.continuing.conftest import HOST, Databases, instance_of, issue
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.report import Report, Verdict
from verifier.sources import Folder
from verifier.transport import encode_qr
from verifier.trust import TrustList, open_trust, read_root
from verifier.verify import verify, verify_on

SECOND = f"{HOST}/2"


def move(home: Path, database: str | None, closing: str = HOST) -> Plan:
    done = carry_out(home, Move(closing, database), quiet, lambda: datetime.now(UTC))
    assert done is not None
    return done


def trust_of(instance: Instance) -> TrustList:
    public = instance.settings.public
    root = read_root((public / "trust-root.jwk").read_bytes())
    return open_trust((public / "trust-list.jwt").read_text(), root, instance.now())


def by_qr(instance: Instance, issued: Issued) -> Report:
    """What a phone says that reads the QR and the public files."""
    text = encode_qr(issued.jws, HOST, prove(instance, issued)[0]).text
    source = Folder(instance.settings.public)
    return verify(read_evidence(text.encode(), "qr"), trust_of(instance), source, instance.now())


def by_bundle(instance: Instance, *every: Issued) -> list[Report]:
    """What a room without network says."""
    public, now = instance.settings.public, instance.now()
    root = read_root((public / "trust-root.jwk").read_bytes())
    data = make_bundle((public / "trust-list.jwt").read_text(), "", root, Folder(public), now)
    trust, bundle = open_bundle(io.BytesIO(data), "b.zip", root, now)
    texts = [encode_qr(one.jws, HOST, prove(instance, one)[0]).text for one in every]
    return [verify_on(read_evidence(text.encode(), "qr"), Ground(trust, bundle, now)) for text in texts]


def count(instance: Instance, table: sa.Table) -> int:
    with reading(instance.engine).connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def hold_whole(instance: Instance) -> None:
    """Database, business rows and public files of both logs hold together, and the second continues the first."""
    high_water = instance.settings.high_water
    assert fsck(instance.engine, instance.log_signer.verifier(), high_water=high_water).findings == ()
    assert reconcile_all(instance.engine) == ()
    public = instance.settings.public
    closed = instance.closed[-1]
    check_link(
        tiles_of(fetch_from(str(public / instance.settings.log_path))),
        instance.log_signer.verifier(),
        closed.note,
    )
    for path, vkey in [(log.path, log.vkey) for log in instance.closed] + [
        (instance.settings.log_path, instance.log_signer.verifier().vkey())
    ]:
        state = instance.settings.home / f"audit-{path.strip('/')}"
        state.unlink(missing_ok=True)
        fetch = fetch_from(str(public / path))
        auditor.audit(fetch, Trust(Key.read(vkey), (), 0), state, full=True, progress=lambda _d, _a: None)


def test_old_and_new_certificates(databases: Databases, tmp_path: Path) -> None:
    """Both verify by QR, in a room without network, and as PDFs drawn before and after; nothing is logged again."""
    home = instance_of(tmp_path / "instance", databases())
    before = issue(home, 0, 3)
    with open_instance(home) as instance:
        (drawn,) = draw_all(instance, [before[0].issued], tmp_path / "drawn", lambda _d, _a: None)
        placed, rows = count(instance, tables.place), count(instance, credential)
        old_url = instance.settings.database_url
    done = move(home, databases())
    assert (done.kept, done.queued, done.lost) == (placed, 0, {})
    again = issue(home, 0, 3)
    after = issue(home, 3, 5)
    assert [one.issued.jws for one in again] == [one.issued.jws for one in before]
    assert not any(one.issued.fresh for one in again)
    with open_instance(home) as instance:
        hold_whole(instance)
        assert count(instance, tables.closed_place) == placed
        assert count(instance, credential) == rows + len(after)
        first, second = trust_of(instance).issuers[0].logs
        assert first.closed is not None
        assert (first.origin, first.path, first.closed.size, first.closed.successor) == (
            HOST,
            "",
            placed,
            SECOND,
        )
        assert (second.origin, second.path, second.closed) == (SECOND, "log-2/", None)
        every = [one.issued for one in (*before, *after)]
        reports = [by_qr(instance, one) for one in every] + by_bundle(instance, *every)
        assert {report.verdict for report in reports} == {Verdict.GENUINE}, [r.checks for r in reports]
        (redrawn,) = draw_all(instance, [before[0].issued], tmp_path / "redrawn", lambda _d, _a: None)
        for path in (drawn, redrawn):
            evidence = read_evidence(path.read_bytes(), "x.pdf")
            report = verify(evidence, trust_of(instance), Folder(instance.settings.public), instance.now())
            assert report.verdict is Verdict.GENUINE, report.checks
        (log_of_new,) = {check.against for check in reports[len(every) - 1].checks if check.number == 8}
        assert log_of_new.startswith(f"{SECOND}, ")
    old = open_engine(old_url)
    vkey = (home / "public/ledger.vkey").read_text().strip()
    assert fsck(old, Verifier.from_vkey(vkey), high_water=home / "log.highwater").clean, "only read"
    old.dispose()


def test_a_third_log(databases: Databases, tmp_path: Path) -> None:
    """Places in both closed logs hold, and old certificates can be superseded and their key cut off in their log."""
    home = instance_of(tmp_path / "instance", databases())
    first = issue(home, 0, 1)[0].issued
    move(home, databases())
    second = issue(home, 3, 4)[0].issued
    move(home, databases(), SECOND)
    third = issue(home, 4, 5)[0].issued
    with open_instance(home) as instance:
        hold_whole(instance)
        assert [log.origin for log in trust_of(instance).issuers[0].logs] == [HOST, SECOND, f"{HOST}/3"]
        for one in (first, second, third):
            assert by_qr(instance, one).verdict is Verdict.GENUINE
        place = prove(instance, second)[0]
        kid = instance.credential_signer.kid
        rotate(instance, Use.CREDENTIAL, timedelta())
        damage = compromise(instance, kid, place, SECOND)
        assert {second.serial, third.serial} <= set(damage.serials)
        assert first.serial not in damage.serials
        assert by_qr(instance, first).verdict is Verdict.GENUINE
        assert by_qr(instance, second).verdict is not Verdict.GENUINE
        assert by_qr(instance, third).verdict is not Verdict.GENUINE
        renewed = reissue_one(instance, second.serial, "key-compromised")
        assert by_qr(instance, renewed).verdict is Verdict.GENUINE


def test_after_a_restored_backup(tmp_path: Path) -> None:
    """The database lacks what the published log has: those certificates stay good, and their numbers are not given out again."""
    home = instance_of(tmp_path / "instance", None)
    shutil.copy(home / "xueshi.db", tmp_path / "backup.db")
    lost = issue(home, 3, 5)
    revoked = issue(home, 0, 1)[0].issued
    with open_instance(home) as instance:
        revoke(instance, Withdrawal(revoked.serial, "revocation", "false-evidence"))
    (home / "xueshi.db-wal").unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", home / "xueshi.db")
    with pytest.raises(LedgerHaltedError), open_instance(home):
        pass
    done = move(home, None)
    assert (done.lost["issuance"], done.lost["status"]) == (len(lost), 1)
    (line,) = [json.loads(one) for one in done.missing_lines().splitlines() if "withdrawal" in one]
    assert (line["withdrawal"], line["purpose"], line["reason"], line["list"]) == (
        (revoked.serial, "revocation", "false-evidence", 1)
    )
    after = issue(home, 5, 6)
    with open_instance(home) as instance:
        hold_whole(instance)
        with reading(instance.engine).connect() as connection:
            query = sa.select(credential.c.status_list).where(credential.c.serial == after[0].issued.serial)
            assert connection.execute(query).scalar_one() == instance.settings.first_status_list == 3
        assert by_qr(instance, revoked).verdict is Verdict.REVOKED, "published once, never taken back"
        text = lost[0].issued.jws
        source = Folder(instance.settings.public)
        report = verify(read_evidence(text.encode(), "x"), trust_of(instance), source, instance.now())
        assert report.verdict is Verdict.GENUINE, report.checks


def test_what_was_not_published_goes_into_the_new_log(tmp_path: Path) -> None:
    """Issued but never shown: logged in the new log, exactly once, and good there."""
    home = instance_of(tmp_path / "instance", None)
    shutil.copytree(home / "public", tmp_path / "public")
    fresh = issue(home, 3, 5)
    shutil.rmtree(home / "public")
    shutil.copytree(tmp_path / "public", home / "public")
    done = move(home, None)
    assert done.queued > len(fresh)
    with open_instance(home) as instance:
        hold_whole(instance)
        for one in fresh:
            assert by_qr(instance, one.issued).verdict is Verdict.GENUINE


def test_on_the_command_line(tmp_path: Path) -> None:
    """A dry run writes nothing; asking again after it was done closes nothing more."""
    home = instance_of(tmp_path / "instance", None)

    def command(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["continue", *words, "--home", str(home)])
        return done.exit_code, done.output

    def files() -> dict[str, bytes]:
        kept = [path for path in home.rglob("*") if path.is_file()]
        return {str(p): p.read_bytes() for p in kept if p.name != "xueshi.lock" and "-shm" not in p.name}

    before = files()
    code, says = command(HOST)
    assert (code, files()) == (0, before), says
    assert "log-2/" in says
    assert plan(home, Move(HOST), quiet).queued == 0
    assert command(HOST, "--apply", "--missing", str(tmp_path / "missing.jsonl"))[0] == 0
    assert (tmp_path / "missing.jsonl").read_text() == ""
    code, says = command(HOST, "--apply")
    assert (code, "closed before" in says) == (0, True), says
    with open_instance(home) as instance:
        assert instance.settings.log_origin == SECOND
        hold_whole(instance)
    assert command(HOST)[0] == 2
    assert command("another.example", "--apply")[0] == 2


def test_a_database_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is moved; then somebody has to name the new one there, and asking again publishes."""
    home = instance_of(tmp_path / "instance", None)
    url = f"sqlite:///{home}/xueshi.db"
    monkeypatch.setenv("XUESHI_DATABASE", url)
    told: list[Plan] = []
    for _ in range(2):
        with pytest.raises(SettingsError, match="One step is left"):
            carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC), told.append)
    assert [one.successor.database for one in told] == ["sqlite:///xueshi-2.db"]
    assert not (home / "public/log-2").exists()
    with pytest.raises(LedgerHaltedError), open_instance(home):  # the new log's key and the old database
        pass
    monkeypatch.setenv("XUESHI_DATABASE", f"sqlite:///{home}/xueshi-2.db")
    assert carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC)) is None
    with open_instance(home) as instance:
        hold_whole(instance)


def test_with_witnesses(tmp_path: Path) -> None:
    """Until the witnesses know the new log its head is not shown, and nothing is drawn; then all goes on."""
    home = tmp_path / "instance"
    create(
        home,
        NewInstance(HOST, "示例签发机关", "Specimen issuer", public_folder="../public", demo=True),
    )
    with demo_witnesses(tmp_path):
        old = issue(home, 0, 1)[0].issued
        move(home, None)
        with open_instance(home) as instance:
            assert not (instance.settings.public / "log-2/checkpoint").exists()
            assert by_qr(instance, old).verdict is not Verdict.FORGED
    with demo_witnesses(tmp_path):  # started again, they read the new log's key
        new = issue(home, 1, 2)[0].issued
        with open_instance(home) as instance:
            assert instance.policy is not None
            instance.policy.check((instance.settings.public / "log-2/checkpoint").read_bytes())
            assert {by_qr(instance, one).verdict for one in (old, new)} == {Verdict.GENUINE}
