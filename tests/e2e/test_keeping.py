"""One trust list of several origins, by the very lines of docs/transfers.md: somebody moves there and back on it, keys and roots follow."""

import re
import shlex
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issuer.keys.ring import Use
from issuer.keys.service import rotate
from issuer.transfers.errors import TransferRefused
from issuer.transfers.trusted import list_trouble
from tests.e2e.test_demo import ROOT
from tests.issuer.test_cli import xueshi
from tests.issuer.town import training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province, altered, databases, two_provinces
from verifier.refreshing import refresh
from verifier.seen import Seen
from verifier.sources import Folder
from verifier.trust import read_root

PASSPHRASE = {"XUESHI_PASSPHRASE": "示例口令，守名单的人"}


def lines(block: str, folder: Path) -> list[str]:
    """A block of the document, its issuers' addresses led to two folders; a command a line."""
    found = re.search(
        rf"<!-- {block}: .*?-->\n```\n(.*?)```", (ROOT / "docs/transfers.md").read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    text = found[1].replace("https://KEEPER/", "https://trust.example/")
    for name in ("a", "b"):
        text = text.replace(f"https://{name.upper()}/", f"file://{folder / name}/public/")
    return text.strip().splitlines()


def run(block: str, folder: Path, only: str = "") -> str:
    """What the commands of a block print, `only` those with a word in them."""
    told = ""
    for line in lines(block, folder):
        words = shlex.split(line, comments=True)
        if only not in line:
            continue
        if words[0] == "xueshi":
            done = xueshi(*words[1:], **PASSPHRASE)
            assert done.exit_code == 0, done.stderr
            told += done.stdout
        else:
            subprocess.run(words, cwd=folder, check=True)
    return told


def pinning(province: Province, folder: Path) -> Province:
    """The province as it takes certificates in by the keeper's list, its root pinned by hand."""
    home = province.home / "pinned"
    home.mkdir()
    for name in ("public/trust-list.jwt", "keeper/trust-root.jwk"):
        (home / Path(name).name).write_bytes((folder / name).read_bytes())
    pinned = {"origins_trust": Path("pinned/trust-list.jwt"), "origins_root": Path("pinned/trust-root.jwk")}
    province.instance = altered(province.instance, **pinned, origins_public=str(folder / "mirror/{host}"))
    return province


def renewed(province: Province, folder: Path) -> None:
    """What the timer does, with the keeper's folder for its address."""
    home = province.home / "pinned"
    root = read_root((home / "trust-root.jwk").read_bytes())
    refresh(home / "trust-list.jwt", root, datetime.now(UTC), Seen(), Folder(folder / "public"))


def test_the_lines_of_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with two_provinces(tmp_path, databases("sqlite", tmp_path, "")) as (a, b):
        told = run("keeping", tmp_path)
        for province in (a, b):
            own = xueshi("trust", "thumbprint", province.home / "public/trust-root.jwk").stdout.strip()
            assert own in told
            (tmp_path / "mirror").mkdir(exist_ok=True)
            (tmp_path / "mirror" / province.instance.settings.host).symlink_to(province.home / "public")
            pinning(province, tmp_path)
        a.office.register(training(schedule=WHOLE_2025))
        b.belong(MOVED)
        b.take_in(a.leave(), MOVED)
        b.office.register(training(schedule=[{"from": "2026-06-08", "to": "2026-06-12", "unit": "full_day"}]))
        today = a.instance.today()
        a.belong(today)
        came = a.take_in(b.leave(), today)
        assert ([one.year for one in came.years], [one.year for one in came.left_out]) == ([2026], [2025])
        assert (a.year(2025).total, a.year(2026).total, b.year(2026).total) == (120, 40, 40)

        # A member's next key signs before the list names it: nothing of it is believed until the keeper has signed again.
        rotate(a.instance, Use.CREDENTIAL, timedelta(0))
        a.office.register(training(schedule=[{"from": "2026-03-09", "to": "2026-03-09", "unit": "full_day"}]))
        newer = a.leave()
        with pytest.raises(TransferRefused, match="the authority fetches a newer one"):
            b.receive(newer, today)
        run("keeping", tmp_path, "curl")
        run("following", tmp_path)
        renewed(b, tmp_path)
        assert [one.hours for one in b.receive(newer, today).years] == [8]

        assert list_trouble(b.instance) is None
        late = datetime.now(UTC) + timedelta(days=80)
        assert "expires on" in str(list_trouble(replace(b.instance, now=lambda: late)))
        (b.home / "origins/second.yaml").write_text("id: not-whole")
        assert "a mapping profile" in str(list_trouble(b.instance))
        (b.home / "origins/second.yaml").unlink()
        (b.home / "pinned/trust-list.jwt").write_text("no list")
        assert "cannot be used" in str(list_trouble(b.instance))
