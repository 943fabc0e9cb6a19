"""One served province for all tests of the portal: building it costs a second, and each test uses people of its own."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from issuer.creation import NewInstance
from issuer.instance import open_instance
from issuer.people.service import Person
from issuer.reconciliation import reconcile_all
from tests.chromium import launched
from tests.issuer.conftest import NEW
from tests.issuer.worlds import instance_at
from tests.portal import province
from tests.portal.moving import mover
from tests.portal.province import Province
from tests.portal.signed_in import visitor
from tests.portal.windows import SIZES
from tests.postgres import unmade


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Every test of the portal runs on both kinds."""
    return str(request.param)


_PLAIN = SimpleNamespace(params={})
"""What a test without parameters has in place of them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a browser walks twice, on a phone and on a desk, it walks on PostgreSQL on a desk alone: the pages are the same."""
    both = {"database": "postgresql", "size": "phone"}.items()
    again = [item for item in items if both <= getattr(item, "callspec", _PLAIN).params.items()]
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in again]


def placed(request: pytest.FixtureRequest, new: NewInstance, database: str) -> NewInstance:
    """The same on a kind of database; on PostgreSQL, one of its own that nobody has made yet."""
    return new if database == "sqlite" else replace(new, database=unmade(request.getfixturevalue("postgres")))


@pytest.fixture(scope="module")
def here(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    """At the end, whatever its pages did, every row has its entry in the ledger and every entry its row."""
    home: Path = tmp_path_factory.mktemp("portal") / "instance"
    instance_at(home, placed(request, NEW, database))
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


@pytest.fixture(scope="module")
def site(here: Province, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with province.served(here.instance, tmp_path_factory.mktemp("public")) as address:
        yield address


@pytest.fixture
def home(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Path:
    """A fresh demo instance."""
    instance_at(tmp_path / "instance", placed(request, NEW, database))
    return tmp_path / "instance"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched(playwright) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, here: Province, site: str) -> Iterator[Callable[[str, str], Page]]:
    """A window of somebody who has signed in; the form is `test_sign_in`'s."""
    contexts = []

    def sign_in(login: str, size: str) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=site, bypass_csp=True
        )
        contexts.append(context)
        with closing(visitor(here, site, login)) as client:
            context.add_cookies([{"name": n, "value": v, "url": site} for n, v in client.cookies.items()])
        page = context.new_page()
        page.set_default_timeout(60_000)  # the computer may be busy with other tests
        page.goto("/")
        assert "/sign-in" not in page.url, page.inner_text("main")
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def moving(here: Province, site: str) -> Iterator[tuple[httpx.Client, Person, str]]:
    login, person, its_number = mover(here)
    with closing(visitor(here, site, login)) as client:
        yield client, person, its_number
