"""A committee's batch: the whole way, receipt, resuming; and documents made to stop it."""

import io
import json
import os
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from issuer.certificates.printing import print_page
from tests.verifier.authority import NOW, START, Authority, altered, credential, payload, text
from tests.verifier.papers import certificate_pdf
from verifier.committee import batch, running
from verifier.committee.cli import app as committee_app
from verifier.committee.documents import Document, find_documents
from verifier.committee.pool import Pool
from verifier.committee.receipt import committee_key, open_receipt, read_receipt
from verifier.committee.rows import Issue
from verifier.credential import parse_payload
from verifier.errors import TrustError, VerifierError
from verifier.opening import Places, open_places


class Room:
    """A committee's folder: trust data good now, public files, and candidates' documents."""

    def __init__(self, folder: Path) -> None:
        self.folder, authority = folder, Authority()
        shown = credential()
        token = authority.issue(shown)
        other = authority.issue(
            parse_payload(text(payload(4321, name="李娜", identifier="620***********2048")))
        )
        self.now = datetime.now(UTC).replace(microsecond=0)
        public = authority.public()
        public.files |= {
            f"status/{a}3": authority.status_list(a, self.now - timedelta(hours=1)).encode() for a in "rs"
        }
        for path, data in public.files.items():
            self.write(f"public/{path}", data)
        trust = authority.trust(issued=START, expires=NOW.replace(year=2099), status_max_age=31_536_000)
        self.write("trust.jwt", authority.trust_token(trust).encode())
        self.write("root.jwk", json.dumps(authority.root().to_jwk()).encode())
        self.write("in/张伟/2025.pdf", certificate_pdf(authority, token, shown))
        self.write("in/李娜.jwt", other.encode())
        self.write("in/改过.jwt", altered(token, b'"professional":"62"', b'"professional":"72"').encode())
        self.write("in/空.pdf", b"")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("好.jwt", other)
            out.writestr("../../外面.jwt", other)
            out.writestr("炸弹.jwt", b"a" * 30_000_000)
        self.write("in/打包.zip", packed.getvalue())
        self.write("list.csv", "姓名,证件号,年度\n张伟,62010219900101123X,2024-2025\n".encode())

    def write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def job(self, out: str = "out", **changes: object) -> running.Job:
        places = Places(
            self.folder / "root.jwk",
            self.folder / "trust.jwt",
            str(self.folder / "public"),
            state=self.folder / "state",
        )
        made = running.Job(
            [self.folder / "in"],
            self.folder / out,
            self.folder / "list.csv",
            "",
            places,
            self.folder / "key.pem",
            1,
        )
        return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room(tmp_path_factory.mktemp("committee"))


def test_the_whole_way(room: Room) -> None:
    result = running.run(room.job(), room.now, print_page)
    found = [(row.name, row.year, set(row.issues)) for row in result.table.rows]
    assert found == [
        ("张伟", 2024, {Issue.MISSING}),
        ("张伟", 2025, set()),
        ("李娜", 2025, {Issue.UNLISTED, Issue.DUPLICATE}),
    ]
    why = {answer.file.rsplit("/", 1)[-1]: answer.why for answer in result.table.unusable}
    assert set(why) == {"空.pdf", "改过.jwt", "外面.jwt", "炸弹.jwt"}
    assert "空的" in why["空.pdf"]
    assert "包外" in why["外面.jwt"]
    assert "20 MB" in why["炸弹.jwt"]
    assert "签名" in why["改过.jwt"]
    assert not (room.folder / "out" / running.JOURNAL).exists()
    receipt = open_receipt((room.folder / "out/核验回执.jwt").read_text(), result.thumbprint)
    assert receipt.content["total"] == result.table.total
    assert read_receipt((room.folder / "out/核验回执.pdf").read_bytes()) == receipt.token
    assert (room.folder / "key.pem").stat().st_mode & 0o777 == 0o600
    assert json.loads((room.folder / "out/核验回执.json").read_bytes()) == receipt.content
    assert receipt.content["documents"][0]["file"].startswith("in/"), "not where this computer keeps it"
    page = (room.folder / "out/核验回执.html").read_text("utf-8")
    assert result.thumbprint in page


def test_at_the_terminal(room: Room) -> None:
    places = room.job().places
    told = ["--root", str(places.root), "--trust", str(places.trust), "--public", str(places.public)]
    folder, out = str(room.folder / "in"), room.folder / "terminal"
    asked = ["verify", folder, "--list", str(room.folder / "list.csv"), "--out", str(out), *told]
    done = CliRunner().invoke(committee_app, [*asked, "--state", str(room.folder / "seen")])
    assert done.exit_code == 1, done.output
    assert "人数 2，行数 3，完成 1，缺这一年 1" in done.stdout
    assert "请抄入会议记录" in done.stdout
    checked = CliRunner().invoke(committee_app, ["receipt", str(out / "核验回执.jwt")])
    assert checked.exit_code == 0, checked.output
    assert json.loads((out / "核验回执.json").read_bytes())["total"]["人数"] == 2


def test_a_folder_that_has_results_keeps_them(room: Room) -> None:
    """Each run has its own number; one that a kill stopped before its receipt is gone on with in its place."""
    job = room.job("kept", inputs=[room.folder / "in/李娜.jwt"])
    first = running.run(job, room.now)
    before = {path: path.read_bytes() for path in first.files}
    later = room.now + timedelta(minutes=1)
    second = running.run(job, later)
    assert (first.number, second.number) == (1, 2)
    assert {path: path.read_bytes() for path in first.files} == before
    receipt = open_receipt((job.out / "核验回执-2.jwt").read_text())
    assert list(receipt.content["files"]) == ["核验结果-2.xlsx", "核验结果-2.csv"]
    (job.out / "核验回执-2.jwt").unlink()
    journal = batch.Journal(job.out / running.JOURNAL, 7, later)
    batch.run_batch(find_documents(job.inputs), Pool(job.places, later, workers=1), journal)
    assert running.run(job, later).number == 2
    assert running.run(job, later).number == 3
    (job.out / "核验回执-3.jwt").unlink()  # put with the minutes
    assert running.run(job, later).number == 4
    assert {path: path.read_bytes() for path in first.files} == before


def test_an_empty_folder_gets_no_receipt_unless_a_list_misses_its_papers(room: Room, tmp_path: Path) -> None:
    empty = {"inputs": [tmp_path], "candidates": None}
    with pytest.raises(VerifierError, match="里面没有文件，也没有名单"):
        running.run(room.job("empty", **empty), room.now)
    assert not (room.folder / "empty").exists()
    assert running.run(room.job("empty", inputs=[tmp_path]), room.now).table.total["缺这一年"] == 2


def test_a_file_is_not_called_by_where_this_computer_keeps_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "材料.zip", "w") as packed:
        packed.writestr("a.jwt", "x")
    assert [each.name for each in find_documents([tmp_path / "材料.zip"])] == ["材料.zip/a.jwt"]


def test_a_name_in_another_encoding_does_not_stop_the_batch(room: Room, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + "/证明.jwt".encode("gb18030"))
    Path(path).write_bytes((room.folder / "in/李娜.jwt").read_bytes())
    result = running.run(room.job("named", inputs=[tmp_path]), room.now)
    receipt = open_receipt((room.folder / "named/核验回执.jwt").read_text())
    assert [each["file"] for each in receipt.content["documents"]] == [f"{tmp_path.name}/证明.jwt"]
    assert result.table.unusable == ()


def test_a_receipt_that_was_altered(room: Room, tmp_path: Path) -> None:
    running.run(room.job("once"), room.now)
    token = (room.folder / "once/核验回执.jwt").read_text()
    with pytest.raises(TrustError):
        open_receipt(altered(token, "核验结果".encode(), "核验果结".encode()))
    with pytest.raises(TrustError, match="0 was the draft"):
        open_receipt(altered(token, b'"version":1', b'"version":0'))
    with pytest.raises(TrustError, match="another key"):
        open_receipt(token, "x")
    broken = (room.folder / "in/张伟/2025.pdf").read_bytes()[:2000]
    for data in (broken, "回执".encode()):
        with pytest.raises(TrustError, match="neither a receipt nor a PDF"):
            read_receipt(data)
    (tmp_path / "key.pem").write_bytes(b"x")
    with pytest.raises(TrustError, match="not a committee"):
        committee_key(tmp_path / "key.pem")


def test_it_goes_on_where_it_stopped(room: Room, tmp_path: Path) -> None:
    """After a kill the journal is there, its last line cut short; what it holds is not verified again."""
    job = room.job()
    opened = open_places(job.places, room.now)
    documents = find_documents(job.inputs)
    path = tmp_path / "journal"
    journal = batch.Journal(path, 7, room.now)
    pool = Pool(job.places, room.now, workers=1)
    whole = batch.run_batch(documents, pool, journal)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:3]) + "\n" + lines[3][:20])
    again = batch.Journal(path, 7, room.now + timedelta(hours=1))
    done: list[int] = []
    assert batch.run_batch(documents, pool, again, lambda count, _: done.append(count)) == whole
    assert done[0] == len(again.kept) > 0
    assert not batch.Journal(path, 8, room.now).kept, "other trust data"
    assert opened.ground.trust.number == 7


class Endless(Document):
    """A document whose reading never ends."""

    def read(self) -> bytes:
        time.sleep(3600)
        return b""


def test_one_that_takes_too_long_stops_no_other(room: Room) -> None:
    good = Document(room.folder / "in" / "李娜.jwt")
    pool = Pool(room.job().places, room.now, workers=1, seconds=10.0)
    answers = batch.run_batch([Endless(Path("endless")), good], pool)
    assert [answer.verdict for answer in answers] == ["unusable", "genuine"]
    assert "limit of time" in answers[0].why


class Falling(Document):
    """A document that takes its process along."""

    def read(self) -> bytes:
        os._exit(9)


class Hungry(Document):
    """A document that takes all memory."""

    def read(self) -> bytes:
        return bytes(5_000_000_000)


def test_one_that_falls_over_stops_no_other(room: Room) -> None:
    good = Document(room.folder / "in" / "李娜.jwt")
    documents = [Falling(Path("falling")), good, Hungry(Path("hungry")), good]
    answers = batch.run_batch(documents, Pool(room.job().places, room.now, workers=1))
    assert [answer.verdict for answer in answers] == ["unusable", "genuine", "unusable", "genuine"]
    assert all("memory" in answers[i].why for i in (0, 2))


def test_without_a_process_nothing_is_called_unusable(room: Room) -> None:
    pool = Pool(replace(room.job().places, trust=room.folder / "missing"), room.now, workers=1)
    with pytest.raises(VerifierError, match="does not start"):
        batch.run_batch([Document(room.folder / "in" / "李娜.jwt")], pool)
