"""Units and the tree of authorities: entering, finding, merging. The caller opens the transaction.

Every change is a governance entry of the ledger in the same transaction. Nothing is deleted: an authority ends on a
day, a unit is merged into another, and what pointed to it goes on through `standing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from issuer.acts import Act, note_act
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.people.affiliation import AffiliationKind, AuthorityKind
from issuer.people.errors import UnitRefused
from issuer.people.tables import affiliation, authority, unit
from issuer.people.uscc import read_uscc
from issuer.people.wording import read_employer

NO_TREE = (
    "还没有机构树：先运行 xueshi accounts first-administrator，建立树的根和第一个管理员。"
    "There are no authorities yet: run xueshi accounts first-administrator, which makes the tree's root."
)


@dataclass(frozen=True)
class NewAuthority:
    """An authority to be entered. `code` is its stable short name in files, such as `gs-lanzhou`."""

    code: str
    kind: AuthorityKind
    name: str
    parent: str | None = None
    region_code: str | None = None


@dataclass(frozen=True)
class NewUnit:
    """A unit to be entered. Without `uscc` it gets a temporary code. `authority` is the code of who verifies for it."""

    kind: AffiliationKind
    name: str
    uscc: str | None = None
    authority: str | None = None


def add_authority(work: Transaction, new: NewAuthority, actor_key: bytes | None = None) -> int:
    """Enter an authority; answers its id.

    Raises:
        UnitRefused: the code is taken, the parent unknown, or there is a second provincial bureau.
    """
    if _authority_id(work.connection, new.code) is not None:
        raise UnitRefused(f"已有代码为 {new.code} 的部门 there is an authority {new.code}")
    parent_id = None if new.parent is None else authority_id(work.connection, new.parent)
    if (parent_id is None) != (new.kind is AuthorityKind.PROVINCIAL_HRSS):
        raise UnitRefused(
            "只有省人社厅没有上级 only the provincial HRSS department has no authority above it"
        )
    if parent_id is None and provincial_hrss(work.connection) is not None:
        raise UnitRefused("已有省人社厅 there is a provincial HRSS department")
    row = {
        "code": new.code,
        "parent_id": parent_id,
        "kind": new.kind,
        "name": read_employer(new.name),
        "region_code": new.region_code,
        "valid_from": work.instance.today(),
    }
    return _enter(work, authority, row, actor_key)


def add_unit(work: Transaction, new: NewUnit, actor_key: bytes | None = None) -> int:
    """Enter a unit; answers its id.

    Raises:
        IdentifierError: the code is none.
        UnitRefused: the code is taken, or the authority does not fit the unit's kind.
    """
    code = _temporary_code(work.connection) if new.uscc is None else read_uscc(new.uscc)
    if work.connection.scalar(sa.select(unit.c.id).where(unit.c.code == code)) is not None:
        raise UnitRefused(f"已有统一社会信用代码为 {code} 的单位 there is a unit with the code {code}")
    above = None if new.authority is None else authority_id(work.connection, new.authority)
    if new.kind is AffiliationKind.LOCAL_UNIT and above is None:
        raise UnitRefused("市县单位须写明同级人社部门 a local unit needs its HRSS bureau")
    if new.kind is AffiliationKind.CENTRAL_UNIT and above is not None:
        raise UnitRefused("中央在甘单位自行核实，没有上级部门 a central unit verifies its own people")
    row = {"code": code, "kind": new.kind, "name": read_employer(new.name), "authority_id": above}
    return _enter(work, unit, row, actor_key)


def merge_units(work: Transaction, gone: int, into: int, actor_key: bytes | None = None) -> None:
    """Merge a duplicate into the unit that stays. Affiliations move with it; histories keep their days.

    Raises:
        UnitRefused: the same unit, one that was merged already, or two of different kinds.
    """
    rows = {
        row.id: row for row in work.connection.execute(sa.select(unit).where(unit.c.id.in_([gone, into])))
    }
    if len(rows) < 2 or any(row.merged_into is not None for row in rows.values()):
        raise UnitRefused("合并须有两个在用的不同单位 merging takes two different units in use")
    if rows[gone].kind != rows[into].kind:
        raise UnitRefused("两个单位的隶属类型不同，不能合并 the two units are of different kinds")
    # What was merged into it before goes along: a code always leads to the unit in use in one step.
    to_move = (unit.c.id == gone) | (unit.c.merged_into == gone)
    work.connection.execute(sa.update(unit).where(to_move).values(merged_into=into))
    work.connection.execute(sa.update(affiliation).where(affiliation.c.unit_id == gone).values(unit_id=into))
    note_act(work, Act("unit-merged", f"unit:{rows[gone].code}", {"into": rows[into].code}, actor_key))


def provincial_hrss(connection: sa.Connection) -> int | None:
    """The root of the tree, once it is entered."""
    return connection.scalar(
        sa.select(authority.c.id).where(authority.c.kind == AuthorityKind.PROVINCIAL_HRSS)
    )


def root_of(connection: sa.Connection) -> int:
    """The root of the tree.

    Raises:
        NotFound: it is not entered yet.
    """
    found = provincial_hrss(connection)
    if found is None:
        raise NotFound(NO_TREE)
    return found


def authority_id(connection: sa.Connection, code: str) -> int:
    """Find an authority in office by its code.

    Raises:
        UnitRefused: there is none, or no tree at all.
    """
    found = _authority_id(connection, code)
    if found is None:
        if provincial_hrss(connection) is None:
            raise UnitRefused(NO_TREE)
        raise UnitRefused(f"没有代码为 {code} 的部门 there is no authority {code}")
    return found


def subordinate(above: int) -> sa.Select[tuple[int]]:
    """A query for the ids of an authority and all below it: its jurisdiction. It has no name: a statement may have several."""
    tree = sa.select(authority.c.id).where(authority.c.id == above).cte(recursive=True)
    tree = tree.union_all(sa.select(authority.c.id).join(tree, authority.c.parent_id == tree.c.id))
    return sa.select(tree.c.id)


def unit_id(connection: sa.Connection, code: str) -> int:
    """Find a unit in use by its code; a merged one leads to where it went.

    Raises:
        UnitRefused: there is none.
    """
    row = connection.execute(
        sa.select(unit.c.id, unit.c.merged_into).where(unit.c.code == code)
    ).one_or_none()
    if row is None:
        raise UnitRefused(f"没有代码为 {code} 的单位 there is no unit with the code {code}")
    return int(row.id if row.merged_into is None else row.merged_into)


def end_authority(work: Transaction, code: str, last_day: date, actor_key: bytes | None = None) -> None:
    """Let an authority end: nothing new is sent to it after `last_day`.

    Raises:
        UnitRefused: there is none by that code.
    """
    found = authority_id(work.connection, code)
    work.connection.execute(sa.update(authority).where(authority.c.id == found).values(valid_until=last_day))
    body: dict[str, object] = {"last_day": last_day.isoformat()}
    note_act(work, Act("authority-ended", f"authority:{code}", body, actor_key))


def _authority_id(connection: sa.Connection, code: str) -> int | None:
    return connection.scalar(sa.select(authority.c.id).where(authority.c.code == code))


def _temporary_code(connection: sa.Connection) -> str:
    """T and a running number: for units without a code of their own."""
    known = connection.scalar(sa.select(sa.func.count()).where(unit.c.code.like("T%")))
    return f"T{int(known or 0) + 1:08d}"


def _enter(work: Transaction, table: sa.Table, row: Mapping[str, object], actor_key: bytes | None) -> int:
    made = work.connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one()
    body: dict[str, object] = {key: str(value) for key, value in row.items() if value is not None}
    note_act(work, Act(f"{table.name}-entered", f"{table.name}:{row['code']}", body, actor_key))
    return int(made)
