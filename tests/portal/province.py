"""The invented province of tests/issuer/town.py with an account for everybody, served on a free port."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyotp
import sqlalchemy as sa

from issuer.access.accounts import actor_of, add_account, enrol_second_factor, grant, hash_password
from issuer.access.roles import Grant, Role
from issuer.access.sessions import Session, begin
from issuer.access.tables import account
from issuer.app import Health, create_app
from issuer.instance import Instance, writing
from issuer.people.affiliation import Place
from tests.issuer import town
from tests.issuer.town import Town
from tests.verifier_web.serving import serving

PASSWORD = "a long sentence for tests only"
ROUTES: Mapping[str, tuple[str, str]] = {
    "local unit": ("unit:local", "authority:gs-city-county"),
    "provincial unit with a department": ("unit:provincial", "authority:gs-health"),
    "provincial unit without a department": ("unit:provincial_alone", "authority:gs"),
    "central unit": ("unit:central", "unit:central"),
    "agency with an employer": ("unit:private", "authority:gs-talent"),
    "agency alone": ("authority:gs-talent", "authority:gs-talent"),
}
"""Who reviews and who verifies, for each of the six affiliations."""
OTHERS: Mapping[str, tuple[Role, str]] = {
    "administrator": (Role.ADMINISTRATOR, "authority:gs"),
    "department": (Role.DEPARTMENT, "authority:gs-health"),
    "inspector": (Role.INSPECTOR, "authority:gs"),
    "foreign-reviewer": (Role.REVIEWER, "authority:gs-new-area"),
    "foreign-verifier": (Role.VERIFIER, "authority:gs-new-area"),
}


@dataclass(frozen=True)
class Province:
    """A town with logins: `secrets` has the TOTP secret of those who need one."""

    instance: Instance
    town: Town
    secrets: Mapping[str, str]

    def code(self, login: str) -> str:
        """The present code of a login, "" for one without; a code counts once, so its last use is forgotten."""
        if login not in self.secrets:
            return ""
        with writing(self.instance) as work:
            work.connection.execute(sa.update(account).where(account.c.login == login).values(totp_last=0))
        return pyotp.TOTP(self.secrets[login]).at(self.instance.now())

    def session(self, login: str) -> Session:
        """Begin a session without a password, which takes long on purpose; the form is `test_sign_in`'s, the call `test_calls`'."""
        with writing(self.instance) as work:
            its = sa.select(account.c.id).where(account.c.login == login)
            return begin(work, actor_of(work, work.connection.execute(its).scalar_one()))

    def place(self, text: str) -> Place:
        sort, _, name = text.partition(":")
        if sort == "unit":
            return Place(unit_id=self.town.units[name])
        return Place(authority_id=self.town.authorities[name])


def slug(affiliation: str) -> str:
    return affiliation.replace(" ", "-")


def build(instance: Instance) -> Province:
    """Enter the province, and for each affiliation a professional, a reviewer and a verifier with an account."""
    made = town.build(instance)
    province = Province(instance, made, {})
    kept: dict[str, str] = {}
    with writing(instance) as work:
        for name, (review, verify) in ROUTES.items():
            add_account(work, slug(name), made.people[name].key, None)
            for role, place in ((Role.REVIEWER, review), (Role.VERIFIER, verify)):
                login = f"{slug(name)}-{role.value}"
                account_id = add_account(work, login, secrets.token_bytes(32), None)
                grant(work, account_id, Grant(role, province.place(place)))
                kept[login] = enrol_second_factor(work, account_id).secret
        for login, (role, place) in OTHERS.items():
            account_id = add_account(work, login, secrets.token_bytes(32), None)
            grant(work, account_id, Grant(role, province.place(place)))
            kept[login] = enrol_second_factor(work, account_id).secret
        work.connection.execute(sa.update(account).values(password_hash=_hashed()))
    return Province(instance, made, kept)


@cache
def _hashed() -> str:
    """One password for all, hashed once: hashing is slow on purpose."""
    return hash_password(PASSWORD)


@contextmanager
def served(instance: Instance, public: Path, at: int = 0) -> Iterator[str]:
    """Serve the portal, on a free port or `at` one; answers its address."""
    app = create_app(public, lambda: Health(ready=True, says="tests"), instance=instance)
    with serving(app, at) as client:
        yield str(client.base_url)
