"""An issuer's published rules: what is signed is taken, anything else is refused before a file is written."""

import hashlib
import json
from pathlib import Path

import pytest

from rules.packs import load_library
from tests.verifier.authority import DID, NOW, Authority, Memory
from tests.verifier.make_vectors_rules import END, FOLDER, NOTE, rules_vector
from tests.verifier.make_vectors_trust import scene
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.errors import RulingsError, SourceError
from verifier.rulings import INDEX, Listed, fetch_rules, open_index, read_published, sign_index

VECTOR = json.loads((FOLDER / "rules.json").read_text("utf-8"))
HONEST = {INDEX: VECTOR["index"].encode()} | {path: text.encode() for path, text in VECTOR["texts"].items()}
TRUST = scene().authority.trust()
TEXT = HONEST[f"rules/{NOTE}"]


def listed(name: str = NOTE, data: bytes = TEXT) -> Listed:
    return Listed(name=name, sha256=hashlib.sha256(data).hexdigest(), from_="2025-01-01", document=None)


def signed(*documents: Listed, by: Authority | None = None) -> bytes:
    return sign_index((by or scene().authority).signer(), documents, NOW).encode()


def test_the_vector_is_read_as_it_says_and_still_written_so() -> None:
    assert rules_vector() == VECTOR
    (issuer,) = TRUST.issuers
    index = open_index(VECTOR["index"], issuer)
    assert index.model_dump(mode="json", by_alias=True) == VECTOR["says"]


def test_a_folder_is_fetched_and_brought_up_to_date(tmp_path: Path) -> None:
    made = fetch_rules(TRUST, Memory(HONEST), tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in made) == [f"endings/{END}", NOTE]
    library = load_library(tmp_path)
    assert [len(library.notes), len(library.endings)] == [1, 1]
    assert fetch_rules(TRUST, Memory(HONEST), tmp_path) == [], "nothing is new"
    assert fetch_rules(TRUST, Memory(HONEST), tmp_path / "other", f"{DID}:other") == []


def test_an_issuer_without_an_index_has_no_rules_of_its_own(tmp_path: Path) -> None:
    assert fetch_rules(TRUST, Memory({}), tmp_path) == []


WRONG = {
    "another text": {f"rules/{NOTE}": TEXT.replace(b"30", b"20")},
    "signed by somebody else": {INDEX: signed(listed(), by=Authority(seed="a stranger"))},
    "a name twice": {INDEX: signed(listed(), listed())},
    "no text": {INDEX: b"\xff"},
    "no JWS": {INDEX: b"a.b.c"},
    "what does not load": {INDEX: signed(listed(data=b"id: [")), f"rules/{NOTE}": b"id: ["},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_what_was_signed_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(RulingsError):
        fetch_rules(TRUST, Memory(HONEST | WRONG[name]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_is_gone_is_no_empty_one(tmp_path: Path) -> None:
    files = {path: data for path, data in HONEST.items() if path != f"rules/{NOTE}"}
    with pytest.raises(SourceError):
        fetch_rules(TRUST, Memory(files), tmp_path)


@pytest.mark.parametrize(
    "name", ["../x-1.0.0.note.yaml", "x.note.yaml", "x-1.0.0.csv.yaml", "X-1.0.0.note.yaml"]
)
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        listed(name)


def test_a_name_keeps_its_text(tmp_path: Path) -> None:
    (tmp_path / NOTE).write_bytes(b"another")
    with pytest.raises(RulingsError, match="同名"):
        fetch_rules(TRUST, Memory(HONEST), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NOTE]


def test_a_bundle_carries_them(tmp_path: Path) -> None:
    made = scene()
    packed = tmp_path / "room.bundle"
    source = Memory(made.public.files | HONEST)
    packed.write_bytes(make_bundle(made.trust, made.chain, made.pinned.key, source, NOW))
    trust, bundle = open_bundle(packed, packed.name, made.pinned.key, NOW)
    assert read_published(trust.issuers[0], bundle).keys() == {NOTE, f"endings/{END}"}
