"""Revoking takes two people, at the terminal too; of whoever left or came in by a roster, two of the province's."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from issuer.access.accounts import add_account, enrol_second_factor, grant
from issuer.access.errors import NotAllowed
from issuer.access.roles import Grant, Role
from issuer.creation import create
from issuer.credentials.service import Withdrawal
from issuer.credentials.tables import withdrawal
from issuer.errors import NotFound
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AuthorityKind, Place
from issuer.people.tables import affiliation
from issuer.people.units import NewAuthority, add_authority
from issuer.reconciliation import reconcile_all
from issuer.registration.errors import SamePerson, StepRefused
from issuer.service import (
    Proposal,
    confirm_revocation,
    issue_roster,
    issue_year,
    propose_revocation,
    revoke,
)
from issuer.transfers.service import issue_to_holder
from tests.issuer import town
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.issuer.registration.office import DAYS, YEAR, Office
from tests.issuer.test_cli import xueshi
from tests.issuer.town import officer, training

PASSPHRASE = "correct horse battery"
ROOT_BUREAU = NewAuthority("gs", AuthorityKind.PROVINCIAL_HRSS, "示例省人力资源和社会保障厅")


def proposal(serial: str) -> Proposal:
    return Proposal(serial, "false-evidence", "示例〔2026〕1号", "示例理由")


def withdrawn(instance: Instance) -> set[tuple[str, str]]:
    with instance.engine.connect() as connection:
        rows = connection.execute(sa.select(withdrawal.c.serial, withdrawal.c.purpose)).all()
    return {(row.serial, row.purpose) for row in rows}


@pytest.mark.usefixtures("url")
def test_of_a_roster_by_two_of_the_province(instance: Instance, people: list[dict[str, Any]]) -> None:
    serial = issue_roster(instance, roster_of(people[:1]), quiet)[0][0].issued.serial
    transfer = issue_to_holder(instance, serial).serial
    with writing(instance) as work:
        bureau = add_authority(work, ROOT_BUREAU)
    place = Place(authority_id=bureau)
    first, second = (officer(instance, name, Grant(Role.VERIFIER, place)) for name in ("v", "w"))
    admin = officer(instance, "a", Grant(Role.ADMINISTRATOR, place))
    with pytest.raises(NotAllowed):
        propose_revocation(instance, admin, proposal(serial))
    with pytest.raises(NotFound):
        propose_revocation(instance, first, proposal("GS2025-0000001-9"))
    with pytest.raises(NotFound, match="second person"):
        confirm_revocation(instance, second, transfer)
    with pytest.raises(StepRefused):
        propose_revocation(instance, first, replace(proposal(serial), document_no=""))
    propose_revocation(instance, first, proposal(transfer))  # the transfer certificate alone
    with pytest.raises(SamePerson):
        confirm_revocation(instance, first, transfer)
    assert withdrawn(instance) == set()
    confirm_revocation(instance, second, transfer)
    assert withdrawn(instance) == {(transfer, "revocation")}
    propose_revocation(instance, second, proposal(serial))
    confirm_revocation(instance, first, serial)
    assert withdrawn(instance) == {(transfer, "revocation"), (serial, "revocation")}
    assert not reconcile_all(instance.engine)


@pytest.mark.usefixtures("url")
def test_of_somebody_who_left_by_two_of_the_province(instance: Instance) -> None:
    office = Office(instance, town.build(instance))
    office.register(training(schedule=DAYS))
    serial = issue_year(instance, YEAR, quiet).issued[0].serial
    with writing(instance) as work:
        gone = sa.update(affiliation).where(affiliation.c.person_id == office.person.id)
        work.connection.execute(gone.values(until_day=date(2026, 6, 30)))
    place = Place(authority_id=office.province.authorities["gs"])
    first, second = (officer(instance, name, Grant(Role.VERIFIER, place)) for name in ("x", "y"))
    with pytest.raises(NotAllowed):
        propose_revocation(instance, office.verifier, proposal(serial))
    propose_revocation(instance, first, proposal(serial))
    confirm_revocation(instance, second, serial)
    assert withdrawn(instance) == {(serial, "revocation")}


def test_at_the_terminal(
    tmp_path: Path, people: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real instance: one person alone cannot, whatever is typed; two can, each with password and one-time code."""
    monkeypatch.setenv("XUESHI_PASSPHRASE", PASSPHRASE)
    home = tmp_path / "instance"
    create(home, replace(NEW, demo=False))
    secrets = {}
    with open_instance(home) as instance:
        serial = issue_roster(instance, roster_of(people[:1]), quiet)[0][0].issued.serial
        with pytest.raises(NotAllowed):
            revoke(instance, Withdrawal(serial, "revocation", "other"))
        with writing(instance) as work:
            place = Place(authority_id=add_authority(work, ROOT_BUREAU))
            for login in ("zhang", "li"):
                made = add_account(work, login, instance.random_bytes(32), f"password of {login}")
                grant(work, made, Grant(Role.VERIFIER, place))
                secrets[login] = enrol_second_factor(work, made).secret
    words = ("revoke", serial, "--home", home)
    alone = xueshi(*words, "--reason", "false-evidence")
    assert (alone.exit_code, "two people" in " ".join(alone.stderr.split())) == (2, True)

    def signed_in(login: str, *more: str, code: str = "") -> tuple[int, str]:
        done = xueshi(
            *words,
            "--login",
            login,
            *more,
            XUESHI_PASSWORD=f"password of {login}",
            XUESHI_CODE=code or pyotp.TOTP(secrets[login]).now(),
        )
        return done.exit_code, done.stdout + done.stderr

    propose = ("--reason", "false-evidence", "--document", "示例〔2026〕1号", "--why", "示例理由")
    assert signed_in("zhang", *propose, code="000000")[0] == 2
    status, said = signed_in("zhang", *propose)
    assert (status, "proposed" in said) == (0, True), said
    status, said = signed_in("li", "--confirm")
    assert (status, "revoked" in said) == (0, True), said
    with open_instance(home) as instance:
        assert withdrawn(instance) == {(serial, "revocation")}
