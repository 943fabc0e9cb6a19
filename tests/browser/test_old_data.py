"""What the page says of trust data that is past its time: an expired list, status lists that are too old, a bundle that is either."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acting import open_page, outcomes, paste, put_in
from tests.browser.conftest import visited
from tests.verifier.authority import NOW
from tests.verifier.test_bundle import public
from tests.verifier_web.test_trust_data import Desk
from verifier.bundle.making import make_bundle

EIGHT_DAYS = timedelta(days=8)
"""Longer than this authority lets status lists be used."""
EXPIRED = "信任名单已过期，在更新之前不能判断真伪。"
STALE = "状态表是 2026-05-12 06:00 发布的，已超过期限，不能采信。"
TOO_OLD = "资料已超过期限，状态一项不做，不会判为真实。"


def desk(folder: Path, expires: datetime) -> tuple[Desk, bytes]:
    """An authority's files with a list that is good until then, and a bundle of them."""
    made = Desk(folder)
    token = made.authority.trust_token(made.authority.trust(expires=expires))
    made.write("trust-list.jwt", token.encode())
    return made, make_bundle(token, "", made.authority.root(), public(made.authority), NOW)


@pytest.mark.parametrize(
    ("good_for", "says", "undone"),
    [
        pytest.param(timedelta(days=6), EXPIRED, ["签发机关与密钥", "状态"], id="the list expired"),
        pytest.param(timedelta(days=60), TOO_OLD, ["状态"], id="the status lists are too old"),
    ],
)
def test_a_bundle_past_its_time(
    browser: Browser, tmp_path: Path, good_for: timedelta, says: str, undone: list[str]
) -> None:
    made, bundle = desk(tmp_path, NOW + good_for)
    with made.serve(EIGHT_DAYS) as service, visited(browser) as context:
        page = context.new_page()
        open_page(page, service)
        put_in(page, ("room.bundle", bundle))
        expect(page.locator("#result .note")).to_contain_text("资料包可用")
        expect(page.locator("#standing b")).to_have_count(0)
        context.clock.set_fixed_time(NOW + EIGHT_DAYS)
        put_in(page, ("room.bundle", bundle))
        expect(page.locator("#result .note-wait")).to_contain_text(f"但是太旧了：{says}请换用新的。")
        expect(page.locator("#standing b")).to_have_text(says)
        assert paste(page, made.token).startswith("现在还不能判断")
        expect(page.locator("#result .checks tr.skipped th")).to_have_text(undone)
        expect(page.locator("#result .checks tr.skipped").last).to_contain_text(
            "过期" if says == EXPIRED else STALE
        )


def test_status_lists_that_are_too_old_online(browser: Browser, tmp_path: Path) -> None:
    """The list of keys is good, and what the issuer publishes has not been renewed."""
    made, _ = desk(tmp_path, NOW + timedelta(days=60))
    with made.serve(EIGHT_DAYS) as service, visited(browser) as context:
        context.clock.set_fixed_time(NOW + EIGHT_DAYS)
        page = context.new_page()
        open_page(page, service)
        assert paste(page, made.token).startswith("现在还不能判断")
        assert outcomes(page)[6] == "未做"
        expect(page.locator("#result .checks tr.skipped")).to_contain_text(STALE)
