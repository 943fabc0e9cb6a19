"""Signed notes and verifier keys."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import LedgerError, NoteFormatError, SignatureError
from ledger.note import (
    MAX_NOTE,
    MAX_SIGNATURES,
    Note,
    Signature,
    Signer,
    Verifier,
    encode_vkey,
    key_id,
    open_note,
    parse,
    sign_note,
)

# From the documentation of golang.org/x/mod/sumdb/note: another program's key and signature.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

SIGNER = Signer("示例.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = Signer("other.example", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
TEXT = "第一行\n\nthird line\n".encode()
NOTE = sign_note(TEXT, SIGNER)
LINE = NOTE.decode().splitlines()[-1]


def test_a_note_of_another_program() -> None:
    opened = open_note(GO_NOTE, [Verifier.from_vkey(GO_VKEY)])
    assert opened.text == GO_NOTE[: GO_NOTE.index(b"\n\n") + 1]
    assert [s.name for s in opened.verified] == ["PeterNeumann"]


def test_round_trip() -> None:
    note = sign_note(TEXT, OTHER, SIGNER)
    assert parse(note).encode() == note
    opened = open_note(note, [SIGNER.verifier()])
    assert opened.text == TEXT
    assert [s.name for s in opened.verified] == [SIGNER.name]
    assert [s.name for s in opened.unknown] == [OTHER.name]


def test_vkey_round_trip() -> None:
    vkey = SIGNER.verifier().vkey()
    assert Verifier.from_vkey(vkey) == SIGNER.verifier()
    assert Verifier.from_vkey(GO_VKEY).vkey() == GO_VKEY


def test_a_signature_counts_once() -> None:
    twice = NOTE + f"{LINE}\n".encode()
    assert len(open_note(twice, [SIGNER.verifier()]).verified) == 1


def _lines(count: int) -> bytes:
    line = Signature("unknown.example", b"abcd", bytes(64)).line()
    return TEXT + b"\n" + (line * count).encode()


def test_a_hundred_signatures_are_read() -> None:
    assert len(parse(_lines(MAX_SIGNATURES)).signatures) == 100


_GOOD = base64.b64encode(bytes(68)).decode()
MALFORMED = {
    "empty": b"",
    "text only": TEXT,
    "no signature": TEXT + b"\n",
    "no text": b"\n" + f"{LINE}\n".encode(),
    "no empty line": b"text\n" + f"{LINE}\n".encode(),
    "text without newline": b"text" + f"{LINE}\n".encode(),
    "last newline missing": NOTE[:-1],
    "empty line at the end": NOTE + b"\n",
    "line that is no signature": NOTE + b"x\n",
    "hyphen for the dash": NOTE.replace("— ".encode(), b"- "),
    "no space after the dash": NOTE.replace("— ".encode(), "—".encode()),
    "dash only": TEXT + "\n— \n".encode(),
    "name only": TEXT + "\n— name\n".encode(),
    "name empty": TEXT + f"\n—  {_GOOD}\n".encode(),
    "name with plus": TEXT + f"\n— na+me {_GOOD}\n".encode(),
    "name with no-break space": TEXT + f"\n— na\u00a0me {_GOOD}\n".encode(),
    "name with ideographic space": TEXT + f"\n— na\u3000me {_GOOD}\n".encode(),
    "two spaces": TEXT + f"\n— name  {_GOOD}\n".encode(),
    "something after the signature": TEXT + f"\n— name {_GOOD} x\n".encode(),
    "base64 without padding": TEXT + f"\n— name {_GOOD.rstrip('=')}\n".encode(),
    "base64 with other alphabet": TEXT + "\n— name _-__AAAA\n".encode(),
    "base64 with loose bits": TEXT + "\n— name AAAAAAB=\n".encode(),
    "signature of four bytes": TEXT + "\n— name AAAAAA==\n".encode(),
    "signature empty": TEXT + "\n— name \n".encode(),
    "not UTF-8": TEXT + b"\xff" + NOTE,
    "half a surrogate": b"\xed\xa0\x80" + NOTE,
    "NUL": b"a\x00" + NOTE,
    "tab": b"a\tb\n" + NOTE,
    "carriage returns": NOTE.replace(b"\n", b"\r\n"),
    "escape sequence": b"\x1b[31m" + NOTE,
    "a thousand signatures": _lines(1000),
    "one signature too many": _lines(MAX_SIGNATURES + 1),
    "too long": b"x" * MAX_NOTE + b"\n" + NOTE,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_notes(name: str) -> None:
    with pytest.raises(NoteFormatError):
        open_note(MALFORMED[name], [SIGNER.verifier()])


WRONG_KEYS = {
    "unknown name": Verifier("elsewhere.example", SIGNER.verifier().public),
    "unknown key of that name": Verifier(SIGNER.name, OTHER.verifier().public),
}


@pytest.mark.parametrize("name", WRONG_KEYS)
def test_signatures_by_unknown_keys(name: str) -> None:
    with pytest.raises(SignatureError, match="no signature by a known key"):
        open_note(NOTE, [WRONG_KEYS[name]])


def test_a_bad_signature_spoils_a_good_one() -> None:
    """A note with a false signature by a known key is refused whole, whatever else it has."""
    good, other = parse(sign_note(TEXT, SIGNER, OTHER)).signatures
    forged = Note(TEXT, (good, Signature(other.name, other.key_id, bytes(64))))
    with pytest.raises(SignatureError, match="does not verify"):
        open_note(forged.encode(), [SIGNER.verifier(), OTHER.verifier()])


@pytest.mark.parametrize("blob", [b"x", bytes(63), bytes(65), bytes(64)])
def test_signatures_of_other_lengths(blob: bytes) -> None:
    verifier = SIGNER.verifier()
    note = Note(TEXT, (Signature(verifier.name, verifier.key_id, blob),))
    with pytest.raises(SignatureError):
        open_note(note.encode(), [verifier])


def test_each_byte_of_a_note_counts() -> None:
    for at in range(len(NOTE)):
        for flip in (1, 0x80):
            changed = bytearray(NOTE)
            changed[at] ^= flip
            with pytest.raises(LedgerError):
                open_note(bytes(changed), [SIGNER.verifier()])


_PUBLIC = SIGNER.verifier().public
BAD_VKEYS = {
    "empty": "",
    "no parts": "name",
    "two parts": "name+01234567",
    "wrong id": f"name+01234567+{base64.b64encode(bytes([1]) + _PUBLIC).decode()}",
    "id in capitals": GO_VKEY.replace("c74f20a3", "C74F20A3"),
    "id too short": GO_VKEY.replace("c74f20a3", "c74f20a"),
    "key too short": f"name+{key_id('name', 1, _PUBLIC[:31]).hex()}+{base64.b64encode(bytes([1]) + _PUBLIC[:31]).decode()}",
    "name with space": encode_vkey("na me", 1, _PUBLIC),
    "name empty": encode_vkey("", 1, _PUBLIC),
    "type of a cosignature": encode_vkey("name", 4, _PUBLIC),
    "type unknown": encode_vkey("name", 255, _PUBLIC),
    "not base64": "name+01234567+***",
}


@pytest.mark.parametrize("name", BAD_VKEYS)
def test_bad_verifier_keys(name: str) -> None:
    with pytest.raises(NoteFormatError):
        Verifier.from_vkey(BAD_VKEYS[name])


@pytest.mark.parametrize("text", [b"no newline", b"", b"tab\t\n", b"\xff\n"])
def test_what_cannot_be_read_is_never_signed(text: bytes) -> None:
    with pytest.raises(NoteFormatError):
        sign_note(text, SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "\u2003"])
def test_names_of_signers(name: str) -> None:
    with pytest.raises(NoteFormatError):
        sign_note(TEXT, Signer(name, SIGNER.private))
