"""Entries: what is read back, and what is refused."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import entry
from ledger.entry import Entry, Kind, assemble, canonical, commit, decode, encode, quote
from ledger.errors import (
    EntryFormatError,
    UnknownVersionError,
)
from tests.ledger.logs import noise

digests = st.binary(min_size=32, max_size=32)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
private_entries = st.builds(
    Entry,
    index=st.integers(0, 2**53 - 1),
    previous=digests,
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.ISSUANCE]),
    day=days,
    commitment=digests,
)
public_entries = st.builds(
    Entry,
    index=st.integers(0, 2**53 - 1),
    previous=digests,
    kind=st.sampled_from([Kind.ISSUANCE, Kind.GOVERNANCE]),
    day=days,
    digest=digests,
)

FIRST = Entry(0, entry.GENESIS, Kind.REGISTRATION, date(2026, 1, 15), commitment=noise(1))
BODY = encode(FIRST)


@given(private_entries | public_entries)
def test_entries_round_trip_as_canonical_json(given_entry: Entry) -> None:
    body = encode(given_entry)
    assert decode(body) == given_entry
    assert canonical(json.loads(body)) == body


@given(private_entries | public_entries, st.data())
def test_a_changed_entry_is_another_entry_or_none(given_entry: Entry, data: st.DataObject) -> None:
    body = bytearray(encode(given_entry))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode(bytes(body))
    except (EntryFormatError, UnknownVersionError):
        return
    assert changed != given_entry
    assert encode(changed) == body


def _with(old: str, new: str) -> bytes:
    assert old.encode() in BODY
    return BODY.replace(old.encode(), new.encode())


BAD_ENTRIES = {
    "empty": b"",
    "not JSON": b"hello",
    "a space": _with('"i":0', '"i": 0'),
    "newline after it": BODY + b"\n",
    "another order": canonical(json.loads(BODY)).replace(b'"v":1', b'"w":0'),
    "a key more": _with("{", '{"a":1,'),
    "a key twice": _with('"v":1}', '"v":1,"v":1}'),
    "commitment and digest": _with('"i":0', f'"d":"{"0" * 64}","i":0'),
    "neither": BODY[:1] + BODY[BODY.index(b'"i"') :],
    "index with leading zero": _with('"i":0', '"i":00'),
    "index negative": _with('"i":0', '"i":-1'),
    "index a fraction": _with('"i":0', '"i":0.0'),
    "index beyond 2^53": _with('"i":0', '"i":9007199254740992'),
    "index of twenty digits": _with('"i":0', '"i":99999999999999999999'),
    "capital hexadecimal": BODY.replace(noise(1).hex().encode(), noise(1).hex().upper().encode()),
    "short hash": _with('"p":"00', '"p":"'),
    "unknown kind": _with("registration", "celebration"),
    "a day that does not exist": _with("2026-01-15", "2026-02-30"),
    "a day in another spelling": _with("2026-01-15", "2026-1-15"),
    "a moment": _with("2026-01-15", "2026-01-15T00:00:00Z"),
    "issuance with a commitment": _with("registration", "issuance"),
    "decision with a digest": _with('{"c"', '{"d"').replace(b"registration", b"decision"),
    "over 65,535 bytes": BODY + b" " * 65_536,
}


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_bad_entries(name: str) -> None:
    with pytest.raises(EntryFormatError):
        decode(BAD_ENTRIES[name])


@pytest.mark.parametrize("version", [0, 2, 999])
def test_an_unknown_version_is_named(version: int) -> None:
    with pytest.raises(UnknownVersionError, match=f"version {version}"):
        decode(_with('"v":1', f'"v":{version}'))


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": 2**53},
        {"previous": b""},
        {"commitment": None},
        {"commitment": b"x"},
        {"digest": noise(2)},
    ],
    ids=str,
)
def test_entries_out_of_range(change: dict) -> None:
    with pytest.raises(EntryFormatError):
        replace(FIRST, **change)


def test_equal_payloads_have_unlike_commitments() -> None:
    payload = canonical({"name": "示例"})
    assert commit(noise(1), payload) != commit(noise(2), payload)
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"short", payload)


@pytest.mark.parametrize("value", [1.0, {"a": [1.5]}, {1: "a"}, {"a": {1, 2}}, float("nan")], ids=repr)
def test_canonical_refuses(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_canonical() -> None:
    assert (
        canonical({"b": [1, "二", None], "a": {"d": True, "c": "1.5"}})
        == '{"a":{"c":"1.5","d":true},"b":[1,"二",null]}'.encode()
    )


def test_what_is_assembled_of_written_members_is_canonical() -> None:
    told = {"b": [1, '二"\\\n'], "a": 'of "b"', "c": {"z": None, "y": "\x7f"}}
    written = {name: canonical(value).decode() for name, value in told.items()}
    assert written["a"] == quote(told["a"])
    assert assemble(written) == canonical(told)
