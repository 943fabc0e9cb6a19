"""Where two views of a log disagree, and what the auditor's page says of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import auditing, auditor
from ledger.checkpoint import Checkpoint, sign
from ledger.cli import app
from ledger.entry import Content
from ledger.views import Outcome
from tests.ledger.logs import (
    ORIGIN,
    OTHER_SIGNER,
    SIGNER,
    START,
    Log,
    noise,
    private_event,
    public_files,
    write_files,
)

TRUST = auditor.Trust(auditor.Key.read(SIGNER.verifier().vkey()))


class Places:
    """The audited log's public files at 300 entries, and earlier and later copies of them."""

    def __init__(self, log: Log, folder: Path) -> None:
        self.folder = folder
        for name, step in (("earlier", 260), ("audited", 40), ("later", 300)):
            log.grow(step)
            log.publish()
            shutil.copytree(log.public, folder / name)

    def of(self, name: str, note: bytes, *, tiles: bool = True) -> Path:
        """A copy of the later files under another checkpoint."""
        place = self.folder / name
        if tiles:
            shutil.copytree(self.folder / "later", place)
        place.mkdir(exist_ok=True)
        (place / "checkpoint").write_bytes(note)
        return place

    def audit(self, *views: Path) -> auditing.Audited:
        found, _ = auditing.audit(
            str(self.folder / "audited"),
            TRUST,
            self.folder / "state.json",
            [str(view) for view in views],
            full=False,
            progress=lambda _done, _all: None,
        )
        return found


@pytest.fixture
def places(sqlite_log: Log, tmp_path: Path) -> Places:
    return Places(sqlite_log, tmp_path)


def forked(size: int) -> bytes:
    return sign(Checkpoint(ORIGIN, size, noise("fork")), SIGNER)


@pytest.mark.parametrize(
    ("view", "outcome", "size"),
    [
        pytest.param(lambda p: p.folder / "audited", Outcome.SAME, 300, id="the same files"),
        pytest.param(lambda p: p.folder / "earlier", Outcome.OLDER, 260, id="an older copy"),
        pytest.param(lambda p: p.folder / "later", Outcome.NEWER, 600, id="a newer copy"),
        pytest.param(
            lambda p: p.of("head", (p.folder / "later/checkpoint").read_bytes(), tiles=False),
            Outcome.UNCOMPARED,
            600,
            id="a newer head without tiles",
        ),
        pytest.param(lambda p: p.of("x", forked(300)), Outcome.DISAGREES, 300, id="another root"),
        pytest.param(lambda p: p.of("x", forked(7)), Outcome.DISAGREES, 7, id="another old root"),
        pytest.param(lambda p: p.folder / "nowhere", Outcome.UNREADABLE, None, id="nothing"),
        pytest.param(lambda p: p.of("x", b"nonsense"), Outcome.UNREADABLE, None, id="nonsense"),
        pytest.param(
            lambda p: p.of("x", sign(Checkpoint(ORIGIN, 300, noise(1)), OTHER_SIGNER)),
            Outcome.UNREADABLE,
            None,
            id="another key proves nothing",
        ),
    ],
)
def test_views(places: Places, view: Callable[[Places], Path], outcome: Outcome, size: int | None) -> None:
    audited = places.audit(view(places))
    assert [(one.outcome, one.size) for one in audited.views] == [(outcome, size)]
    assert (audited.failure is None) == (outcome is not Outcome.DISAGREES)


def test_a_newer_fork_is_found_by_its_tiles(places: Places, sqlite_log: Log) -> None:
    place = places.folder / "later"
    first = place / "tile/0/000"
    first.write_bytes(bytes(32) + first.read_bytes()[32:])
    for path in place.glob("tile/[12]/*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert places.audit(place).views[0].outcome in {Outcome.DISAGREES, Outcome.UNCOMPARED}


@pytest.mark.parametrize(("size", "at"), [(300, 299), (280, 17), (600, 0), (257, 256), (600, 255)])
def test_where_two_views_part(places: Places, size: int, at: int) -> None:
    """A true fork, tiles and all: the first entry in which they differ is named, whichever of the two is longer."""
    event = private_event(77)
    same = [Content(event.kind, START.date(), event.commitment, None)] * 600
    forked = [*same[:at], same[0]._replace(commitment=noise("fork")), *same[at + 1 :]]
    shutil.rmtree(places.folder / "audited")
    write_files(places.folder / "audited", public_files(same[:300]))
    (one,) = places.audit(write_files(places.folder / "fork", public_files(forked[:size]))).views
    assert (one.outcome, one.size) == (Outcome.DISAGREES, size)
    assert one.detail == f"another tree of {min(size, 300)} entries; they part at entry {at}"


def test_the_page(places: Places) -> None:
    """Growth over visits, the head, and a fork said first; nothing from outside is markup."""
    places.audit()
    shutil.copytree(places.folder / "later", places.folder / "audited", dirs_exist_ok=True)
    audited = places.audit(places.of("<b>evil", forked(300)))
    page = places.folder / "audit.html"
    auditing.write_page(page, audited)
    text = page.read_text("utf-8")
    assert "polyline" in text
    assert "从 300 条到 600 条" in text
    assert "不一致：账本分叉" in text
    assert "&lt;b&gt;evil" in text
    assert "<b>evil" not in text
    assert "<script" not in text
    assert "another tree of 300 entries; its tiles do not show where" in text
    evidence = audited.views[0].note.decode()
    assert f"<pre>{evidence}</pre>" in text, "both heads stand there, signatures and all"
    assert text.index('class="verdict bad"') < text.index("<h2>")


def test_from_the_command_line(places: Places) -> None:
    fork = places.of("fork", forked(300))
    base = ["audit", str(places.folder / "audited"), "--vkey", SIGNER.verifier().vkey()]
    base += ["--state", str(places.folder / "state.json"), "--page", str(places.folder / "audit.html")]
    assert CliRunner().invoke(app, base).exit_code == 0
    refused = CliRunner().invoke(app, [*base, "--view", str(fork)])
    assert (refused.exit_code, "another tree of 300 entries" in refused.output) == (1, True)
    assert "不一致" in (places.folder / "audit.html").read_text("utf-8")
