"""Cheating with the issuer's own key: a bribed clerk, a stolen key; and documents that are what they are."""

from datetime import UTC, datetime
from typing import Any

from tests.tampered.scene import Case, Make, Scene, another, fails, holds, not_done
from tests.verifier.authority import HOST, INDEX, payload, remake, text
from verifier.credential import moment_text, parse_payload
from verifier.transport import encode_qr
from verifier.trust import Cut


def insider(failed: int, change: dict[str, Any] | None = None, **subject: Any) -> Make:
    """Data that the issuer's key did sign and the ledger did take: a bribed clerk, or a stolen key."""

    def make(scene: Scene) -> Case:
        made = payload(**subject)
        made.update(change or {})
        authority = another()
        return fails(
            authority.issue(parse_payload(text(made))),
            failed,
            trust=authority.trust(),
            public=authority.public().files,
        )

    return make


def unlogged(scene: Scene) -> Case:
    """A stolen key signs, and the QR hints at another's entry."""
    token = scene.authority.sign(parse_payload(text(payload(version=2))))
    return fails(encode_qr(token, HOST, scene.authority.index_of(scene.token)).text, 8)


def unlogged_and_bare(scene: Scene) -> Case:
    return not_done(scene.authority.sign(parse_payload(text(payload(version=2)))), 8)


def dated_back(scene: Scene) -> Case:
    """A key that was cut off signs and dates back, and the ledger's entry is dated back, too; its place is not."""
    authority = another()
    token = authority.issue(scene.credential)
    first, second = authority.issuer().keys
    cut = Cut(log=HOST, index=authority.index_of(token))
    issuer = authority.issuer(keys=(remake(first, until=datetime(2026, 2, 1, tzinfo=UTC), cut=cut), second))
    return fails(token, 5, trust=authority.trust(issuer), public=authority.public().files)


def moved_date(seconds: int) -> dict[str, Any]:
    return {"iat": seconds, "validFrom": moment_text(seconds)}


def newer(scene: Scene) -> Case:
    made = payload()
    made["type"][1] = "AwardCertificate"
    token = scene.authority.sign(text(made))
    return Case(token.encode(), not_done=frozenset(range(2, 10)) - {3, 4} | {3, 4, 5})


def statement_as_it_is(scene: Scene) -> Case:
    """A genuine statement, handed in as if it were a certificate."""
    return holds(scene.statement_token, headline="学时登记明细，不是完成证明")


MORE = {"hours": {"professional": "62", "public": "30", "total": "98"}}
FEW = {
    "hours": {"professional": "30", "public": "30", "total": "60"},
    "categories": {"training": "30", "public_online": "30"},
}
INSIDERS: dict[str, Make] = {
    "signed-but-not-in-the-ledger": unlogged,
    "signed-but-not-in-the-ledger-and-bare": unlogged_and_bare,
    "signed-with-an-ended-key-and-dated-back": dated_back,
    "from-the-future": insider(6, moved_date(1893456000)),
    "from-the-year-9998": insider(6, moved_date(253370764799)),
    "rules-of-another-year": insider(9, year=2022, serial=f"GS2022-{INDEX:07d}-3"),
    "type-that-is-newer": newer,
    "statement-as-it-is": statement_as_it_is,
    "sums-that-are-wrong": insider(9, **MORE),
    "categories-that-are-wrong": insider(9, categories={"training": "62"}),
    "too-few-hours": insider(9, **FEW),
    "required-lowered": insider(9, **FEW, required={"professional": "30", "public": "0", "total": "60"}),
    "deferral-as-completion": insider(9, **FEW, deemed=[{"deferred": "第六条第（六）项第4目"}]),
    "exam-without-public-hours": insider(
        9,
        hours={"professional": "12", "public": "10", "total": "22"},
        categories={"training": "12", "public_online": "10"},
        deemed=[{"professional": "第六条第（六）项第2目"}],
    ),
}
"""Name → how it is made."""
