"""Every input made to stop the verifier, all in one batch: each its own answer, the others go on, and nothing is lost."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.verifier.authority import DID, NOW, START, Authority, credential, es256, payload, text
from tests.verifier.papers import certificate_pdf, picture_of, png
from tests.verifier.test_bad_input import huge_png, many_attachments
from verifier import jws
from verifier.cli import app
from verifier.committee.answers import Answer
from verifier.committee.batch import run_batch
from verifier.committee.documents import find_documents
from verifier.committee.pool import Pool
from verifier.credential import encode_header
from verifier.opening import Places
from verifier.strict_json import dump


class Table:
    """What lies on a committee's table."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.authority = folder, Authority()
        self.now = datetime.now(UTC).replace(microsecond=0)  # the command reads the real clock
        self.token = self.authority.issue(credential())
        self.pdf = certificate_pdf(self.authority, self.token, credential())

    def write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def signed(self, data: bytes) -> bytes:
        return jws.assemble(encode_header(f"{DID}#2026-1"), data, es256(self.authority.key)).encode()

    def places(self) -> Places:
        trust = self.authority.trust(issued=START, expires=NOW.replace(year=2099), status_max_age=31_536_000)
        self.write("trust.jwt", self.authority.trust_token(trust).encode())
        self.write("root.jwk", dump(self.authority.root().to_jwk()))
        public = self.authority.public().files
        for letter in "rs":
            public[f"status/{letter}3"] = self.authority.status_list(
                letter, self.now - timedelta(hours=1)
            ).encode()
        for name, data in public.items():
            self.write(f"public/{name}", data)
        return Places(
            self.folder / "root.jwk", self.folder / "trust.jwt", str(self.folder / "public"), rules=None
        )


def locked(table: Table) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(table.pdf)) as made:
        made.save(file, encryption=pikepdf.Encryption(owner="a", user="b"))
    return file.getvalue()


def side_by_side(table: Table) -> bytes:
    other = table.authority.issue(credential(name="李娜"))
    pages = [
        picture_of(table.pdf),
        picture_of(certificate_pdf(table.authority, other, credential(name="李娜"))),
    ]
    both = Image.new("RGB", (pages[0].width * 2, pages[0].height), "white")
    for place, page in enumerate(pages):
        both.paste(page, (place * page.width, 0))
    return png(both)


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, data)
    return file.getvalue()


def in_year(table: Table, year: int) -> bytes:
    fields = payload() | {"validFrom": f"{year}-12-31T23:59:59Z", "iat": 253402300799}
    return table.signed(text(fields))


@dataclass(frozen=True)
class Bad:
    name: str
    make: Callable[[Table], bytes]
    verdict: str
    why: str
    shown: str = ""


BAD = (
    Bad("大.pdf", lambda _: b"%PDF-1.7\n", "unusable", "20 MB"),
    Bad("附件.pdf", lambda _: many_attachments(), "unusable", "10000 个附件"),
    Bad("加密.pdf", locked, "unusable", "密码"),
    Bad("坏.pdf", lambda table: table.pdf[:3000], "unusable", "损坏"),
    Bad("大图.png", lambda _: huge_png(), "unusable", "图片太大"),
    Bad("炸弹.zip", lambda _: packed("a.jwt", bytes(300_000_000)), "unusable", "20 MB", "炸弹.zip/a.jwt"),
    Bad("外面.zip", lambda t: packed("../../a.jwt", t.token.encode()), "unusable", "包外", "外面.zip/../../a.jwt"),
    Bad("两码.png", side_by_side, "forged", "2 份不同的凭证"),
    Bad(
        "假网站.txt",
        lambda t: t.authority.qr(t.token, "jxjy-query.example.net").text.encode(),
        "genuine",
        "jxjy-query.example.net，不是签发机关的",
    ),
    Bad(
        "重复的键.jwt",
        lambda t: t.signed(text(payload()).replace(b'"name":', b'"name":"x","name":', 1)),
        "forged",
        "（2）凭证不合格式",
    ),
    Bad("九九九九年.jwt", lambda t: in_year(t, 9999), "forged", "（2）凭证不合格式"),
    Bad("空.pdf", lambda _: b"", "unusable", "空的"),
)  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return Table(tmp_path_factory.mktemp("table"))


@pytest.fixture(scope="module")
def answers(table: Table) -> dict[str, Answer]:
    for bad in BAD:
        table.write(f"in/{bad.name}", bad.make(table))
    with (table.folder / "in/大.pdf").open("r+b") as file:
        file.truncate(2_000_000_000)  # a hole, not two gigabytes on the disk
    table.write("in/00-first.jwt", table.token.encode())
    table.write("in/末尾.pdf", table.pdf)
    found = run_batch(find_documents([table.folder / "in"]), Pool(table.places(), table.now, workers=2))
    return {answer.file.removeprefix("in/"): answer for answer in found}


ZIPS = {"炸弹.zip", "外面.zip"}
"""The batch looks into them; whoever takes single documents says what to do with one."""


@pytest.fixture(scope="module")
def printed(answers: dict[str, Answer], table: Table) -> dict[str, dict[str, object]]:
    """The same at the terminal, all in one command, by name."""
    del answers  # made first, and so every file is there
    files = [
        str(table.folder / "in" / name) for name in ("00-first.jwt", *(bad.name for bad in BAD), "末尾.pdf")
    ]
    told = ["--trust", str(table.folder / "trust.jwt"), "--root", str(table.folder / "root.jwk")]
    given = [
        *files,
        *told,
        "--public",
        str(table.folder / "public"),
        "--state",
        str(table.folder / "seen"),
        "--json",
    ]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 2, done.output
    return {Path(str(each["file"])).name: each for each in json.loads(done.stdout)}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_each_has_its_own_answer_at_the_terminal(printed: dict[str, dict[str, object]], bad: Bad) -> None:
    said, why = printed[bad.name], "是压缩包" if bad.name in ZIPS else bad.why.removeprefix("（2）")
    assert said.get("verdict", "unusable") == ("unusable" if bad.name in ZIPS else bad.verdict)
    assert why in json.dumps(said, ensure_ascii=False)


def test_the_others_went_on_at_the_terminal(printed: dict[str, dict[str, object]]) -> None:
    assert len(printed) == len(BAD) + 2
    assert printed["00-first.jwt"]["verdict"] == printed["末尾.pdf"]["verdict"] == "genuine"


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_each_has_its_own_answer(answers: dict[str, Answer], bad: Bad) -> None:
    answer = answers[bad.shown or bad.name]
    assert (answer.verdict, bad.why in answer.why) == (bad.verdict, True), answer.why


def test_the_others_went_on_and_nothing_is_lost(answers: dict[str, Answer]) -> None:
    assert len(answers) == len(BAD) + 2
    assert answers["00-first.jwt"].verdict == answers["末尾.pdf"].verdict == "genuine"
