"""Every page of offices in a real browser, on a phone and on a desk, in both languages."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page

from issuer.instance import writing
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from tests.issuer.town import declarant, training
from tests.portal.province import Province
from tests.portal.windows import SIZES, accessible, in_english


def waiting(here: Province) -> UUID:
    """A declaration that waits for its reviewer: an inspector reads of it."""
    person = here.town.people["local unit"]
    one = conduct.draft(here.instance, person, Draft(f"示例培训 {uuid4()}", training()))
    with writing(here.instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    return one


@pytest.mark.parametrize("size", SIZES)
def test_the_offices_pages(here: Province, visit: Callable[[str, str], Page], size: str) -> None:
    """An administrator's and a verifier's pages, each kind of entry with its form filled wrongly; no serious fault."""
    one, person = waiting(here), here.town.people["local unit"].id
    looked_at = [
        "/inspection?find=示例", "/inspection/registrations", "/inspection/entries", f"/inspection/registrations/{one}",
        f"/inspection/people/{person}", f"/inspection/people/{person}/years/2026", "/inspection/transfers",
        "/inspection/standouts", "/inspection/standouts/over-24-hours?year=2026", "/inspection/reports", "/imports",
        "/findings", f"/findings/new?about=year&id={person}&year=2026",
    ]  # fmt: skip
    for login in ("administrator", "local-unit-verifier", "department"):
        page = visit(login, size)
        page.goto("/entries")
        accessible(page)
        for kind in page.eval_on_selector_all(
            "nav.panel a", "all => all.map(one => one.getAttribute('href'))"
        ):
            page.goto(kind)
            accessible(page)
            in_english(page)
            page.fill("#reason", "示例")
            with page.expect_navigation():
                page.eval_on_selector("main form.panel", "form => { form.noValidate = true; form.submit() }")
            assert page.locator("[role=alert]").count() == 1
            accessible(page)
    for login, addresses in (
        ("administrator", ["/offices", "/units", "/imports", "/account"]),
        (
            "local-unit-verifier",
            ["/registered", "/held", "/findings", "/people", "/people/find", f"/people/{person}/number"],
        ),
        ("local-unit-reviewer", ["/archives", "/people/new"]),
        ("inspector", looked_at),
    ):
        page = visit(login, size)
        for address in addresses:
            page.goto(address)
            accessible(page)
            if page.locator("form #reason").count() and "/registrations/" in address:
                page.fill("#reason", "示例检查")
                page.click("text=查看档案")
                accessible(page)
            in_english(page)
    page.goto("/measure")
    accessible(page)
