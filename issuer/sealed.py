"""Where the database holds sealed texts, and which keys they are under. Whoever seals something new adds its place here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.access.tables import account
from issuer.errors import SettingsError
from issuer.keys.ring import KeyRing, Use
from issuer.keys.vault import FROM_PERSONS
from issuer.people.tables import identity_document, professional
from issuer.portal.tables import kept_answer


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed texts, the one that names their keys, and by which columns `bound` tells what a text is bound to."""

    data: sa.Column[Any]
    by: sa.Column[Any]
    binding: tuple[sa.Column[Any], ...]
    bound: Callable[[sa.RowMapping], bytes]

    @property
    def table(self) -> sa.Table:
        return self.data.table

    @property
    def rows(self) -> sa.FromClause:
        """The table, joined with the one that has the binding if that is another."""
        other = {column.table for column in self.binding} - {self.table}
        return self.table.join(other.pop()) if other else self.table


SEALED = (
    SealedColumn(
        identity_document.c.sealed,
        identity_document.c.sealed_by,
        (professional.c.person_key,),
        lambda row: bytes(row[professional.c.person_key]),
    ),
    SealedColumn(
        account.c.totp_sealed,
        account.c.totp_sealed_by,
        (account.c.person_key,),
        lambda row: bytes(row[account.c.person_key]),
    ),
    SealedColumn(
        kept_answer.c.answer,
        kept_answer.c.answer_by,
        (kept_answer.c.asked, kept_answer.c.key),
        lambda row: bytes(row[kept_answer.c.asked]) + row[kept_answer.c.key].encode(),
    ),
)


def sealed_by(connection: sa.Connection) -> Mapping[str, int]:
    """How many sealed texts are under each key, by the keys' names."""
    found: dict[str, int] = {}
    for column in SEALED:
        query = sa.select(column.by, sa.func.count()).where(column.data.is_not(None)).group_by(column.by)
        for name, count in connection.execute(query):
            found[name] = found.get(name, 0) + count
    return found


def hold_keys(connection: sa.Connection, ring: KeyRing) -> None:
    """Hold that every key that a sealed text is under can be opened.

    Raises:
        SettingsError: one has ended, is missing, or cannot be opened; says how many texts need it.
    """
    known = {info.name: info for info in ring.infos() if info.use is Use.VAULT}
    used = {name for column in SEALED for name in connection.scalars(sa.select(column.by).distinct())}
    for name in sorted(used - {FROM_PERSONS}):
        why = "不在密钥名录里 it is not in the index of keys"
        if name in known and known[name].ending is not None:
            why = f"已于 {known[name].until} 停用 it was retired"
        elif name in known:
            try:
                ring.secret(known[name])
                continue
            except SettingsError as error:
                why = str(error)
        if needed := sealed_by(connection).get(name):
            raise SettingsError(
                f"数据库里还有 {needed} 份密文要用密钥 {name}：{why}。请把它放回，或换回与数据库同时的密钥目录。"
                f"{needed} sealed texts are still under the key {name}: put it back, or the folder of keys that is as old as the database."
            )
