"""People to try the portal with: a small invented town inside a demo's instance, with passwords drawn anew at each start."""

import base64
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from issuer.access.accounts import add_account, enrol_second_factor, grant, hash_password
from issuer.access.roles import Grant, Role
from issuer.access.tables import account
from issuer.errors import SettingsError
from issuer.instance import Instance, Transaction, writing
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional, find, move
from issuer.people.units import NewAuthority, NewUnit, add_authority, add_unit, provincial_hrss
from issuer.terminal import out

PROFESSIONAL, NUMBER = "demo-professional", "629901199004120123"
"""The login, and the number of the demonstration's first person, whose 2025 is issued."""
OFFICERS = {
    "demo-reviewer": Role.REVIEWER,
    "demo-verifier": Role.VERIFIER,
    "demo-administrator": Role.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Specimen:
    """A login to try, with the password of this start; `secret` for the authenticator app where a code is needed."""

    login: str
    password: str
    secret: str | None


def specimens(instance: Instance) -> list[Specimen]:
    """Make the demo's town and accounts where they are missing, and give each account a new password.

    Raises:
        SettingsError: the instance is no demo; nothing of this belongs in a real one.
    """
    if not instance.settings.demo:
        raise SettingsError("只有演示实例才有示例账号 only a demo has specimen accounts")
    with writing(instance) as work:
        if provincial_hrss(work.connection) is None:
            _build(work)
        names = (PROFESSIONAL, *OFFICERS)
        rows = work.connection.execute(
            sa.select(account).where(account.c.login.in_(names)).order_by(account.c.id)
        )
        return [_renew(work, row.id, row.login) for row in rows.all()]


def tell_specimens(instance: Instance) -> None:
    """Print the demo's accounts, with the passwords of this start."""
    out.print("演示账号，口令每次启动重新生成 the demo's accounts, passwords drawn anew at each start:")
    for one in specimens(instance):
        code = f"  动态码密钥 TOTP secret {one.secret}" if one.secret else ""
        out.print(f"  {one.login}  {one.password}{code}", highlight=False, markup=False, soft_wrap=True)


def _renew(work: Transaction, account_id: int, login: str) -> Specimen:
    password = base64.urlsafe_b64encode(work.instance.random_bytes(12)).decode()
    values = {"password_hash": hash_password(password), "failures": 0, "wait_until": None}
    work.connection.execute(sa.update(account).where(account.c.id == account_id).values(values))
    secret = enrol_second_factor(work, account_id).secret if login in OFFICERS else None
    return Specimen(login, password, secret)


def _build(work: Transaction) -> None:
    root = add_authority(
        work, NewAuthority("demo", AuthorityKind.PROVINCIAL_HRSS, "示例省人力资源和社会保障厅")
    )
    city = NewAuthority("demo-city", AuthorityKind.LOCAL_HRSS, "示例市人力资源和社会保障局", "demo")
    bureau = add_authority(work, city)
    unit = add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, "示例市第一人民医院", None, "demo-city"))
    belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2024, 1, 1), unit)
    identifier = read_identifier(IdType.RESIDENT_ID, NUMBER)
    person = find(work.connection, identifier.person_key(work.instance.person_secret))
    if person is None:
        person = enter_professional(work, identifier, "韩若溪", belonging)
    else:
        move(work, person, belonging)
    add_account(work, PROFESSIONAL, person.key, None)
    places = dict(zip(OFFICERS, (Place(unit), Place(None, bureau), Place(None, root)), strict=True))
    for login, role in OFFICERS.items():
        made = add_account(work, login, work.instance.random_bytes(32), None)
        grant(work, made, Grant(role, places[login]))
