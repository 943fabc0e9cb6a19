"""`xueshi transfer receive`, `confirm` and `recheck` as people type them, between two instances."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyotp

from issuer.access.service import NewAccount, make_account
from issuer.instance import open_instance
from issuer.people.identifier import IdType, read_identifier
from issuer.serving import issuer_service
from issuer.transfers.service import issue_to_leave
from tests.issuer import town
from tests.issuer.test_cli import xueshi
from tests.issuer.town import training
from tests.issuer.transfers.provinces import WHOLE_2025, away, databases, two_provinces
from tests.verifier_web.serving import serving

PASSWORD = "示例口令，够长的一句话"


def test_received_and_confirmed(tmp_path: Path) -> None:
    with two_provinces(tmp_path, databases("sqlite", tmp_path, "")) as (a, b):
        a.office.register(training(schedule=WHOLE_2025))
        issued = issue_to_leave(a.instance, a.person.id)
        clerk = read_identifier(IdType.RESIDENT_ID, town.number(20))
        new = NewAccount("clerk", clerk, PASSWORD, "verifier", "authority:gs-city-county")
        factor = make_account(b.instance, new)
    (tmp_path / "token.txt").write_text(issued.jws, "ascii")
    bring = ("transfer", "receive", tmp_path / "token.txt", "--home", b.home, "--number", town.number(0))
    moved = ("--moved-on", "2026-05-04")

    done = xueshi(*bring, *moved)
    assert done.exit_code == 0, done.stderr
    assert "示例甲省签发机关" in done.stdout
    assert "2025  120" in done.stdout
    transfer = done.stdout.partition("：")[2].split()[0]
    again = xueshi(*bring, *moved)
    assert (again.exit_code, "2025" in again.stderr) == (2, True)
    stranger = xueshi(*bring[:-1], town.number(9), *moved)
    assert (stranger.exit_code, "not registered here" in stranger.stderr) == (2, True)

    assert factor is not None
    # The next step's code, which is taken already: a busy computer may need longer to start than a code lasts.
    code = pyotp.TOTP(factor.secret).at(datetime.now(UTC) + timedelta(seconds=30))
    who = {"XUESHI_PASSWORD": PASSWORD, "XUESHI_CODE": code}
    confirmed = xueshi("transfer", "confirm", transfer, "--home", b.home, "--login", "clerk", **who)
    assert confirmed.exit_code == 0, confirmed.stderr
    assert "registered" in confirmed.stdout
    with open_instance(b.home) as instance:
        made = issue_to_leave(instance, b.person.id)
    assert made.document == "TransferCertificate"
    for one in ((), (transfer,)):
        asked = xueshi("transfer", "recheck", "--home", b.home, *one)
        assert (asked.exit_code, "有效 stand 1，" in asked.stdout) == (0, True), asked.stderr
    asked = xueshi("transfer", "recheck", str(UUID(int=1)), "--home", b.home)
    assert (asked.exit_code, "no transfer of that id" in asked.stderr) == (2, True)
    assert xueshi("revoke", issued.serial, "--home", a.home, "--reason", "false-evidence").exit_code == 0
    asked = xueshi("transfer", "recheck", "--home", b.home)
    assert (asked.exit_code, f"✗ {transfer}" in asked.stdout, "gone 1，" in asked.stdout) == (1, True, True)
    with issuer_service(b.home) as service, serving(service) as client:
        assert "1 transfers that stand no more at their origin" in client.get("/ready").text
    with away(a.home):
        asked = xueshi("transfer", "recheck", "--home", b.home)
    assert (asked.exit_code, "not answered 1" in asked.stdout) == (1, True)


def test_whose_certificates_are_taken_in(tmp_path: Path) -> None:
    with two_provinces(tmp_path, databases("sqlite", tmp_path, "")) as (a, b):
        pass
    whole = xueshi("transfer", "origins", "--home", b.home)
    told = ("✓ 示例甲省签发机关" in whole.stdout, "other@1.0.0" in whole.stdout)
    assert (whole.exit_code, *told) == (0, True, True), whole.stderr
    with away(a.home):
        silent = xueshi("transfer", "origins", "--home", b.home)
    assert (silent.exit_code, "its status list cannot be used" in silent.stdout) == (1, True)
    (b.home / "origins/other.yaml").unlink()
    unmapped = xueshi("transfer", "origins", "--home", b.home)
    assert (unmapped.exit_code, "none: on paper only" in unmapped.stdout) == (1, True)
