"""An instance with witnesses: what is shown, what a certificate's proof says, and when it stops."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.certificates.service import draw_all
from issuer.errors import SettingsError
from issuer.instance import Instance, open_instance
from issuer.publication import publish
from issuer.reconciliation import reconcile_all
from issuer.service import issue_roster
from issuer.witnesses import DEMO_POLICY, demo_witnesses
from ledger import issued as issued_list
from ledger.checkpoint import open_checkpoint
from ledger.errors import LedgerHaltedError, NotSequencedError
from ledger.receipts import issuance_index
from ledger.store import reading
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.issuer.worlds import in_november, instance_at


@pytest.fixture
def witnessed(home: Path) -> Iterator[Path]:
    with demo_witnesses(home.parent):
        yield home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """As everywhere, with the public files where the demonstration has them."""
    from issuer.creation import NewInstance, create

    new = NewInstance(
        "jxjy.example.gov.cn", "示例签发机关", "Specimen issuer", public_folder="../public", demo=True
    )
    create(tmp_path / "instance", new)
    return tmp_path / "instance"


def shown(instance: Instance) -> bytes:
    path = instance.settings.public / "checkpoint"
    return path.read_bytes() if path.exists() else b""


def test_a_head_is_shown_when_enough_have_signed(witnessed: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(witnessed) as instance:
        results, _ = issue_roster(instance, roster_of(people[:2]), quiet)
        assert instance.policy is not None
        head = instance.policy.check(shown(instance))
        year = instance.today().year
        note = (instance.settings.public / f"issuances/{year}/head").read_bytes()
        signed = issued_list.open_head(note, head.origin, [instance.log_signer.verifier()])
        data = (instance.settings.public / f"issuances/{year}/{signed.count}").read_bytes()
        with reading(instance.engine).connect() as connection:
            for one in results:
                index = issuance_index(connection, one.issued.digest)
                assert issued_list.find(data, one.issued.digest) == index
        assert reconcile_all(instance.engine) == ()


def test_without_them_nothing_new_is_shown(home: Path, people: list[dict[str, Any]], tmp_path: Path) -> None:
    """What was recorded is safe and waits; when they are back, the same call goes on."""
    with demo_witnesses(tmp_path), open_instance(home) as instance:
        issue_roster(instance, roster_of(people[:1]), quiet)
        before = shown(instance)
    with open_instance(home) as instance:
        results, _ = issue_roster(instance, roster_of(people[:2]), quiet)
        issued = [one.issued for one in results]
        assert shown(instance) == before
        with pytest.raises(NotSequencedError, match="no head that counts"):
            draw_all(instance, issued, tmp_path / "certificates", lambda _done, _all: None)
    with demo_witnesses(tmp_path), open_instance(home) as instance:
        publish(instance)
        assert instance.policy is not None
        assert (
            instance.policy.check(shown(instance)).size
            > open_checkpoint(before, "jxjy.example.gov.cn", [instance.log_signer.verifier()]).size
        )
        assert len(draw_all(instance, issued, tmp_path / "certificates", lambda _done, _all: None)) == 2


def test_a_restored_backup_is_noticed_by_the_witnesses(witnessed: Path, people: list[dict[str, Any]]) -> None:
    """The whole home was put back, high-water file included: only the outside knows better."""
    backup = witnessed.parent / "backup"
    with open_instance(witnessed) as instance:
        issue_roster(instance, roster_of(people[:1]), quiet)
    shutil.copytree(witnessed, backup)
    with open_instance(witnessed) as instance:
        issue_roster(instance, roster_of(people[:2]), quiet)
    shutil.rmtree(witnessed)
    shutil.copytree(backup, witnessed)
    shutil.rmtree(witnessed.parent / "public")
    with (
        pytest.raises(LedgerHaltedError, match="a backup was restored"),
        open_instance(witnessed),
    ):
        pass


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        pytest.param(None, "cannot read the witness policy", id="no file"),
        pytest.param(b"nonsense\n", "line 1", id="nonsense"),
        pytest.param(b"witness A nonsense\nquorum A\n", "line 1", id="no key"),
        pytest.param(b"", "exactly one quorum line", id="empty"),
    ],
)
def test_policies_that_cannot_be_used(witnessed: Path, policy: bytes | None, says: str) -> None:
    if policy is None:
        (witnessed / DEMO_POLICY).unlink()
    else:
        (witnessed / DEMO_POLICY).write_bytes(policy)
    with pytest.raises(SettingsError, match=says), open_instance(witnessed):
        pass


def test_the_year_before_is_listed_too(tmp_path: Path, people: list[dict[str, Any]]) -> None:
    """Queued on New Year's Eve, sequenced after midnight: it belongs to the year of its day."""
    home, eve = tmp_path / "instance", datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    instance_at(home, NEW, in_november)
    with open_instance(home, now=lambda: eve) as instance:
        issue_roster(instance, roster_of(people[:1]), quiet)
    with open_instance(home, now=lambda: eve.replace(year=2027, month=1, day=1)) as instance:
        publish(instance)
        names = {
            year: {path.name for path in (instance.settings.public / f"issuances/{year}").iterdir()}
            for year in (2026, 2027)
        }
    assert "1" in names[2026]
    assert names[2027] == {"0", "head"}
