"""The town of `./dev serve`: an account for every duty can sign in, and everybody finds work on the desk."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from demo.stage import NEW
from demo.town import OFFICERS, PROFESSIONAL, specimens
from issuer.access import service
from issuer.errors import SettingsError
from issuer.instance import open_instance
from issuer.reconciliation import reconcile_all
from issuer.registration.tables import declaration
from ledger.store import reading
from tests.issuer.worlds import instance_at


@pytest.mark.parametrize(
    "moment",
    [datetime(2027, 1, 1, 17, tzinfo=UTC), datetime(2027, 6, 1, 2, tzinfo=UTC)],
    ids=["new year", "summer"],
)
def test_everybody_signs_in_and_finds_work(tmp_path: Path, moment: datetime) -> None:
    instance_at(tmp_path / "instance", NEW)
    with open_instance(tmp_path / "instance", lambda: moment) as instance:
        first, again = specimens(instance), specimens(instance)
        assert [one.login for one in first] == [one.login for one in again] == [PROFESSIONAL, *OFFICERS]
        assert {one.password for one in first}.isdisjoint(one.password for one in again)
        for one in again:
            code = pyotp.TOTP(one.secret).at(instance.now()) if one.secret else ""
            service.sign_in(instance, one.login, one.password, code)
        with reading(instance.engine).connect() as connection:
            states = Counter(connection.scalars(sa.select(declaration.c.state)))
        assert states == {"registered": 4, "employer_approved": 4, "submitted": 8, "returned": 1, "draft": 1}
        assert not reconcile_all(instance.engine)


def test_a_real_instance_has_no_such_accounts(tmp_path: Path) -> None:
    instance_at(tmp_path / "instance", NEW)
    with open_instance(tmp_path / "instance") as instance:
        real = replace(instance, settings=instance.settings.model_copy(update={"demo": False}))
        with pytest.raises(SettingsError, match="only a demo has specimen accounts"):
            specimens(real)
