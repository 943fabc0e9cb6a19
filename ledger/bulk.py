"""Many rows at once, past SQLAlchemy's handling of each value: the driver's own way on SQLite, COPY on PostgreSQL; and those
among many values found by one parameter.

The tables' guards see these rows as they see any other: triggers, authorizer and roles apply.
"""

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

Row = tuple[Any, ...]
_AS_TEXT: dict[type, Callable[[Any], str]] = {
    UUID: attrgetter("hex"),
    date: date.isoformat,
    datetime: lambda moment: moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
}
_IN_ARRAY: dict[type, Callable[[Any], str]] = {
    UUID: attrgetter("hex"),
    bytes: lambda one: f'"\\\\x{one.hex()}"',
}
_AS_JSON: dict[type, Callable[[Any], object]] = {UUID: attrgetter("hex"), bytes: bytes.hex}
_POSTGRES_TYPES: dict[type[sa.types.TypeEngine[Any]], str] = {
    sa.Uuid: "uuid",
    sa.Date: "date",
    sa.String: "varchar",
    sa.Text: "text",
    sa.LargeBinary: "bytea",
    sa.BigInteger: "int8",
    sa.Integer: "int4",
    sa.DateTime: "timestamptz",
    sa.SmallInteger: "int2",
}


def insert_rows(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert `rows`, each with the values of the columns called `names`, inside the caller's transaction.

    Rows may be made while they are written: PostgreSQL's server then takes in some while the next are made.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refused; as any statement of SQLAlchemy's, COPY too.
    """
    made = iter(rows)
    if (first := next(made, None)) is None:
        return
    rows = itertools.chain([first], made)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 our own names
        connection.exec_driver_sql(statement, _for_sqlite([*rows]))
        return
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    errors = connection.dialect.loaded_dbapi.Error
    try:
        _copy(connection.connection.driver_connection, statement, table, names, rows)
    except errors as error:
        # SQLAlchemy does not see COPY: whoever waits for its errors would wait in vain.
        raise sa.exc.DBAPIError.instance(
            statement, None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from error


def _copy(driver: Any, statement: str, table: sa.Table, names: Sequence[str], rows: Iterable[Row]) -> None:
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_POSTGRES_TYPES[type(table.c[name].type)] for name in names])
        for row in rows:
            copy.write_row(row)


def take_numbers(connection: sa.Connection, column: sa.Column[Any], count: int) -> Sequence[int]:
    """Take the next `count` numbers of a table that numbers its rows itself, for rows that others are to name."""
    table, name = column.table.name, column.name
    if connection.dialect.name == "sqlite":  # what it would give them itself: there is one writer
        last = connection.exec_driver_sql(f"SELECT coalesce(max({name}), 0) FROM {table}").scalar_one()  # noqa: S608
        return range(last + 1, last + 1 + count)
    query = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    return connection.exec_driver_sql(query, (table, name, count)).scalars().all()


def among(
    connection: sa.Connection, column: sa.Column[Any], values: Collection[Any]
) -> sa.ColumnElement[bool]:
    """Whether a column is one of `values`: ids, bytes or whole numbers. They go as one parameter, however many there are."""
    if connection.dialect.name == "postgresql":
        # Written here: the driver would ask each value how it is written, and look for quotes in it. Read in a query of
        # its own, so that the server reads it once, not for each row.
        told = "{" + ",".join([_IN_ARRAY.get(type(one), str)(one) for one in values]) + "}"
        read = sa.select(sa.cast(sa.literal(told, sa.Text()), ARRAY(column.type)))
        return column == sa.any_(sa.cast(read.scalar_subquery(), ARRAY(column.type)))
    every = sa.func.json_each(json.dumps([_AS_JSON.get(type(one), _itself)(one) for one in values]))
    value: sa.ColumnElement[Any] = every.table_valued("value").c.value
    return column.in_(sa.select(sa.func.unhex(value) if isinstance(column.type, sa.LargeBinary) else value))


def delete_ids(connection: sa.Connection, column: sa.Column[Any], ids: Sequence[int]) -> None:
    """Delete the rows with these numbers, and no others."""
    table, name = column.table.name, column.name
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {name} = ?", [(one,) for one in ids])  # noqa: S608
    else:
        told = "{" + ",".join(map(str, ids)) + "}"
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {name} = ANY(%s::bigint[])", (told,))  # noqa: S608


def _for_sqlite(rows: Sequence[Row]) -> Sequence[Row]:
    """Write ids, days and moments as SQLAlchemy does: 32 hexadecimal digits, ISO 8601, and that in UTC without a zone.

    A column has values of one type, or none.
    """
    columns = [*zip(*rows, strict=True)]
    converters = [_AS_TEXT.get(type(next(filter(None, values), None))) for values in columns]
    if not any(converters):
        return rows
    written = [
        values if convert is None else [value and convert(value) for value in values]
        for convert, values in zip(converters, columns, strict=True)
    ]
    return list(zip(*written, strict=True))


def _itself(value: object) -> object:
    return value
