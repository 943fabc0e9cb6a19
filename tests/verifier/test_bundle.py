"""Bundles: what a room without network can decide, and what a bundle that was spoiled cannot."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.verifier.authority import HOST, NOW, START, Authority, Memory, credential, es256
from verifier import jws
from verifier.bundle.cli import app as bundle_app
from verifier.bundle.describing import describe
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.cli import app as verify_app
from verifier.errors import BundleError, RollbackError, TrustError
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.refreshing import refresh
from verifier.report import Report, Verdict
from verifier.roots import RootKey, encode_link
from verifier.seen import Seen
from verifier.trust import encode_trust
from verifier.verify import verify_on


def public(authority: Authority) -> Memory:
    """The public files, with the list of the year's issuances."""
    made = authority.public()
    made.files |= authority.issuances()
    return made


class Room:
    def __init__(self) -> None:
        self.authority = Authority()
        self.token = self.authority.issue(credential())
        self.unlogged = self.authority.sign(credential(name="李娜"))
        self.data = make_bundle(
            self.authority.trust_token(), "", self.authority.root(), public(self.authority), NOW
        )

    def verify(self, text: str, data: bytes | None = None, *, later: timedelta = timedelta()) -> Report:
        now = NOW + later
        trust, bundle = open_bundle(io.BytesIO(data or self.data), "b.zip", self.authority.root(), now)
        return verify_on(read_evidence(text.encode(), "x"), Ground(trust, bundle, now))


@pytest.fixture(scope="module")
def room() -> Room:
    return Room()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return file.getvalue()


def test_a_room_without_network_can_say_genuine(room: Room) -> None:
    report = room.verify(room.token)
    assert report.verdict is Verdict.GENUINE, report.to_json()
    assert report.to_json()["trust"] == {
        "number": 7,
        "issued": "2026-05-11T02:00:00Z",
        "expires": "2026-05-18T02:00:00Z",
        "source": "b.zip",
        "situation": "bundle",
        "asOf": "2026-05-11T22:00:00Z",
    }
    assert room.verify(room.authority.qr(room.token).text).verdict is Verdict.GENUINE


def test_what_is_not_in_the_years_list_is_not_genuine(room: Room) -> None:
    report = room.verify(room.unlogged)
    assert report.verdict is Verdict.UNDETERMINED
    assert report.check(8).outcome.value == "not_done"


def test_a_bundle_ages(room: Room) -> None:
    assert room.verify(room.token, later=timedelta(days=5)).verdict is Verdict.GENUINE
    assert room.verify(room.token, later=timedelta(days=8)).verdict is Verdict.UNDETERMINED


def test_the_same_data_gives_the_same_bytes(room: Room) -> None:
    files = parts(room.data)
    assert room.data == make_bundle(
        files["trust-list.jwt"].decode(), "", room.authority.root(), FromBundle(files), NOW
    )
    assert set(files) == {
        "trust-list.jwt",
        *(f"files/{HOST}/{path}" for path in ("checkpoint", "status/r3", "status/s3", "status/details3")),
        f"files/{HOST}/issuances/2026/1",
        f"files/{HOST}/issuances/2026/head",
    }


class FromBundle(Memory):
    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__({name.removeprefix(f"files/{HOST}/"): data for name, data in files.items()})


def test_what_it_says_of_itself(room: Room) -> None:
    trust, bundle = open_bundle(io.BytesIO(room.data), "b.zip", room.authority.root(), NOW)
    lines, usable = describe(bundle, trust, NOW)
    assert usable
    said = "\n".join(lines)
    for words in ("4 小时前", "第 7 号", "status/r3", "3 条 entries", "2026 年签发名录 issuances：1 份"):
        assert words in said
    assert describe(bundle, trust, NOW + timedelta(days=9))[1] is False


def test_an_older_bundle_than_one_seen_is_refused(room: Room) -> None:
    with pytest.raises(RollbackError):
        open_bundle(io.BytesIO(room.data), "b.zip", room.authority.root(), NOW, Seen(number=8))


SPOILED = {
    "not a ZIP": (lambda _: b"hello", BundleError),
    "empty": (lambda _: packed({}), BundleError),
    "no trust list": (lambda f: packed({k: v for k, v in f.items() if k != "trust-list.jwt"}), BundleError),
    "packed": (lambda f: packed(f, zipfile.ZIP_DEFLATED), BundleError),
    "another file": (lambda f: packed({**f, "readme.txt": b""}), BundleError),
    "a way out": (lambda f: packed({**f, "files/a/../../x": b""}), BundleError),
    "an absolute path": (lambda f: packed({**f, "/etc/x": b""}), BundleError),
    "too many files": (lambda f: packed({**f, **{f"files/a/{n}": b"" for n in range(10_001)}}), BundleError),
    "another root's list": (lambda f: packed({**f, "trust-list.jwt": Authority().trust_token().encode()}), TrustError),
    "another issuer's status list": (
        lambda f: packed({**f, f"files/{HOST}/status/r3": Authority().status_list("r").encode()}),
        BundleError,
    ),
    "one list in the other's place": (
        lambda f: packed({**f, f"files/{HOST}/status/r3": f[f"files/{HOST}/status/s3"]}),
        BundleError,
    ),
    "a chain that leads nowhere": (lambda f: packed({**f, "trust-roots.txt": b"x"}), TrustError),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_bundle(room: Room, name: str) -> None:
    spoil, error = SPOILED[name]
    with pytest.raises(error):
        room.verify(room.token, spoil(parts(room.data)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice(room: Room) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for _ in range(2):
            out.writestr("trust-list.jwt", room.authority.trust_token())
    with pytest.raises(BundleError, match="twice"):
        room.verify(room.token, file.getvalue())


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_a_bundle_cut_short(room: Room, cut: float) -> None:
    with pytest.raises(BundleError):
        room.verify(room.token, room.data[: int(len(room.data) * cut)])


@pytest.mark.parametrize("missing", ["status/r3", "status/details3", "checkpoint", "issuances/2026/1"])
def test_none_is_made_of_files_that_are_not_whole(missing: str) -> None:
    authority = Authority()
    authority.issue(credential())
    source = public(authority)
    del source.files[missing]
    with pytest.raises(BundleError):
        make_bundle(authority.trust_token(), "", authority.root(), source, NOW)


def test_none_is_made_of_what_is_too_old(room: Room) -> None:
    source = public(room.authority)
    with pytest.raises(BundleError, match="expired"):
        make_bundle(room.authority.trust_token(), "", room.authority.root(), source, NOW + timedelta(days=9))
    assert not source.asked


def test_a_trust_list_is_refreshed_and_never_goes_back(tmp_path: Path) -> None:
    authority = Authority()
    path = tmp_path / "trust-list.jwt"
    path.write_text(authority.trust_token())
    held = Seen()
    newer = Memory({"trust-list.jwt": authority.trust_token(authority.trust(number=9)).encode()})
    old, new = refresh(path, authority.root(), NOW, held, newer)
    assert (old.number, new.number) == (7, 9)
    older = Memory({"trust-list.jwt": authority.trust_token(authority.trust(number=8)).encode()})
    with pytest.raises(RollbackError):
        refresh(path, authority.root(), NOW, held, older)
    with pytest.raises(TrustError):
        refresh(
            path, authority.root(), NOW, held, Memory({"trust-list.jwt": Authority().trust_token().encode()})
        )
    assert refresh(path, authority.root(), NOW, held, newer)[0].number == 9, "the file is as it was"


def test_a_refresh_mends_what_a_crash_left(tmp_path: Path) -> None:
    """The root changed; the new chain was written, the new list was not."""
    authority, new_root = Authority(), Authority()
    old = RootKey(jws.Signer("root-1", es256(authority.root_key)), authority.root())
    new = RootKey(jws.Signer("root-2", es256(new_root.root_key)), new_root.root())
    chain = encode_link(1, old, new, NOW) + "\n"
    path = tmp_path / "trust-list.jwt"
    path.write_text(authority.trust_token())
    (tmp_path / "trust-roots.txt").write_text(chain)
    token = encode_trust(authority.trust(number=8), new.signer)
    home = Memory({"trust-list.jwt": token.encode(), "trust-roots.txt": chain.encode()})
    assert refresh(path, authority.root(), NOW, Seen(), home)[1].number == 8
    assert path.read_text() == token


def no_network(*_: object, **__: object) -> None:
    raise OSError


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority()
    token = authority.issue(credential())
    now = datetime.now(UTC).replace(microsecond=0)
    made = public(authority)
    made.files |= {
        f"status/{letter}3": authority.status_list(letter, now - timedelta(hours=1)).encode()
        for letter in "rs"
    }
    for path, data in made.files.items():
        target = tmp_path / "public" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    trust = authority.trust(issued=START, expires=now.replace(year=2099), status_max_age=31_536_000)
    (tmp_path / "trust.jwt").write_text(authority.trust_token(trust))
    (tmp_path / "root.jwk").write_text(json.dumps(authority.root().to_jwk()))
    (tmp_path / "token.jwt").write_text(token)
    monkeypatch.setenv("XUESHI_TRUST_ROOT", str(tmp_path / "root.jwk"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    made_it = run(bundle_app, ["make", "room.bundle", "--trust", "trust.jwt", "--public", "public"])
    assert made_it.exit_code == 0, made_it.output
    shown = run(bundle_app, ["show", "room.bundle"])
    assert (shown.exit_code, "状态表 status list status/r3" in shown.stdout) == (0, True)
    done = run(verify_app, ["token.jwt", "--bundle", "room.bundle"])
    assert (done.exit_code, "前的数据" in done.stdout) == (0, True), done.output
    assert list((tmp_path / "state" / "xueshi").glob("seen-*.json"))
    assert run(bundle_app, ["show", "token.jwt"]).exit_code == 2
    assert run(bundle_app, ["make", "x", "--trust", "trust.jwt", "--public", "nowhere"]).exit_code == 2
    monkeypatch.setattr("socket.getaddrinfo", no_network)
    offline = run(bundle_app, ["make", "x", "--trust", "trust.jwt"])
    assert (offline.exit_code, "--public" in offline.stderr) == (2, True)
    assert not (tmp_path / "x").exists()
