"""What cannot be taken in: each refused for its own reason, and nothing of it kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.certificates.service import draw, draw_all, look_of
from issuer.credentials.service import Withdrawal
from issuer.errors import IssuerError, NotFound
from issuer.instance import Instance, open_instance
from issuer.keys.ring import Use
from issuer.keys.service import rotate
from issuer.registration.errors import Overtaken, StepRefused
from issuer.registration.procedure import Step
from issuer.service import revoke
from issuer.transfers.bringing import Upload, look
from issuer.transfers.errors import ChecksMissing, NotTheHolder, TransferRefused
from issuer.transfers.service import decide, issue_to_leave, receive
from issuer.transfers.stepping import How, Taken
from issuer.transfers.tables import transfer_in
from rules.activity import Status
from tests.issuer.registration.office import DAYS
from tests.issuer.town import declarant, training
from tests.issuer.transfers.provinces import (
    MOVED,
    THERE,
    WHOLE_2025,
    Province,
    altered,
    kept,
    profile,
    write_yaml,
)
from tests.issuer.worlds import instance_at

Pair = tuple[Province, Province]


def later(instance: Instance, days: int) -> Instance:
    return replace(instance, now=lambda: instance.now() + timedelta(days=days))


def tampered(token: bytes) -> bytes:
    """Another signature of the right form."""
    head, _, signature = token.rpartition(b".")
    swapped = signature[:-10] + bytes(reversed(signature[-10:-2])) + signature[-2:]
    assert swapped != signature
    return head + b"." + swapped


Bring = Callable[[Province, Province, bytes], object]
BAD: MappingProxyType[str, tuple[Bring, type[IssuerError], str]] = MappingProxyType(
    {
        "another person's": (
            lambda _a, b, t: receive(b.instance, b.office.province.people["central unit"], Upload(t, MOVED)),
            NotTheHolder,
            "not this person's",
        ),
        "altered": (lambda _a, b, t: b.receive(tampered(t), MOVED), TransferRefused, "第4项签名"),
        "our own": (lambda a, _b, t: a.receive(t, MOVED), TransferRefused, "名单|issued here"),
        "a token of another type": (
            lambda a, b, _t: b.receive((a.home / "public/trust-list.jwt").read_bytes(), MOVED),
            TransferRefused,
            r"\(2\)",
        ),
        "no file that is known": (
            lambda _a, b, _t: b.receive(bytes([0, 255]), MOVED),
            TransferRefused,
            "认不出",
        ),
        "a PDF that is none": (
            lambda _a, b, _t: b.receive(b"%PDF-1.7\n" + b"x" * 500, MOVED),
            TransferRefused,
            "打不开",
        ),
        "empty": (lambda _a, b, _t: b.receive(b"", MOVED), TransferRefused, "not empty"),
        "too large": (lambda _a, b, _t: b.receive(b"a" * 10_000_001, MOVED), TransferRefused, "10 MB"),
        "years after the move": (
            lambda _a, b, t: b.receive(t, date(2024, 3, 1)),
            TransferRefused,
            "after the year of the move",
        ),
        "a move to come": (
            lambda _a, b, t: b.receive(t, b.instance.today() + timedelta(days=1)),
            TransferRefused,
            "not come yet",
        ),
        "status unreachable": (
            lambda _a, b, t: receive(
                altered(b.instance, origins_public="nowhere"), b.person, Upload(t, MOVED)
            ),
            ChecksMissing,
            "「状态：取不到状态表」",
        ),
        "an expired trust list": (
            lambda _a, b, t: receive(later(b.instance, 91), b.person, Upload(t, MOVED)),
            ChecksMissing,
            "「签发机关与密钥：信任名单已于",
        ),
        "no trust list": (
            lambda _a, b, t: receive(altered(b.instance, origins_trust=None), b.person, Upload(t, MOVED)),
            TransferRefused,
            "origins_trust",
        ),
        "a trust list that another root signed": (
            lambda _a, b, t: receive(
                altered(b.instance, origins_root=b.home / "public/trust-root.jwk"), b.person, Upload(t, MOVED)
            ),
            ChecksMissing,
            "trust list",
        ),
        "no profile": (
            lambda _a, b, t: receive(altered(b.instance, origins=None), b.person, Upload(t, MOVED)),
            ChecksMissing,
            "profile",
        ),
    }
)


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_taken_in(both: tuple[Province, Province, bytes], case: str) -> None:
    a, b, token = both
    bring, error, words = BAD[case]
    with pytest.raises(error, match=words):
        bring(a, b, token)
    assert kept(a) == kept(b) == [0, 0, 0]


def test_an_issuer_that_nobody_listed(both: tuple[Province, Province, bytes], tmp_path: Path) -> None:
    _, b, _ = both
    instance_at(tmp_path / "c", replace(THERE, host="jxjy.third.example"))
    with open_instance(tmp_path / "c") as instance:
        c = Province(tmp_path / "c", instance)
        c.office.register(training(schedule=WHOLE_2025))
        with pytest.raises(TransferRefused, match="第5项"):
            b.receive(c.leave(), MOVED)
    assert kept(b) == [0, 0, 0]


def test_a_profile_that_nobody_confirmed_is_a_missing_check(
    both: tuple[Province, Province, bytes], tmp_path: Path
) -> None:
    a, b, token = both
    own = {"issuer": a.instance.settings.did, "region": "620000", "status": "confirm_before_use"}
    write_yaml(tmp_path / "origins/other.yaml", profile(THERE, **own))
    with pytest.raises(ChecksMissing) as refused:
        receive(altered(b.instance, origins=tmp_path / "origins"), b.person, Upload(token, MOVED))
    assert [one.code for one in refused.value.missing] == ["profile"]


def test_revoked_and_superseded_at_the_origin(pair: Pair) -> None:
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    first = a.leave()
    a.office.register(training(schedule=DAYS))
    second = issue_to_leave(a.instance, a.person.id)
    with pytest.raises(TransferRefused, match=second.serial):
        b.receive(first, MOVED)
    waiting = b.receive(second.jws.encode(), MOVED)
    revoke(a.instance, Withdrawal(second.serial, "revocation", "false-evidence"))
    with pytest.raises(TransferRefused, match="revoked by its issuer"):
        b.confirm(waiting.id)  # it was good when it came: it is verified again
    with pytest.raises(NotFound):
        b.confirm(b.instance.fresh_id())
    assert b.year(2025).total == 0


def test_what_was_not_checked_goes_to_the_employer_and_the_authority(pair: Pair) -> None:
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    away = altered(b.instance, origins_public="nowhere")
    found = receive(away, b.person, Upload(a.leave(), MOVED, on_paper=True))
    assert found.state is Status.SUBMITTED
    with b.instance.engine.connect() as connection:
        row = connection.execute(sa.select(transfer_in)).one()
    assert (row.door, '"code": "status"' in row.checks) == ("paper", True)
    employer, authority = b.office.reviewer, b.office.verifier
    steps: list[tuple[Any, Taken, type[Exception]]] = [
        (authority, Taken(Step.REGISTER, 1, How.CALL), StepRefused),  # the employer has not looked yet
        (employer, Taken(Step.APPROVE, 1), StepRefused),  # without saying how it was checked
        (employer, Taken(Step.APPROVE, 1, How.MACHINE), StepRefused),  # the machine did not
        (authority, Taken(Step.APPROVE, 1, How.CALL), NotAllowed),
        (declarant(b.person), Taken(Step.APPROVE, 1, How.CALL), NotAllowed),
        (employer, Taken(Step.APPROVE, 0, How.CALL), Overtaken),
        (employer, Taken(Step.SUBMIT, 1), StepRefused),
        (employer, Taken(Step.REJECT, 1), StepRefused),  # without a reason
    ]
    for actor, taken, error in steps:
        with pytest.raises(error):
            decide_as(b, actor, found.id, taken)
    assert decide_as(b, employer, found.id, Taken(Step.APPROVE, 1, How.CALL)) is Status.EMPLOYER_APPROVED
    assert decide_as(b, authority, found.id, Taken(Step.REGISTER, 2, How.SITE)) is Status.REGISTERED
    assert b.year(2025).total == 120


def decide_as(province: Province, actor: Any, transfer: Any, taken: Taken) -> Status:
    """Through the use case for accounts, straight for the professional, who has none here."""
    from issuer.instance import writing
    from issuer.transfers.stepping import take

    if actor.account_id:
        return decide(province.instance, actor, transfer, taken)
    with writing(province.instance) as work:
        return take(work, actor, transfer, taken)


def test_a_registered_transfer_is_reversed_and_can_be_brought_again(pair: Pair) -> None:
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    token = a.leave()
    first = b.take_in(token, MOVED)
    taken = Taken(Step.REVERSE, 2, reason="R05")
    assert decide(b.instance, b.office.verifier, first.id, taken) is Status.REVERSED
    assert b.year(2025).total == 0
    b.take_in(token, MOVED)
    assert b.year(2025).total == 120


def test_a_pdf_a_picture_of_it_and_what_the_page_says(pair: Pair, tmp_path: Path) -> None:
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    issued = issue_to_leave(a.instance, a.person.id)
    draw_all(a.instance, [issued], tmp_path / "out", lambda _done, _all: None)
    (pdf,) = (tmp_path / "out").iterdir()
    with pypdfium2.PdfDocument(pdf) as document:
        document[0].render(scale=150 / 72).to_pil().save(tmp_path / "photo.png")
    photo = look(b.instance, b.person, Upload((tmp_path / "photo.png").read_bytes(), MOVED))
    assert (photo.checked.missing, photo.checked.credential.credential_subject.serial) == ((), issued.serial)
    found = b.receive(pdf.read_bytes(), MOVED)
    assert (found.state, [year.year for year in found.years]) == (Status.EMPLOYER_APPROVED, [2025])
    assert found.origin == "示例甲省签发机关"


def test_a_pdf_that_its_issuer_signed_as_a_file(pair: Pair) -> None:
    """The PDF's own signature is verified with the issuer's keys: beside the page there are none."""
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    rotate(a.instance, Use.PDF, timedelta())
    issued = issue_to_leave(a.instance, a.person.id)
    pdf = draw(altered(a.instance, sign_pdfs=True), issued, look_of(a.instance))
    with pytest.raises(TransferRefused, match="第11项"):
        b.receive(pdf + b"\n%more\n", MOVED)
    b.receive(pdf, MOVED)
    with b.instance.engine.connect() as connection:
        assert '"passed": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]' in connection.scalar(
            sa.select(transfer_in.c.checks)
        )
