"""The issuer's tables: migrations make what the models say, on both databases; and PostgreSQL issues as SQLite does."""

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from issuer.creation import NewInstance, create
from issuer.database import VERSION_TABLE, migrate
from issuer.instance import open_instance
from issuer.service import issue_roster
from issuer.tables import metadata
from ledger.fsck import fsck
from ledger.store import open_engine
from tests.issuer.conftest import quiet, roster_of


def test_migrations_make_what_the_models_say(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    migrate(engine)  # a second time changes nothing
    with engine.connect() as connection:
        ours = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _parents: kind != "table" or name in ours,
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_issuing_on_either(url: str, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    new = NewInstance(
        host="jxjy.example.gov.cn", name_zh="示例签发机关", name_en="Specimen issuer", database=url, demo=True
    )
    create(tmp_path / "instance", new)
    with open_instance(tmp_path / "instance") as instance:
        first, _ = issue_roster(instance, roster_of(people), quiet)
        second, _ = issue_roster(instance, roster_of(people), quiet)
        assert [one.issued.jws for one in second] == [one.issued.jws for one in first]
        assert fsck(instance.engine, instance.log_signer.verifier()).clean
