"""The rules' pages in a real browser, on a phone and on a desk, in both languages: a note from the form to being in force."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal.province import Province
from tests.portal.ruling import form
from tests.portal.test_administration import two
from tests.portal.windows import SIZES, accessible, in_english

__all__ = ["two"]


@pytest.mark.parametrize("size", SIZES)
def test_a_note_from_the_form_to_being_in_force(
    here: Province, two: tuple[str, str], visit: Callable[[str, str], Page], size: str
) -> None:
    one, other = (visit(login, size) for login in two)
    one.goto("/rules")
    accessible(one)
    in_english(one)
    for what in ("file", "ending", "note"):
        one.goto(f"/rules/propose?what={what}")
        accessible(one)
        in_english(one)
    for name, value in form().items():
        if name in {"parameter", "pack"}:
            one.select_option(f"#{name}", value)
        elif name != "what":
            one.fill(f"#{name}", value)
    one.fill("#value", "[")
    one.click("text=检查，看会改变什么")
    expect(one.locator("[role=alert]")).to_contain_text("读不懂")
    accessible(one)
    one.fill("#value", "31")
    one.click("text=检查，看会改变什么")
    expect(one.locator("#effect")).to_be_visible()
    accessible(one)
    in_english(one)
    at = one.url
    one.click("button[value=propose]")
    expect(one.locator(".chip-wait")).to_be_visible()
    accessible(one)
    other.goto(at)
    expect(other.locator("button[value=confirm]")).to_be_enabled()
    accessible(other)
    in_english(other)
    other.click("button[value=confirm]")
    expect(other.locator("h1 + p .chip-ok")).to_be_visible()
    accessible(other)
    in_english(other)
    person = visit("local-unit", size)
    for address in ("/rules", "/rules/packs/gs-2023-03-31@1.0.0", at):
        person.goto(address)
        expect(person.locator("h1")).to_be_visible()
        accessible(person)
        in_english(person)
    one.goto("/rules/documents")
    accessible(one)
    in_english(one)
